package org.ringside.app.timeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.ringside.app.testing.ManualUiThread;
import org.ringside.app.testing.SyntheticTrace;
import org.ringside.app.workspace.OpenTrace;
import org.ringside.app.workspace.Selection;
import org.ringside.app.workspace.Workspace;
import org.ringside.decoder.structure.Severity;
import org.ringside.trace.EventKind;
import org.ringside.trace.SnapshotInfo;

class TimelineViewModelTest {
    private static final long START = 1_763_900_000_000_000_000L;
    private static final long MINUTE = Durations.MINUTE;

    private final ManualUiThread ui = new ManualUiThread();
    private final Workspace workspace = new Workspace(ui, path -> new SyntheticTrace());
    private final TimelineViewModel model = new TimelineViewModel(workspace);

    private void open(SyntheticTrace trace) throws IOException {
        model.widthProperty().set(1000);
        model.attach();
        workspace.show(OpenTrace.read(trace));
        settle();
    }

    /** Draws until nothing is being loaded any more. */
    private List<LanePicture> settle() {
        ui.runUntil(() -> model.stateProperty().get() != TimelineViewModel.State.LOADING
                && workspace.tasks().running().isEmpty());
        ui.runUntil(() -> {
            model.pictures();
            return !model.isLoading();
        });
        List<LanePicture> pictures = model.pictures();
        ui.runUntil(() -> workspace.tasks().running().isEmpty());
        return pictures;
    }

    private static SyntheticTrace attack() {
        return new SyntheticTrace()
                .withSnapshot("before", "victim", START)
                .withSnapshot("after", "victim", START + 3 * MINUTE)
                .with(EventKind.ALARM, Severity.CRITICAL, START + 3 * MINUTE)
                .with(EventKind.LOG, Severity.INFORMATION, START + 1000, START + 1002, START + 2000);
    }

    @Test
    void hidesEmptyLanesAndCountsThem() throws IOException {
        open(attack());
        assertEquals(
                List.of(EventKind.ALARM, EventKind.SNAPSHOT, EventKind.LOG),
                model.lanes().stream().map(Lane::kind).toList());
        assertEquals(6, model.emptyLanes());
        model.emptyLanesShownProperty().set(true);
        assertEquals(9, model.lanes().size());
    }

    @Test
    void beginsWithTheWholeTraceOnTheScreen() throws IOException {
        open(attack());
        assertEquals(24, model.viewportProperty().get().x(START), 0.5);
        assertEquals(976, model.viewportProperty().get().x(START + 3 * MINUTE), 0.5);
    }

    @Test
    void microsecondsAndMinutesAreBothReadable() throws IOException {
        open(attack());
        LanePicture far = settle().getLast();
        assertEquals(1, far.marks().size());
        assertEquals(
                3,
                assertInstanceOf(Mark.Events.class, far.marks().getFirst())
                        .events()
                        .size());

        model.show(START + 1000, START + 2000);
        LanePicture near = settle().getLast();
        assertEquals(2, near.marks().size());
        model.show(START + 1000, START + 1002);
        LanePicture nearest = settle().getLast();
        assertEquals(
                2,
                nearest.marks().stream()
                        .filter(mark -> mark.right() > 0 && mark.left() < 1000)
                        .count());
    }

    @Test
    void theCursorShowsTheLastSnapshotAtOrBeforeIt() throws IOException {
        open(attack());
        model.moveCursor(500);
        assertEquals("before", workspace.moment().snapshot().orElseThrow().name());
        assertEquals(Optional.empty(), workspace.moment().baseline());
        model.moveCursor(990);
        assertEquals("after", workspace.moment().snapshot().orElseThrow().name());
        assertEquals("before", workspace.moment().baseline().orElseThrow().name());
        model.moveCursor(2);
        assertEquals(Optional.empty(), workspace.moment().snapshot());
    }

    @Test
    void stepsFromEventToEventAcrossLanesAndSelectsOnEnter() throws IOException {
        open(attack());
        model.moveCursor(2);
        StringBuilder visited = new StringBuilder();
        for (int i = 0; i < 7; i++) {
            model.step(true);
            ui.runUntil(() -> workspace.tasks().running().isEmpty());
            visited.append(name(model.focusedProperty().get().orElseThrow())).append(' ');
        }
        assertEquals("before LOG 0 LOG 1 LOG 2 after ALARM 0 ALARM 0 ", visited.toString());
        model.selectFocused();
        assertInstanceOf(Selection.Event.class, workspace.selection());
        model.step(false);
        ui.runUntil(() -> workspace.tasks().running().isEmpty());
        assertEquals("after", name(model.focusedProperty().get().orElseThrow()));
    }

    private static String name(Stop stop) {
        return switch (stop) {
            case Stop.AtEvent event -> event.event().content().title();
            case Stop.AtSnapshot(SnapshotInfo snapshot) -> snapshot.name();
        };
    }

