package org.ringside.app.diff;

/** A row of the list of changes. */
public sealed interface DiffRow {
    /**
     * The head of all runs of a kind.
     *
     * @param runs how many are below it when it is open
     * @param pages pages in them
     * @param open whether they are shown
     */
    record Group(MemoryKind kind, int runs, long pages, boolean open) implements DiffRow {}

    /** One run of pages. */
    record Run(ChangedRun run) implements DiffRow {}
}
