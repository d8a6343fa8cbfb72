/** What the person at the window is told, as cards above the panes. */
package org.ringside.app.notifications;
