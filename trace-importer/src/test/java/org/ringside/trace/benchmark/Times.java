package org.ringside.trace.benchmark;

import java.util.Arrays;
import java.util.Locale;

/** Minimum, median and maximum of some runs. */
final class Times {
    private final double[] seconds;
    private int runs;

    Times(int most) {
        seconds = new double[most];
    }

    void add(long nanoseconds) {
        seconds[runs++] = nanoseconds / 1e9;
    }

    double median() {
        double[] sorted = Arrays.copyOf(seconds, runs);
        Arrays.sort(sorted);
        return sorted[runs / 2];
    }

    @Override
    public String toString() {
        double[] sorted = Arrays.copyOf(seconds, runs);
        Arrays.sort(sorted);
        return String.format(
                Locale.ROOT, "min %.4f s, median %.4f s, max %.4f s", sorted[0], median(), sorted[runs - 1]);
    }
}
