/** The machine tree: what the trace holds, machine by machine, and what a person noted about it. */
package org.ringside.app.machine;
