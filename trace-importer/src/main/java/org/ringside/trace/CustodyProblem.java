package org.ringside.trace;

/**
 * Something in a trace that is not as it was recorded.
 *
 * @param where what it is in: a snapshot and page, an event, a custody entry, bytes of the file
 * @param what what is wrong with it
 */
public record CustodyProblem(String where, String what) {
    @Override
    public String toString() {
        return where + ": " + what;
    }
}
