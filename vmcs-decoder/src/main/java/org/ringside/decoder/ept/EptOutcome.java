package org.ringside.decoder.ept;

import java.util.List;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.translation.TableStep;
import org.ringside.decoder.translation.Translation;

/** What an access to guest-physical memory does. */
public sealed interface EptOutcome {
    /** What happens and why, for a person. */
    String reason();

    /** The access is done. */
    record Allowed(Translation translation, String reason) implements EptOutcome {}

    /**
     * A VM exit with reason 48.
     *
     * @param qualification the exit qualification that the processor reports
     * @param predicted the bits of it that are predicted; bit 12, unblocking of NMIs by IRET, never is, bits 11:9 are only where guest paging
     *     is known and the processor reports them
     * @param step the entry that refuses the access
     */
    record Violation(long qualification, long predicted, TableStep step, String reason) implements EptOutcome {}

    /**
     * A virtualization exception (#VE) in the guest, where the violation is convertible (SDM vol. 3, 26.5.7.1).
     *
     * @param qualification the qualification that is written to the information area
     * @param predicted the bits of it that are predicted, as in {@link Violation}
     */
    record VirtualizationException(long qualification, long predicted, TableStep step, String reason)
            implements EptOutcome {}

    /**
     * A VM exit with reason 49.
     *
     * @param step the entry that is misconfigured
     * @param findings which rules it breaks
     */
    record Misconfiguration(TableStep step, List<Finding> findings, String reason) implements EptOutcome {
        public Misconfiguration {
            findings = List.copyOf(findings);
        }
    }

    /** The sub-page permission table decides, as the page forbids writes and has the sub-page bit set. */
    record SubPageDecides(TableStep step, String reason) implements EptOutcome {}

    /** The evidence does not hold what decides. */
    record Unknown(String reason) implements EptOutcome {}
}
