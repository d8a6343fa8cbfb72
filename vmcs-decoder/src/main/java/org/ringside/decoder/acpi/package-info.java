/** ACPI tables as firmware left them in memory: how they are found and which they are, not what each means. */
package org.ringside.decoder.acpi;