    @Test
    void selectsWhatWasClicked() throws IOException {
        open(attack());
        List<LanePicture> pictures = settle();
        model.select(pictures.get(1).at(976).orElseThrow());
        assertEquals("snapshot after", workspace.selection().toString());
        model.select(pictures.get(0).at(976).orElseThrow());
        assertEquals("ALARM 0", workspace.selection().toString());
        assertTrue(workspace.canGoBackProperty().get());
    }

    @Test
    void countsWhatIsMarked() throws IOException {
        open(attack());
        model.mark(new TimelineViewModel.Area(START, START + MINUTE));
        ui.runUntil(() -> workspace.tasks().running().isEmpty());
        assertEquals(
                "1 min marked: 1 snapshot, 3 log lines",
                model.areaTextProperty().get());
        model.fitArea();
        assertEquals(24, model.viewportProperty().get().x(START), 0.5);
        model.clearArea();
        assertEquals("", model.areaTextProperty().get());
    }

    @Test
    void millionsOfEventsBecomeFewMarksAndFewQuestions() throws IOException {
        SyntheticTrace trace = new SyntheticTrace()
                .with(EventKind.VM_EXIT, Severity.INFORMATION, SyntheticTrace.every(START, 1000, 1_000_000));
        open(trace);
        LanePicture picture = settle().getFirst();
        assertEquals(
                1_000_000,
                picture.marks().stream()
                        .mapToLong(mark -> ((Mark.Bar) mark).count())
                        .sum());
        assertTrue(picture.marks().size() <= 1000);
        int asked = trace.queries();
        model.zoomAt(500, 0.5);
        settle();
        model.pan(10);
        settle();
        assertTrue(trace.queries() - asked <= 8, () -> "asked " + (trace.queries() - asked));
    }

    @Test
    void everyEventIsDrawnExactlyOnceAtEveryZoom() throws IOException {
        open(new SyntheticTrace()
                .with(EventKind.VM_EXIT, Severity.INFORMATION, SyntheticTrace.every(START, 777, 5000)));
        for (double factor = 1; factor < 5000; factor *= 3) {
            model.fit();
            model.zoomAt(500, factor);
            LanePicture picture = settle().getFirst();
            TimeViewport viewport = model.viewportProperty().get();
            long from = viewport.time(0);
            long until = viewport.time(1000);
            long expected = java.util.stream.LongStream.range(0, 5000)
                    .map(i -> START + i * 777)
                    .filter(time -> time >= from && time <= until)
                    .count();
            long drawn = picture.marks().stream()
                    .mapToLong(mark -> switch (mark) {
                        case Mark.Bar bar -> bar.right() < 0 || bar.left() > 1000 ? 0 : bar.count();
                        case Mark.Events events ->
                            events.events().stream()
                                    .filter(event -> viewport.x(event.content()
                                                            .time()
                                                            .epochNanoseconds())
                                                    >= 0
                                            && viewport.x(event.content().time().epochNanoseconds()) <= 1000)
                                    .count();
                        default -> 0;
                    })
                    .sum();
            assertTrue(Math.abs(expected - drawn) <= expected / 50 + 2, "zoomed " + factor);
        }
    }

    @Test
    void saysThatTheTraceCouldNotBeRead() throws IOException {
        SyntheticTrace trace = new SyntheticTrace()
                .with(EventKind.VM_EXIT, Severity.INFORMATION, SyntheticTrace.every(START, 1000, 100_000));
        open(trace);
        settle();
        trace.fail(new IOException("disk gone"));
        model.show(START, START + 1_000_000);
        model.pictures();
        ui.runUntil(() -> model.stateProperty().get() == TimelineViewModel.State.FAILED);
        ui.runUntil(() -> workspace.tasks().running().isEmpty());
        assertEquals(1, workspace.notifications().all().size());
    }

    @Test
    void saysThatTheTraceCouldNotBeReadFromTheBeginning() throws IOException {
        SyntheticTrace trace = attack();
        OpenTrace read = OpenTrace.read(trace);
        trace.fail(new IOException("disk gone"));
        model.attach();
        workspace.show(read);
        ui.runUntil(() -> workspace.tasks().running().isEmpty());
        assertEquals(TimelineViewModel.State.FAILED, model.stateProperty().get());
    }

    @Test
    void saysThatNothingIsOpenAndThatATraceIsEmpty() throws IOException {
        model.attach();
        assertEquals(TimelineViewModel.State.CLOSED, model.stateProperty().get());
        open(new SyntheticTrace());
        assertEquals(TimelineViewModel.State.EMPTY, model.stateProperty().get());
        model.fit();
        assertFalse(model.isLoading());
    }

    @Test
    void stopsFollowingWhenDetached() throws IOException {
        open(attack());
        int before = model.revisionProperty().get();
        model.detach();
        workspace.select(Selection.nothing());
        workspace.moveTo(workspace.moment().comparedWith(Optional.empty()));
        assertEquals(before, model.revisionProperty().get());
    }
}
