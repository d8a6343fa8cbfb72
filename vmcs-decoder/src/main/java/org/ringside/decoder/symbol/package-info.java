/** Names of kernel addresses: System.map and kallsyms. */
package org.ringside.decoder.symbol;
