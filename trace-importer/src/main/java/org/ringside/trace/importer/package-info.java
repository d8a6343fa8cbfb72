/** Memory images of other tools, recognised by content, and their import into a trace. */
package org.ringside.trace.importer;
