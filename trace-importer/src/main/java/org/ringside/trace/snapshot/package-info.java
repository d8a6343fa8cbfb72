/** Merkle snapshots of physical memory and their comparison. */
package org.ringside.trace.snapshot;
