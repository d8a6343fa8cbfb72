package org.ringside.trace.importer.mapped;

import java.util.ArrayList;
import java.util.List;

/** Collects what a reader skipped or doubted, and stays small whatever the file does. Not for several threads. */
public final class Notes {
    /** Notes that are kept; the rest is counted. */
    public static final int MAXIMUM = 200;

    private final List<String> notes = new ArrayList<>();
    private long dropped;

    public void add(String note) {
        if (notes.size() < MAXIMUM) {
            notes.add(note);
        } else {
            dropped++;
        }
    }

    /** The notes so far, with a last one that says how many more there were. */
    public List<String> list() {
        if (dropped == 0) {
            return List.copyOf(notes);
        }
        List<String> all = new ArrayList<>(notes);
        all.add("%d more notes of this kind were left out.".formatted(dropped));
        return List.copyOf(all);
    }
}
