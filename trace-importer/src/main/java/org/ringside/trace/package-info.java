/** The trace: one file that every source appends to and every view reads. Its model, apart from how it is stored. */
package org.ringside.trace;
