/** Finding Linux in raw physical memory, with nothing but the memory: its symbols, its place, its page tables. */
package org.ringside.agent.kernel.image;
