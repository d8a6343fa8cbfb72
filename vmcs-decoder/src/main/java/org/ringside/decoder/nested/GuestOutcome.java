package org.ringside.decoder.nested;

import java.util.Optional;
import org.ringside.decoder.ept.EptOutcome;
import org.ringside.decoder.paging.AccessOutcome;
import org.ringside.decoder.translation.TableStep;
import org.ringside.decoder.translation.Translation;

/** What an access of a guest to a linear address does, with guest paging and extended page tables together. */
public sealed interface GuestOutcome {
    /** What happens and why, for a person. */
    String reason();

    /**
     * The access is done.
     *
     * @param guest from linear to guest-physical
     * @param host from guest-physical to the physical memory of the level below
     */
    record Done(Translation guest, Translation host) implements GuestOutcome {
        @Override
        public String reason() {
            return "allowed: %s, %s".formatted(guest, host);
        }
    }

    /** The guest's own paging does not let it pass: the guest takes the fault, or it cannot be told. */
    record InGuest(AccessOutcome outcome) implements GuestOutcome {
        @Override
        public String reason() {
            return "in the guest: " + outcome.reason();
        }
    }

    /**
     * The extended page tables do not let it pass: a VM exit, #VE, or it cannot be told.
     *
     * @param guestPhysical the guest-physical address accessed
     * @param guestEntry the entry of the guest's tables that lies there; empty if it is the access itself that is stopped
     * @param outcome why
     */
    record InEpt(long guestPhysical, Optional<TableStep> guestEntry, EptOutcome outcome) implements GuestOutcome {
        @Override
        public String reason() {
            String what = guestEntry
                    .map(step ->
                            "%s %d of the guest's tables".formatted(step.level().entryName(), step.index()))
                    .orElse("the access itself");
            return "%s, at guest-physical 0x%x: %s".formatted(what, guestPhysical, outcome.reason());
        }
    }
}
