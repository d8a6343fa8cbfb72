package org.ringside.decoder.paging;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.ringside.decoder.translation.TableStep;
import org.ringside.decoder.translation.Translation;

/** What an access to a linear address does. */
public sealed interface AccessOutcome {
    /** What happens and why, for a person. */
    String reason();

    /** The access is done. */
    record Allowed(Translation translation, AccessRule rule) implements AccessOutcome {
        @Override
        public String reason() {
            return "allowed: " + rule.text();
        }
    }

    /**
     * A page fault (#PF).
     *
     * @param errorCode what the processor pushes
     * @param rules each rule that refuses the access, at least one
     * @param entry the first entry that does; empty where none does alone
     */
    record PageFault(PageFaultErrorCode errorCode, List<AccessRule> rules, Optional<TableStep> entry)
            implements AccessOutcome {
        public PageFault {
            rules = List.copyOf(rules);
        }

        @Override
        public String reason() {
            return "#PF, error code %s: %s%s"
                    .formatted(
                            errorCode,
                            rules.stream().map(AccessRule::text).collect(Collectors.joining("; ")),
                            entry.map(step -> " (%s %d at 0x%x)"
                                            .formatted(step.level().entryName(), step.index(), step.entryAddress()))
                                    .orElse(""));
        }
    }

    /** A general-protection fault, or a stack fault if the access is to the stack: the address is refused before paging. */
    record GeneralProtection(AccessRule rule) implements AccessOutcome {
        @Override
        public String reason() {
            return "#GP(0), or #SS(0) for the stack: " + rule.text();
        }
    }

    /**
     * A bit decides that was not captured.
     *
     * @param bits which, for example {@code "CR4.SMAP"}; at least one
     * @param possible every outcome there may be, at least two
     */
    record DependsOn(List<String> bits, List<AccessOutcome> possible) implements AccessOutcome {
        public DependsOn {
            bits = List.copyOf(bits);
            possible = List.copyOf(possible);
        }

        @Override
        public String reason() {
            return "depends on %s: %s"
                    .formatted(
                            String.join(", ", bits),
                            possible.stream().map(AccessOutcome::reason).collect(Collectors.joining(" | ")));
        }
    }

    /** There is no such access in this state of the processor. */
    record Impossible(String reason) implements AccessOutcome {}

    /** The evidence does not hold the tables. */
    record Unknown(String reason) implements AccessOutcome {}
}
