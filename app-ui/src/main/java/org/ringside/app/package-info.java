/** The window and the command line. */
package org.ringside.app;
