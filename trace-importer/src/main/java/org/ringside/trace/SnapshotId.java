package org.ringside.trace;

/**
 * Identifies a snapshot in its trace.
 *
 * @param value positive, in order of import
 */
public record SnapshotId(long value) {}
