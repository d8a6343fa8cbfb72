/** Docked panes: their arrangement as a value, and the area of the window that shows it. */
package org.ringside.app.dock;
