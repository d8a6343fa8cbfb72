package org.ringside.app.memory;

/** Which of the two snapshots are drawn. */
public enum DrawnSides {
    /** The moment's snapshot, with what changed marked. */
    SHOWN,
    /** The baseline, with what will change marked. */
    BASELINE,
    /** Both side by side. */
    BOTH
}
