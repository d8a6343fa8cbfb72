package org.ringside.app.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.value.ObservableValue;
import javafx.scene.Group;
import javafx.scene.Node;
import org.junit.jupiter.api.Test;
import org.ringside.app.testing.ManualUiThread;
import org.ringside.app.testing.MemoryTrace;
import org.ringside.app.workspace.Action;
import org.ringside.app.workspace.OpenTrace;
import org.ringside.app.workspace.Workspace;

class ViewsTest {
    private final Workspace workspace = new Workspace(new ManualUiThread(), path -> new MemoryTrace());
    private final List<String> happened = new ArrayList<>();
    private final BooleanProperty ready = new SimpleBooleanProperty(true);

    private final class TestView implements WorkbenchView {
        TestView() {
            happened.add("made");
        }

        @Override
        public ViewType type() {
            return ViewType.MAP;
        }

        @Override
        public Node node() {
            return new Group();
        }

        @Override
        public ObservableValue<Boolean> ready() {
            return ready;
        }

        @Override
        public void attach() {
            happened.add("attach");
        }

        @Override
        public void detach() {
            happened.add("detach");
        }

        void act(String what) {
            happened.add(what);
        }
    }

    private Views views() {
        Views views = new Views(workspace)
                .with(
                        ViewType.MAP,
                        made -> new TestView(),
                        List.of(
                                new ViewAction<>("map.first", "First", "F", view -> view.act("first")),
                                new ViewAction<>("map.second", "Second", "", view -> view.act("second"))));
        views.registerActions();
        return views;
    }

    private void openTrace() throws IOException {
        workspace.show(OpenTrace.read(new MemoryTrace()));
    }

    @Test
    void actionsAreKnownBeforeTheirPaneIsMade() {
        views();
        Action action = workspace.actions().find("map.first").orElseThrow();
        assertEquals(List.of(), happened);
        assertEquals(Optional.of("map"), action.view());
        assertEquals("Change map", action.group());
        assertEquals(Optional.of("F"), action.key());
        assertFalse(action.enabled().get(), "there is nothing to act on while no trace is open");
    }

    @Test
    void anActionBringsItsPaneUpAndRunsOnIt() throws IOException {
        Views views = views();
        openTrace();
        workspace.onShowView(id -> {
            happened.add("show " + id);
            views.show(java.util.Set.of(ViewType.MAP));
        });
        assertTrue(workspace.actions().run("map.first"));
        assertTrue(workspace.actions().run("map.second"));
        assertEquals(List.of("show map", "made", "attach", "first", "show map", "second"), happened);
    }

    @Test
    void anActionWaitsUntilItsPaneHasReadWhatItNeeds() throws IOException {
        views();
        openTrace();
        ready.set(false);
        workspace.actions().run("map.first");
        workspace.actions().run("map.second");
        assertEquals(List.of("made"), happened);
        ready.set(true);
        ready.set(false);
        ready.set(true);
        assertEquals(List.of("made", "second"), happened);
    }

    @Test
    void everyActionOfTheStandardPanesIsKnownWithoutAWindow() {
        Views.standard(workspace).registerActions();
        for (String id :
                List.of("memory.go-to", "memory.next-change", "memory.copy-hex-dump", "map.fit", "map.export")) {
            assertTrue(workspace.actions().find(id).isPresent(), id);
        }
    }
}
