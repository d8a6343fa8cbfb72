/** What the readers of all formats share: bounds-checked fields, pages that lie in a mapped file, pages that are unpacked on demand. */
package org.ringside.trace.importer.mapped;
