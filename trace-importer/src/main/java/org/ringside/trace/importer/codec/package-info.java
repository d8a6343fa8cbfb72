/**
 * Decompression of blocks from hostile files. Snappy and LZO are written here, over plain arrays: every read and write is checked by the
 * virtual machine, while the libraries for them go through raw memory.
 */
package org.ringside.trace.importer.codec;
