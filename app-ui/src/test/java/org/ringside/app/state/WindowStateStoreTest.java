package org.ringside.app.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javafx.geometry.Orientation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ringside.app.dock.DockLayout;

class WindowStateStoreTest {
    @TempDir
    private Path directory = Path.of("");

    @Test
    void readsBackWhatItWrote() throws IOException {
        DockLayout layout = new DockLayout.Split(
                Orientation.VERTICAL,
                List.of(
                        new DockLayout.Split(
                                Orientation.HORIZONTAL,
                                List.of(
                                        DockLayout.Tabs.of("machine"),
                                        new DockLayout.Tabs(List.of("memory", "diff"), "diff")),
                                List.of(0.2)),
                        DockLayout.Tabs.of("timeline")),
                List.of(0.75));
        WindowState state = new WindowState(
                Optional.of(new WindowState.Bounds(10, 20, 1280, 800)),
                true,
                "light",
                Optional.of(layout),
                Optional.of(Path.of("/cases/a.ringside")),
                List.of(Path.of("/cases/a.ringside"), Path.of("/cases/b \"quoted\".ringside")));
        WindowStateStore store = store();
        store.save(state);
        assertEquals(new WindowStateStore.Loaded(state, Optional.empty()), store.load());
        try (Stream<Path> files = Files.list(directory.resolve("config"))) {
            assertEquals(
                    List.of("window.json"),
                    files.map(file -> String.valueOf(file.getFileName())).toList());
        }
    }

    @Test
    void startsAsAtFirstWithoutAFile() {
        assertEquals(new WindowStateStore.Loaded(WindowState.INITIAL, Optional.empty()), store().load());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "null", "{\"version\":99}", "\u0000\u0001"})
    void passesOverWhatIsNoStateAndSaysSo(String content) throws IOException {
        write(content);
        WindowStateStore.Loaded loaded = store().load();
        assertEquals(WindowState.INITIAL, loaded.state());
        assertTrue(loaded.problem().orElse("").contains("window.json"), loaded.toString());
    }

    @Test
    void leavesOutWhatMakesNoSense() throws IOException {
        write("""
                {"version":1, "bounds":{"x":1,"y":2,"width":-5,"height":1e9}, "theme":7, "recent":[1,"/a"],
                 "layout":{"columns":[{"tabs":[]},{"tabs":["memory"],"selected":"nothing"}],"dividers":[7,-1,3]}}""");
        WindowState state = store().load().state();
        assertEquals(Optional.empty(), state.bounds());
        assertEquals(List.of(Path.of("/a")), state.recent());
        assertEquals(
                Optional.of(
                        new DockLayout.Split(Orientation.HORIZONTAL, List.of(DockLayout.Tabs.of("memory")), List.of())),
                state.layout());
    }

    @Test
    void refusesALayoutThatIsNestedTooDeep() throws IOException {
        write("{\"version\":1,\"layout\":" + "{\"rows\":[".repeat(400) + "{\"tabs\":[\"memory\"]}" + "]}".repeat(400)
                + "}");
        assertEquals(Optional.empty(), store().load().state().layout());
    }

    @Test
    void findsDirectoriesByTheXdgSpecification() {
        Path home = Path.of("/home/analyst");
        assertEquals(
                new AppDirectories(
                        Path.of("/etc/mine/ringside"),
                        Path.of("/home/analyst/.local/state/ringside"),
                        Path.of("/home/analyst/.local/share/ringside")),
                AppDirectories.of(Map.of("XDG_CONFIG_HOME", "/etc/mine", "XDG_STATE_HOME", "relative"), home));
    }

    private WindowStateStore store() {
        return new WindowStateStore(directory.resolve("config").resolve("window.json"));
    }

    private void write(String content) throws IOException {
        Files.createDirectories(directory.resolve("config"));
        Files.writeString(directory.resolve("config").resolve("window.json"), content);
    }
}
