package org.ringside.app.workspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ringside.app.testing.ManualUiThread;
import org.ringside.app.testing.SmallTrace;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.TraceEvent;
import org.ringside.trace.TraceFile;
import org.ringside.trace.TraceTime;

class WorkspaceTest {
    private final ManualUiThread ui = new ManualUiThread();
    private final Workspace workspace = new Workspace(ui, TraceFile::open);

    @TempDir
    private Path directory = Path.of("");

    @BeforeEach
    void open() throws IOException {
        workspace.open(SmallTrace.write(directory));
        settle();
    }

    @AfterEach
    void close() {
        workspace.close();
        settle();
    }

    @Test
    void opensOnTheLastMomentComparedWithTheOneBefore() {
        assertEquals(Optional.of("after"), workspace.moment().snapshot().map(SnapshotInfo::name));
        assertEquals(Optional.of("before"), workspace.moment().baseline().map(SnapshotInfo::name));
    }

    @Test
    void walksBackAndForwardThroughMomentsAndSelections() {
        workspace.select(Selection.physical(0x1000, 8));
        workspace.moveTo(opened().snapshots().getFirst());
        workspace.back();
        assertEquals(Selection.physical(0x1000, 8), workspace.selection());
        assertEquals(Optional.of("after"), workspace.moment().snapshot().map(SnapshotInfo::name));
        workspace.back();
        assertEquals(Selection.nothing(), workspace.selection());
        assertFalse(workspace.canGoBackProperty().get());
        workspace.forward();
        workspace.forward();
        assertEquals(Optional.of("before"), workspace.moment().snapshot().map(SnapshotInfo::name));
        assertFalse(workspace.canGoForwardProperty().get());
    }

    @Test
    void dragsOfTheTimeCursorAreOneStep() {
        TraceTime last = workspace.moment().time();
        for (int i = 1; i <= 5; i++) {
            workspace.moveTo(new TraceTime(last.epochNanoseconds() + i));
        }
        assertFalse(workspace.canGoBackProperty().get());
        workspace.select(Selection.physical(0, 1));
        assertTrue(workspace.canGoBackProperty().get());
    }

    @Test
    void followsALinkToItsMomentItsBaselineAndItsBytes() {
        List<String> shown = new ArrayList<>();
        workspace.onShowView(shown::add);
        workspace.moveTo(opened().snapshots().getFirst());
        workspace.follow(opened().alarms().getFirst().content().links().getFirst());
        assertEquals(Optional.of("after"), workspace.moment().snapshot().map(SnapshotInfo::name));
        assertEquals(Optional.of("before"), workspace.moment().baseline().map(SnapshotInfo::name));
        assertEquals(Selection.physical(SmallTrace.PATCHED, SmallTrace.PATCH.size()), workspace.selection());
        assertEquals(List.of("diff"), shown);
    }

    @Test
    void bookmarksSurviveInTheTraceAndCanBeTakenBackAndSetAgain() {
        Annotations annotations = new Annotations(workspace);
        workspace.select(Selection.physical(SmallTrace.PATCHED, 6));
        annotations.bookmarkSelection();
        settle();
        TraceEvent bookmark = bookmarks().getFirst();
        assertEquals(
                SmallTrace.PATCHED, bookmark.content().links().getFirst().span().address());
        workspace.undo().undo();
        settle();
        assertEquals(List.of(), bookmarks());
        workspace.undo().redo();
        settle();
        assertEquals(1, bookmarks().size());
        annotations.removeBookmark(bookmarks().getFirst());
        settle();
        assertEquals(List.of(), bookmarks());
        workspace.undo().undo();
        settle();
        assertEquals(1, bookmarks().size());
    }

    @Test
    void aBookmarkIsRenamedUntilThatIsTakenBack() {
        Annotations annotations = new Annotations(workspace);
        workspace.select(Selection.physical(SmallTrace.PATCHED, 6));
        annotations.bookmarkSelection();
        settle();
        String first = bookmarks().getFirst().content().title();
        annotations.renameBookmark(bookmarks().getFirst(), "  the hook ");
        settle();
        annotations.renameBookmark(bookmarks().getFirst(), "the hook, patched");
        settle();
        assertEquals("the hook, patched", bookmarks().getFirst().content().title());
        annotations.renameBookmark(bookmarks().getFirst(), " ");
        settle();
        workspace.undo().undo();
        settle();
        assertEquals("the hook", bookmarks().getFirst().content().title());
        workspace.undo().undo();
        settle();
        assertEquals(first, bookmarks().getFirst().content().title());
        workspace.undo().redo();
        settle();
        assertEquals("the hook", bookmarks().getFirst().content().title());
        annotations.removeBookmark(bookmarks().getFirst());
        settle();
        assertEquals(List.of(), bookmarks());
        workspace.undo().undo();
        settle();
        assertEquals("the hook", bookmarks().getFirst().content().title());
    }

    @Test
    void anAlarmIsNewUntilItIsAcknowledged() {
        TraceEvent alarm = opened().alarms().getFirst();
        assertFalse(Annotation.acknowledged(opened().annotations()).contains(alarm.id()));
        new Annotations(workspace).acknowledge(alarm);
        settle();
        assertTrue(Annotation.acknowledged(opened().annotations()).contains(alarm.id()));
        workspace.undo().undo();
        settle();
        assertFalse(Annotation.acknowledged(opened().annotations()).contains(alarm.id()));
    }

    @Test
    void forgetsEverythingWhenTheTraceIsClosed() {
        workspace.select(Selection.physical(0, 1));
        workspace.close();
        assertNull(workspace.openTrace());
        assertEquals(Moment.NONE, workspace.moment());
        assertEquals(Selection.nothing(), workspace.selection());
        assertFalse(workspace.canGoBackProperty().get());
    }

    private OpenTrace opened() {
        return Objects.requireNonNull(workspace.openTrace());
    }

    private List<TraceEvent> bookmarks() {
        return Annotation.bookmarks(opened().annotations());
    }

    private void settle() {
        ui.runUntil(workspace.tasks().idle()::get);
    }
}
