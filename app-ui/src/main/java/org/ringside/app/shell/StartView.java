package org.ringside.app.shell;

import java.util.Optional;
import java.util.Set;
import org.ringside.app.workspace.Annotation;
import org.ringside.app.workspace.OpenTrace;

/** What a trace is about when it is opened. */
final class StartView {
    private StartView() {}

    /** The alarms if there are some that nobody has seen to, else what changed if there is something to compare. */
    static Optional<String> of(OpenTrace open) {
        Set<Long> seen = Annotation.acknowledged(open.annotations());
        if (open.alarms().stream().anyMatch(alarm -> !seen.contains(alarm.id()))) {
            return Optional.of(ViewType.ALARMS.id());
        }
        return open.latest().baseline().map(baseline -> ViewType.DIFF.id());
    }
}
