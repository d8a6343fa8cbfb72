package org.ringside.agent.kernel.image;

/**
 * One thing that speaks for or against a kernel being where it is supposed to be.
 *
 * @param name what was looked at, for example {@code "version banner"}
 * @param verdict what it says
 * @param weight how much it counts, at least 1
 * @param explanation for a person: what was found where
 */
public record Evidence(String name, Verdict verdict, int weight, String explanation) {
    /** What evidence says. */
    public enum Verdict {
        HOLDS,
        FAILS,
        /** What would say it was not captured, or this kernel does not have it. */
        UNKNOWN
    }

    public boolean holds() {
        return verdict == Verdict.HOLDS;
    }
}
