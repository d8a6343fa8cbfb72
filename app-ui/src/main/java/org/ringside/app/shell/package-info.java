/** The window: header, docked views, theme, keys. */
package org.ringside.app.shell;
