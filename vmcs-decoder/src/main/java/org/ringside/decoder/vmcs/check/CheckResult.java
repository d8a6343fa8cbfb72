package org.ringside.decoder.vmcs.check;

import org.ringside.decoder.structure.SpecificationReference;

/**
 * The result of one check.
 *
 * @param document the specification, for example {@code "Intel SDM vol. 3"}
 * @param id stable short name, for example {@code "host.cr4.vmxe"}
 * @param section its section that demands it
 * @param rule what must hold
 * @param outcome whether it does
 * @param detail the values that were looked at, or why it could not be evaluated
 */
public record CheckResult(String document, String id, String section, String rule, Outcome outcome, String detail) {
    private static final String SDM = "Intel SDM vol. 3";

    /** The result of a check that the Intel SDM, volume 3, demands. */
    public CheckResult(String id, String section, String rule, Outcome outcome, String detail) {
        this(SDM, id, section, rule, outcome, detail);
    }

    /** What came of a check. */
    public enum Outcome {
        PASS("pass"),
        FAIL("fail"),
        NOT_EVALUABLE("not-evaluable");

        private final String word;

        Outcome(String word) {
            this.word = word;
        }

        /** As command line and JSON say it. */
        public String word() {
            return word;
        }
    }

    public SpecificationReference reference() {
        return new SpecificationReference(document, section);
    }

    @Override
    public String toString() {
        return "%s %s (%s): %s [%s]".formatted(outcome.word(), id, section, rule, detail);
    }
}
