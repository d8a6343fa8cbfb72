package org.ringside.app.workspace;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.trace.EvidenceLink;
import org.ringside.trace.NewEvent;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.TraceEvent;

/** Bookmarks and acknowledgements of the open trace: writes them in the background, with undo. */
public final class Annotations {
    private static final long PAGE = 4096;

    private final Workspace workspace;

    public Annotations(Workspace workspace) {
        this.workspace = workspace;
    }

    /** Bookmarks what is selected at this moment; does nothing while no trace is open. */
    public void bookmarkSelection() {
        Moment moment = workspace.moment();
        Selection selection = workspace.selection();
        Optional<SnapshotInfo> shown = selection instanceof Selection.Snapshot(SnapshotInfo snapshot)
                ? Optional.of(snapshot)
                : moment.snapshot();
        String title = selection instanceof Selection.Nothing
                ? shown.map(SnapshotInfo::name).orElse("Moment")
                : selection.toString();
        List<EvidenceLink> links = shown
                .flatMap(snapshot -> span(selection)
                        .map(span -> new EvidenceLink(
                                title, snapshot.id(), moment.baseline().map(SnapshotInfo::id), span)))
                .stream()
                .toList();
        add(
                "bookmark " + title,
                Annotation.bookmark(
                        moment.time(),
                        shown.map(SnapshotInfo::machine).orElse(""),
                        title,
                        shown.map(SnapshotInfo::id),
                        links));
    }

    /** Takes a bookmark back. */
    public void removeBookmark(TraceEvent bookmark) {
        add("removal of " + bookmark.content().title(), Annotation.removal(bookmark));
    }

    /** Gives a bookmark another title; does nothing if it is blank or the same. */
    public void renameBookmark(TraceEvent bookmark, String title) {
        String wanted = title.strip();
        if (!wanted.isEmpty() && !wanted.equals(bookmark.content().title())) {
            add("renaming of " + bookmark.content().title(), Annotation.renaming(bookmark, wanted));
        }
    }

    /** Says that somebody has seen to an alarm. */
    public void acknowledge(TraceEvent alarm) {
        add("acknowledgement of " + alarm.content().title(), Annotation.acknowledgement(alarm));
    }

    /** The bytes that a selection is about, if it is about bytes. */
    private static Optional<ByteSpan> span(Selection selection) {
        return switch (selection) {
            case Selection.Bytes(ByteSpan span) -> Optional.of(span);
            case Selection.Page(long address) -> Optional.of(ByteSpan.physical(address, PAGE));
            case Selection.Node node -> node.node().span();
            case Selection.Event(TraceEvent event) ->
                event.content().links().stream().findFirst().map(EvidenceLink::span);
            case Selection.Vmcs(long address) -> Optional.of(ByteSpan.physical(address, PAGE));
            case Selection.GuestAddress guest -> Optional.empty();
            case Selection.Nothing nothing -> Optional.empty();
            case Selection.Machine machine -> Optional.empty();
            case Selection.Snapshot snapshot -> Optional.empty();
        };
    }

    private void add(String title, NewEvent event) {
        append(
                event,
                written ->
                        workspace.undo().did(title, () -> takeBack(written, event), () -> append(event, again -> {})));
    }

    /** What was written may have been taken back and written again: the latest of the same content is what counts. */
    private void takeBack(TraceEvent written, NewEvent event) {
        @Nullable OpenTrace open = workspace.openTrace();
        TraceEvent latest = open == null
                ? written
                : open.annotations().stream()
                        .filter(annotation -> annotation.content().equals(event))
                        .reduce((first, second) -> second)
                        .orElse(written);
        append(Annotation.removal(latest), done -> {});
    }

    private void append(NewEvent event, Consumer<TraceEvent> then) {
        @Nullable OpenTrace open = workspace.openTrace();
        if (open == null) {
            return;
        }
        workspace.tasks().run("Note " + event.title(), monitor -> open.trace().append(event), written -> {
            then.accept(written);
            workspace.refresh();
        });
    }
}
