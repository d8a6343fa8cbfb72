/** The structures of hypervisors that were found in a snapshot, and whose they are. */
package org.ringside.app.structures;
