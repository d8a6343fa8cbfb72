/** Symbol files on disk: plain or compressed, named by the user or found beside a trace. */
package org.ringside.trace.symbols;
