package org.ringside.agent.integrity;

import java.util.List;
import java.util.Set;

/** What a check found out. */
public sealed interface CheckResult {
    /**
     * The property does not hold.
     *
     * @param violations at least one, by physical address
     * @param notes what the check left out and why, one sentence each
     */
    record Violated(List<Violation> violations, List<String> notes) implements CheckResult {
        public Violated {
            violations = List.copyOf(violations);
            notes = List.copyOf(notes);
            if (violations.isEmpty()) {
                throw new IllegalArgumentException("a violated check names at least one violation");
            }
        }
    }

    /**
     * The property holds for everything that could be looked at.
     *
     * @param examined what was looked at, for a person
     * @param notes what the check left out and why, one sentence each
     */
    record Intact(String examined, List<String> notes) implements CheckResult {
        public Intact {
            notes = List.copyOf(notes);
        }
    }

    /**
     * There is no answer: neither intact nor violated.
     *
     * @param why what is missing or malformed, and what to do
     * @param missing the evidence that is missing; empty if it is there but unusable
     */
    record NotEvaluable(String why, Set<Evidence> missing) implements CheckResult {
        public NotEvaluable {
            missing = Set.copyOf(missing);
        }
    }
}
