package org.ringside.decoder.vtd.finding;

import java.util.List;
import java.util.Optional;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.Severity;

/**
 * A finding with what it rests on.
 *
 * @param finding what, where; {@link Severity#ERROR} and above is a violation
 * @param evidence what it rests on, each in a sentence, the most telling first
 * @param before bytes at the finding's span in the baseline, as hexadecimal digits; empty where they were not different or not known
 * @param after bytes there now, where {@code before} is given
 */
public record DmaFinding(Finding finding, List<String> evidence, Optional<String> before, Optional<String> after) {
    public DmaFinding {
        evidence = List.copyOf(evidence);
    }

    static DmaFinding of(Finding finding, List<String> evidence) {
        return new DmaFinding(finding, evidence, Optional.empty(), Optional.empty());
    }

    /** Whether it says that protection is broken, not only that something is worth a look. */
    public boolean isViolation() {
        return finding.severity().compareTo(Severity.ERROR) >= 0;
    }
}
