/** LiME, the Linux Memory Extractor's format, version 1; AVML writes the same when it does not compress. */
package org.ringside.trace.importer.lime;
