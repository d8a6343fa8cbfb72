/** The kdump-compressed format of makedumpfile and QEMU, as it is and in its flattened form. */
package org.ringside.trace.importer.kdump;
