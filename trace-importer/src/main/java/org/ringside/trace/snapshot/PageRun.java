package org.ringside.trace.snapshot;

/**
 * Neighbouring pages that changed the same way between two snapshots.
 *
 * @param address physical address of the first page
 * @param pages how many, at least 1
 * @param change what happened to each of them
 */
public record PageRun(long address, long pages, Change change) {
    /** What happened to a page. */
    public enum Change {
        /** Captured in both, different bytes. */
        CHANGED,
        /** Captured only in the later snapshot. */
        APPEARED,
        /** Captured only in the earlier snapshot. */
        VANISHED
    }
}
