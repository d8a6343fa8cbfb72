package org.ringside.decoder.vmcs;

import java.util.ArrayList;
import java.util.List;
import org.ringside.decoder.memory.PhysicalMemory;

/**
 * How well the values of a region hold up when it is read with a layout.
 *
 * @param layout the layout tried
 * @param points weight of the tests that hold
 * @param possible weight of the tests that could be evaluated
 * @param tests each test with its outcome, heaviest first as tried
 */
public record LayoutScore(VmcsLayout layout, int points, int possible, List<Test> tests)
        implements Comparable<LayoutScore> {
    public LayoutScore {
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

    /**
     * Scores a VMCS.
     *
     * @param memory where the addresses of its host state are looked up: the physical memory of whoever uses the VMCS
     */
    public static LayoutScore of(PhysicalMemory memory, Vmcs vmcs) {
        return VmcsPlausibility.score(memory, vmcs);
    }

    /** 0 to 100: the share of the evaluable tests that hold, by weight. */
    public int percent() {
        return possible == 0 ? 0 : 100 * points / possible;
    }

    /** The better one first: the higher share, then the more that was tested. */
    @Override
    public int compareTo(LayoutScore other) {
        int byShare = Integer.compare(other.points * Math.max(1, possible), points * Math.max(1, other.possible));
        return byShare != 0 ? byShare : Integer.compare(other.possible, possible);
    }

    /** Why the score is what it is, one line a test. */
    public String explain() {
        List<String> lines = new ArrayList<>();
        lines.add("%s: %d of %d points".formatted(layout.id(), points, possible));
        tests.forEach(test -> lines.add("  " + test));
        return String.join("\n", lines);
    }
}
