package org.ringside.app.shell;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ringside.app.dock.DockLayout;
import org.ringside.app.state.WindowState;
import org.ringside.app.state.WindowStateStore;
import org.ringside.app.testing.ManualUiThread;
import org.ringside.app.testing.SmallTrace;
import org.ringside.app.workspace.Workspace;
import org.ringside.trace.TraceFile;

class ShellModelTest {
    private final ManualUiThread ui = new ManualUiThread();
    private final Workspace workspace = new Workspace(ui, TraceFile::open);

    @TempDir
    private Path directory = Path.of("");

    @AfterEach
    void close() {
        workspace.close();
        settle();
    }

    @Test
    void remembersWhatWasOpenAndTheLayoutUntilTheNextStart() throws IOException {
        Path trace = SmallTrace.write(directory);
        ShellModel model = model(store().load().state());
        model.open(trace);
        settle();
        model.themeProperty().set(Theme.LIGHT);
        AtomicBoolean stored = new AtomicBoolean();
        WindowState.Bounds bounds = new WindowState.Bounds(1, 2, 1000, 700);
        model.save(Optional.of(bounds), false, Optional.of(DockLayout.Tabs.of("diff")), () -> stored.set(true));
        ui.runUntil(stored::get);
        workspace.close();
        settle();

        ShellModel next = model(store().load().state());
        assertEquals(Theme.LIGHT, next.themeProperty().get());
        assertEquals(List.of(trace), next.recent());
        assertEquals(Optional.of(DockLayout.Tabs.of("diff")), next.storedLayout());
        assertEquals(Optional.of(bounds), next.state().bounds());
        next.openLast();
        settle();
        assertEquals(
                trace, Objects.requireNonNull(workspace.openTrace()).trace().path());
    }

    @Test
    void opensTheSampleAtFirstAsAPersonalCopyWithItsSymbols() throws IOException {
        Path bundled = SmallTrace.write(Files.createDirectory(directory.resolve("bundle")));
        Files.writeString(bundled.resolveSibling("small.symbols"), "ffffffff810be3a0 T __x64_sys_getppid\n");
        byte[] before = Files.readAllBytes(bundled);
        ShellModel model = model(WindowState.INITIAL, bundled);
        model.openLast();
        settle();
        Path opened = Objects.requireNonNull(workspace.openTrace()).trace().path();
        assertNotEquals(bundled, opened);
        assertTrue(opened.startsWith(directory.resolve("copies")));
        assertEquals(1, workspace.symbols().size());
        assertArrayEquals(before, Files.readAllBytes(bundled));
    }

    @Test
    void staysEmptyWhereThereIsNothingToOpen() {
        ShellModel model = model(WindowState.INITIAL);
        model.openLast();
        settle();
        assertNull(workspace.openTrace());
        assertEquals(List.of(), workspace.notifications().all());
    }

    private ShellModel model(WindowState state) {
        return model(state, directory.resolve("no-sample"));
    }

    private ShellModel model(WindowState state, Path bundled) {
        return new ShellModel(
                workspace, state, Optional.of(store()), new SampleTrace(bundled, directory.resolve("copies")));
    }

    private WindowStateStore store() {
        return new WindowStateStore(directory.resolve("window.json"));
    }

    private void settle() {
        ui.runUntil(workspace.tasks().idle()::get);
    }
}
