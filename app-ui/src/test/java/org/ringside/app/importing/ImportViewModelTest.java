package org.ringside.app.importing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ringside.app.importing.ImportItem.Recognition;
import org.ringside.app.testing.ManualUiThread;
import org.ringside.app.testing.SmallTrace;
import org.ringside.app.workspace.Notification;
import org.ringside.app.workspace.Workspace;
import org.ringside.decoder.structure.Severity;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.TraceFile;

class ImportViewModelTest {
    private final ManualUiThread ui = new ManualUiThread();
    private final Workspace workspace = new Workspace(ui, TraceFile::open);
    private final Imports imports = new Imports(workspace, workspace::open);

    @TempDir
    private Path directory = Path.of("");

    private Path before = Path.of("");
    private Path after = Path.of("");

    @BeforeEach
    void writeImages() throws IOException {
        before = SmallTrace.image(directory.resolve("before.bin"), false);
        after = SmallTrace.image(directory.resolve("after.bin"), true);
    }

    @AfterEach
    void close() {
        workspace.close();
        settle();
    }

    @Test
    void recognisesImagesAndProposesATraceBesideThem() throws IOException {
        Files.createFile(directory.resolve("before.ringside"));
        ImportViewModel model = imports.prepare();
        model.add(List.of(before, after, before));
        assertFalse(model.problemProperty().get().isEmpty(), "not recognised yet");
        settle();
        assertEquals("", model.problemProperty().get());
        assertEquals(2, model.items().size());
        Recognition.Image image = assertInstanceOf(
                Recognition.Image.class,
                model.items().getFirst().recognitionProperty().get());
        assertEquals(SmallTrace.SIZE, image.size());
        assertTrue(image.inPlace());
        assertEquals(
                directory.resolve("before-2.ringside"), model.newTraceProperty().get());
    }

    @Test
    void importsSeveralIntoANewTraceAndOpensIt() {
        ImportViewModel model = imports.prepare();
        model.add(List.of(before, after));
        settle();
        model.start();
        ui.runUntil(() -> workspace.tasks().idle().get()
                && workspace.openTrace() != null
                && Objects.requireNonNull(workspace.openTrace()).snapshots().size() == 2);
        assertEquals(
                List.of("after", "before"),
                Objects.requireNonNull(workspace.openTrace()).snapshots().stream()
                        .map(SnapshotInfo::name)
                        .sorted()
                        .toList());
    }

    @Test
    void addsToTheOpenTraceAndRefusesANameThatIsTaken() {
        ImportViewModel first = imports.prepare();
        first.add(List.of(before));
        settle();
        first.start();
        ui.runUntil(() -> workspace.tasks().idle().get() && workspace.openTrace() != null);
        ImportViewModel second = imports.prepare();
        assertTrue(second.intoOpenTraceProperty().get());
        second.add(List.of(after));
        settle();
        second.items().getFirst().nameProperty().set("before");
        assertFalse(second.problemProperty().get().isEmpty());
        second.start();
        assertTrue(workspace.tasks().idle().get(), "does not start with a problem");
        second.items().getFirst().nameProperty().set("changed");
        assertEquals("", second.problemProperty().get());
        second.start();
        settle();
        assertEquals(
                2, Objects.requireNonNull(workspace.openTrace()).snapshots().size());
        assertTrue(workspace.notifications().all().stream()
                .map(Notification::severity)
                .allMatch(Severity.INFORMATION::equals));
    }

    @Test
    void saysWhyAFileIsNoImage() throws IOException {
        Path empty = Files.createFile(directory.resolve("empty.bin"));
        ImportViewModel model = imports.prepare();
        model.add(List.of(empty));
        settle();
        Recognition.Refused refused = assertInstanceOf(
                Recognition.Refused.class,
                model.items().getFirst().recognitionProperty().get());
        assertTrue(refused.why().contains("empty"), refused.why());
        model.remove(model.items().getFirst());
        assertTrue(model.items().isEmpty());
    }

    private void settle() {
        ui.runUntil(workspace.tasks().idle()::get);
    }
}
