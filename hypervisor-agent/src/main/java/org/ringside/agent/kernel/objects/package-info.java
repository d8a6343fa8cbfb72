/** What a Linux kernel keeps in memory: per-CPU areas, modules, tasks; read by the kernel's own types and bounded on any bytes. */
package org.ringside.agent.kernel.objects;
