package org.ringside.decoder.svm;

import java.util.ArrayList;
import java.util.List;

/**
 * How much a page is like a VMCB that VMRUN takes.
 *
 * @param points weight of the tests that hold
 * @param possible weight of the tests that could be evaluated
 * @param tests each test with its outcome
 */
public record VmcbScore(int points, int possible, List<Test> tests) {
    public VmcbScore {
        tests = List.copyOf(tests);
    }

    /**
     * @param name what was tested, for a person
     * @param weight how much it says
     * @param held whether it held
     * @param value what was found
     */
    public record Test(String name, int weight, boolean held, String value) {
        @Override
        public String toString() {
            return "%s %s (%s)".formatted(held ? "+" + weight : "-", name, value);
        }
    }

    /** 0 to 100: the share of the tests that hold, by weight. */
    public int percent() {
        return possible == 0 ? 0 : 100 * points / possible;
    }

    /** Why the score is what it is, one line a test. */
    public String explain() {
        List<String> lines = new ArrayList<>();
        lines.add("%d of %d points".formatted(points, possible));
        tests.forEach(test -> lines.add("  " + test));
        return String.join("\n", lines);
    }
}
