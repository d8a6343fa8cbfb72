package org.ringside.app.alarms;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.ringside.app.alarms.AlarmsViewModel.Alarm;
import org.ringside.app.testing.ManualUiThread;
import org.ringside.app.testing.MemoryTrace;
import org.ringside.app.testing.TinyKernel;
import org.ringside.app.workspace.OpenTrace;
import org.ringside.app.workspace.Selection;
import org.ringside.app.workspace.Workspace;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.Severity;
import org.ringside.trace.EventKind;
import org.ringside.trace.EvidenceLink;
import org.ringside.trace.MachineState;
import org.ringside.trace.NewEvent;
import org.ringside.trace.SnapshotId;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.TraceTime;

class AlarmsViewModelTest {
    private static final SnapshotId BEFORE = new SnapshotId(1);
    private static final SnapshotId AFTER = new SnapshotId(2);

    private final ManualUiThread ui = new ManualUiThread();
    private final Workspace workspace = new Workspace(ui, path -> new MemoryTrace());
    private final AlarmsViewModel model = new AlarmsViewModel(workspace);

    private void open() throws IOException {
        MemoryTrace trace = new MemoryTrace()
                .with("before", new TinyKernel(), MachineState.none())
                .with("after", new TinyKernel(), MachineState.none());
        trace.append(alarm("early", 1_500_000_000L, Optional.empty(), List.of()));
        trace.append(alarm(
                "late",
                1_900_000_000L,
                Optional.of(AFTER),
                List.of(new EvidenceLink("function", AFTER, Optional.of(BEFORE), ByteSpan.physical(0x2000, 6)))));
        model.attach();
        workspace.show(OpenTrace.read(trace));
        settle();
    }

    private static NewEvent alarm(String title, long time, Optional<SnapshotId> snapshot, List<EvidenceLink> links) {
        return new NewEvent(
                new TraceTime(time), EventKind.ALARM, Severity.CRITICAL, "machine", title, "", snapshot, links);
    }

    private void settle() {
        ui.runUntil(() -> workspace.tasks().idle().get());
    }

    private List<String> titles() {
        return model.alarms().stream()
                .map(alarm -> alarm.event().content().title())
                .toList();
    }

    private Optional<String> shown() {
        return workspace.moment().snapshot().map(SnapshotInfo::name);
    }

    @Test
    void showsTheLatestFirstUntilItIsAcknowledged() throws IOException {
        assertFalse(model.traceOpenProperty().get());
        open();
        assertTrue(model.traceOpenProperty().get());
        assertEquals(List.of("late", "early"), titles());
        model.acknowledge(model.alarms().getFirst());
        settle();
        assertEquals(List.of("early", "late"), titles(), "what nobody has seen to comes first");
        assertTrue(model.alarms().getLast().acknowledged());
        workspace.undo().undo();
        settle();
        assertEquals(List.of("late", "early"), titles());
        assertFalse(model.alarms().getFirst().acknowledged());
    }

    @Test
    void acknowledgesOnce() throws IOException {
        open();
        model.acknowledge(model.alarms().getFirst());
        settle();
        Alarm seen = model.alarms().getLast();
        int notes = notes();
        model.acknowledge(seen);
        settle();
        assertEquals(notes, notes());
    }

    private int notes() {
        return Objects.requireNonNull(workspace.openTrace()).annotations().size();
    }

    @Test
    void selectsAnAlarmAtTheMomentOfItsEvidence() throws IOException {
        open();
        Alarm early = model.alarms().getLast();
        model.select(early);
        assertEquals(Optional.of("before"), shown(), "it names no snapshot: the one that was there at its time");
        assertEquals(new Selection.Event(early.event()), workspace.selection());
        model.select(model.alarms().getFirst());
        assertEquals(Optional.of("after"), shown(), "the evidence was captured after the alarm");
    }

    @Test
    void followsAnAlarmToItsEvidence() throws IOException {
        open();
        List<String> views = new ArrayList<>();
        workspace.onShowView(views::add);
        model.follow(model.alarms().getFirst().event().content().links().getFirst());
        assertEquals(Selection.physical(0x2000, 6), workspace.selection());
        assertEquals(Optional.of("before"), workspace.moment().baseline().map(SnapshotInfo::name));
        assertEquals(List.of("diff"), views);
    }

    @Test
    void aClosedTraceHasNoAlarms() throws IOException {
        open();
        workspace.close();
        assertEquals(List.of(), model.alarms());
        assertFalse(model.traceOpenProperty().get());
    }
}
