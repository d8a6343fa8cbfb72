/** What QEMU's human monitor prints: registers and dumps of device registers. */
package org.ringside.trace.importer.qemu;
