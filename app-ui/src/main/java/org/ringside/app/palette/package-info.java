/** The command palette: one field that finds actions, panes, snapshots, events, symbols and addresses. */
package org.ringside.app.palette;
