/** The command line: everything the window shows, without a window, for a person or (with {@code --json}) for a program. */
package org.ringside.app.cli;
