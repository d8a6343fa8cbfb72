/** AVML's compressed format, version 2. */
package org.ringside.trace.importer.avml;
