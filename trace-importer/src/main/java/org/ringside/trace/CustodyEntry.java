package org.ringside.trace;

import java.util.List;

/**
 * One entry of the custody log: who did what to the trace, when, and the digests of what that added. Entries are only ever appended,
 * and each holds the hash of the one before, so none can be changed, removed or put in between without breaking every later hash.
 *
 * @param id 1 for the first, then one more each
 * @param time when, on the clock of the computer that did it
 * @param clock which clock that is
 * @param tool program and version that did it
 * @param action what was done, for example {@code "imported"}
 * @param detail the same for a person: file, size, SHA-256, name
 * @param items what was added
 * @param previous hash of the entry before; 32 zero bytes for the first
 * @param hash hash of this entry, over all of the above
 */
public record CustodyEntry(
        long id,
        TraceTime time,
        String clock,
        String tool,
        String action,
        String detail,
        List<CustodyItem> items,
        Digest previous,
        Digest hash) {
    public CustodyEntry {
        items = List.copyOf(items);
    }
}
