/** Raw memory images: the bytes and nothing else, with an optional memory map for what lies where. */
package org.ringside.trace.importer.raw;
