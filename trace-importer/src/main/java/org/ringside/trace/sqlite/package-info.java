/** How a trace is stored: an SQLite database. Hidden: nothing outside this module sees these types. */
package org.ringside.trace.sqlite;
