/** The inspector: everything that is known of the selection, to the bit. */
package org.ringside.app.inspector;
