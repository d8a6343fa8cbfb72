package org.ringside.app.shell;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import javafx.stage.FileChooser;
import javafx.stage.Window;
import org.jspecify.annotations.Nullable;
import org.ringside.app.text.Messages;
import org.ringside.app.workspace.Notification;
import org.ringside.app.workspace.OpenTrace;
import org.ringside.app.workspace.Workspace;
import org.ringside.decoder.structure.Severity;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.SourceInfo;
import org.ringside.trace.Trace;

/** Files that snapshots were indexed in place from, and that are no longer there: tells, and lets the person say where they are. */
final class MovedSources {
    private static final Messages MESSAGES = Messages.of(MovedSources.class);

    private final Workspace workspace;
    private final Supplier<@Nullable Window> window;
    private @Nullable Path looked;

    MovedSources(Workspace workspace, Supplier<@Nullable Window> window) {
        this.workspace = workspace;
        this.window = window;
        workspace.openTraceProperty().subscribe(this::look);
    }

    private void look(@Nullable OpenTrace open) {
        if (open == null) {
            looked = null;
        } else if (!open.trace().path().equals(looked)) {
            looked = open.trace().path();
            workspace
                    .tasks()
                    .slot(MESSAGES.get("moved.look"))
                    .run(monitor -> moved(open), found -> found.forEach(this::tell));
        }
    }

    /** Not on the UI thread. */
    static List<SourceInfo> moved(OpenTrace open) {
        return open.snapshots().stream()
                .filter(SnapshotInfo::inPlace)
                .map(SnapshotInfo::source)
                .distinct()
                .filter(source -> !isThere(open.trace(), source))
                .toList();
    }

    private static boolean isThere(Trace trace, SourceInfo source) {
        try {
            return Files.size(trace.currentLocation(source)) == source.size();
        } catch (IOException | RuntimeException gone) {
            return false;
        }
    }

    private void tell(SourceInfo source) {
        workspace
                .notifications()
                .post(new Notification(
                        Severity.WARNING,
                        MESSAGES.get("moved.title", Path.of(source.location()).getFileName()),
                        MESSAGES.get("moved.text", source.location()),
                        "",
                        List.of(new Notification.Offer(MESSAGES.get("moved.locate"), () -> locate(source)))));
    }

    private void locate(SourceInfo source) {
        FileChooser chooser = new FileChooser();
        chooser.setTitle(MESSAGES.get("moved.locate"));
        @Nullable File chosen = chooser.showOpenDialog(window.get());
        if (chosen == null) {
            tell(source);
        } else {
            relocate(source, chosen.toPath());
        }
    }

    /** Takes the file as the source's, if it is the same to the last byte, and reads the trace again. */
    void relocate(SourceInfo source, Path file) {
        @Nullable OpenTrace open = workspace.openTrace();
        if (open == null) {
            return;
        }
        workspace
                .tasks()
                .run(
                        MESSAGES.get("moved.check", file.getFileName()),
                        monitor -> {
                            open.trace().relocate(source.id(), file, monitor);
                            return open.trace().path();
                        },
                        workspace::open);
    }
}
