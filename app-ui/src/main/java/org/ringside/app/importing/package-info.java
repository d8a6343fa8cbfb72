/** Import of memory images: which files, as what, into which trace. */
package org.ringside.app.importing;
