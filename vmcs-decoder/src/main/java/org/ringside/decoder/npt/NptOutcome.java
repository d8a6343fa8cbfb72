package org.ringside.decoder.npt;

import org.ringside.decoder.translation.TableStep;
import org.ringside.decoder.translation.Translation;

/** What an access to guest-physical memory does. */
public sealed interface NptOutcome {
    /** What happens and why, for a person. */
    String reason();

    /** The access is done. */
    record Allowed(Translation translation, String reason) implements NptOutcome {}

    /**
     * A #VMEXIT with VMEXIT_NPF (400h).
     *
     * @param exitInfo1 the error code that the processor reports, as far as the tables tell (15.25.6)
     * @param exitInfo2 the faulting guest-physical address
     * @param step the entry that refuses the access
     */
    record NestedPageFault(long exitInfo1, long exitInfo2, TableStep step, String reason) implements NptOutcome {}

    /** The evidence does not hold what decides. */
    record Unknown(String reason) implements NptOutcome {}
}
