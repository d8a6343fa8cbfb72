package org.ringside.decoder.structure;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Collects findings up to a bound and counts the rest: hostile input breaks as many rules as it likes. For one thread. */
public final class FindingCollector {
    private final int most;
    private final String area;
    private final List<Finding> findings = new ArrayList<>();
    private long rest;

    /**
     * @param area first part of the code of the finding that counts the rest
     * @param most findings kept
     */
    public FindingCollector(String area, int most) {
        this.area = area;
        this.most = most;
    }

    /** Whether a further finding would only be counted: then its text need not be made, see {@link #count}. */
    public boolean isFull() {
        return findings.size() >= most;
    }

    public void add(Finding finding) {
        if (isFull()) {
            rest++;
        } else {
            findings.add(finding);
        }
    }

    public void addAll(Collection<Finding> several) {
        several.forEach(this::add);
    }

    /** Counts a finding without keeping it. */
    public void count() {
        rest++;
    }

    /** Those kept, and one more that counts the rest if there is a rest. */
    public List<Finding> toList() {
        List<Finding> all = new ArrayList<>(findings);
        if (rest > 0) {
            all.add(new Finding(
                    Severity.INFORMATION,
                    area + ".more-findings",
                    "%d more findings were counted but not listed".formatted(rest),
                    Optional.empty(),
                    Optional.empty()));
        }
        return List.copyOf(all);
    }
}
