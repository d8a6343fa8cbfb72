package org.ringside.app.alarms;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import javafx.util.Subscription;
import org.ringside.app.workspace.Annotation;
import org.ringside.app.workspace.Annotations;
import org.ringside.app.workspace.OpenTrace;
import org.ringside.app.workspace.Selection;
import org.ringside.app.workspace.Workspace;
import org.ringside.trace.EvidenceLink;
import org.ringside.trace.TraceEvent;

/** The alarms of the open trace: those that nobody has seen to first, then the latest first. */
public final class AlarmsViewModel {
    /**
     * An alarm.
     *
     * @param event the event
     * @param acknowledged whether somebody has seen to it
     */
    public record Alarm(TraceEvent event, boolean acknowledged) {}

    private final Workspace workspace;
    private final Annotations annotations;
    private final ObservableList<Alarm> alarms = FXCollections.observableArrayList();
    private final ObservableList<Alarm> readOnlyAlarms = FXCollections.unmodifiableObservableList(alarms);
    private final ReadOnlyBooleanWrapper traceOpen = new ReadOnlyBooleanWrapper(this, "traceOpen");
    private Subscription following = Subscription.EMPTY;

    public AlarmsViewModel(Workspace workspace) {
        this.workspace = workspace;
        this.annotations = new Annotations(workspace);
    }

    public void attach() {
        following = workspace.openTraceProperty().subscribe(open -> {
            traceOpen.set(open != null);
            alarms.setAll(open == null ? List.of() : read(open));
        });
    }

    public void detach() {
        following.unsubscribe();
        following = Subscription.EMPTY;
    }

    public ObservableList<Alarm> alarms() {
        return readOnlyAlarms;
    }

    public ReadOnlyBooleanProperty traceOpenProperty() {
        return traceOpen.getReadOnlyProperty();
    }

    /** Selects the alarm at the moment of its evidence. */
    public void select(Alarm alarm) {
        OpenTrace open = workspace.openTrace();
        if (open != null) {
            workspace.go(
                    alarm.event()
                            .content()
                            .snapshot()
                            .flatMap(open::snapshot)
                            .map(open::at)
                            .orElseGet(() -> open.at(alarm.event().content().time())),
                    new Selection.Event(alarm.event()));
        }
    }

    /** Goes to the evidence and brings up the view that shows it best. */
    public void follow(EvidenceLink link) {
        workspace.follow(link);
    }

    public void acknowledge(Alarm alarm) {
        if (!alarm.acknowledged()) {
            annotations.acknowledge(alarm.event());
        }
    }

    private static List<Alarm> read(OpenTrace open) {
        Set<Long> seen = Annotation.acknowledged(open.annotations());
        return open.alarms().stream()
                .map(event -> new Alarm(event, seen.contains(event.id())))
                .sorted(Comparator.comparing(Alarm::acknowledged)
                        .thenComparing(alarm -> alarm.event().content().time(), Comparator.reverseOrder()))
                .toList();
    }
}
