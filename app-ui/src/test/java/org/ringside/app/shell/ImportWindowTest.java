package org.ringside.app.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ringside.app.testing.SmallTrace;
import org.ringside.app.testing.Workbench;

class ImportWindowTest {
    private final Workbench workbench = Workbench.start();

    @TempDir
    private Path directory = Path.of("");

    @AfterEach
    void close() {
        workbench.close();
    }

    @Test
    void importsDroppedImagesIntoANewTraceAndOpensIt() throws IOException {
        List<Path> images = List.of(
                SmallTrace.image(directory.resolve("before.bin"), false),
                SmallTrace.image(directory.resolve("after.bin"), true));
        workbench.run(() -> workbench.window().openFiles(images));
        workbench.settle();
        workbench.screenshot("import-dialog");
        workbench.click(".import-sheet .accent");
        workbench.waitUntil(
                "both images are in the open trace",
                () -> workbench.workspace().openTrace() != null
                        && Objects.requireNonNull(workbench.workspace().openTrace())
                                        .snapshots()
                                        .size()
                                == 2);
        workbench.settle();
        workbench.screenshot("imported");
        workbench.waitUntil(
                "the task list is gone",
                () -> workbench.window().scene().getRoot().lookup(".task-list") == null);
        assertEquals(
                directory.resolve("before.ringside"),
                Objects.requireNonNull(workbench.workspace().openTrace())
                        .trace()
                        .path());
    }

    @Test
    void saysWhyAnImageCannotBeImported() throws IOException {
        Path empty = Files.createFile(directory.resolve("empty.bin"));
        workbench.run(() -> workbench.window().showImport(List.of(empty)));
        workbench.settle();
        assertNotNull(workbench.find(".import-refused"));
        workbench.screenshot("import-refused");
        workbench.run(() -> workbench.window().showAbout());
        workbench.settle();
        workbench.screenshot("about");
    }
}
