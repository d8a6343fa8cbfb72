package org.ringside.app.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import javafx.scene.Node;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ringside.app.testing.SmallTrace;
import org.ringside.app.testing.Workbench;
import org.ringside.app.workspace.Selection;
import org.ringside.decoder.structure.ByteSpan;

/** The way of an analyst: open a trace, see the alarm, follow it to what changed, look at the bytes. Reads on the UI thread fail it. */
class AlarmToBytesTest {
    private final Workbench workbench = Workbench.start();

    @TempDir
    private Path directory = Path.of("");

    @AfterEach
    void close() {
        workbench.close();
    }

    @Test
    void leadsFromTheOpenedTraceToThePatchedBytes() throws IOException {
        workbench.open(SmallTrace.write(directory));
        assertOnScreen("#pane-alarms");
        assertOnScreen("#pane-timeline");
        workbench.screenshot("flow-1-opened");

        workbench.click(".alarm .hyperlink");
        assertOnScreen("#pane-diff");
        assertEquals(
                Selection.physical(SmallTrace.PATCHED, SmallTrace.PATCH.size()),
                workbench.workspace().selection());
        workbench.screenshot("flow-2-diff");

        workbench.show("memory");
        assertOnScreen("#pane-memory");
        workbench.screenshot("flow-3-memory");

        workbench.show("map");
        assertOnScreen("#pane-map");
        workbench.screenshot("flow-4-map");

        workbench.press(KeyCode.ALT, KeyCode.LEFT);
        assertEquals(Selection.nothing(), workbench.workspace().selection());
        assertTrue(workbench.workspace().notifications().all().isEmpty(), "nothing failed");
    }

    @Test
    void leadsFromTheTimelineThroughTheDiffToTheBytes() throws IOException {
        workbench.open(SmallTrace.write(directory));
        workbench.show("timeline");
        Node timeline = workbench.find(".timeline-canvas");
        workbench.run(timeline::requestFocus);
        workbench.press(KeyCode.LEFT);
        workbench.press(KeyCode.ENTER);
        assertNotEquals(Selection.nothing(), workbench.workspace().selection());
        workbench.screenshot("walk-1-timeline");

        workbench.show("diff");
        assertOnScreen("#pane-diff");
        Node changes = workbench.find("#pane-diff .table-view");
        workbench.run(changes::requestFocus);
        for (int row = 0; row < 4 && !isPatchedPageSelected(); row++) {
            workbench.press(KeyCode.DOWN);
        }
        assertTrue(
                isPatchedPageSelected(),
                () -> "selected: " + workbench.workspace().selection());
        workbench.screenshot("walk-2-diff");

        workbench.show("memory");
        assertOnScreen("#pane-memory");
        workbench.screenshot("walk-3-memory");
        assertTrue(workbench.workspace().notifications().all().isEmpty(), "nothing failed");
    }

    @Test
    void goesToAnAddressFromThePalette() throws IOException {
        workbench.open(SmallTrace.write(directory));
        workbench.press(KeyCode.CONTROL, KeyCode.K);
        workbench.type("0x43000+0x210");
        workbench.screenshot("palette-address");
        workbench.press(KeyCode.ENTER);
        assertOnScreen("#pane-memory");
        assertEquals(
                Selection.physical(SmallTrace.PATCHED, 8), workbench.workspace().selection());
    }

    @Test
    void closesPanesBringsThemBackAndUndoesAReset() throws IOException {
        workbench.open(SmallTrace.write(directory));
        workbench.show("timeline");
        workbench.press(KeyCode.CONTROL, KeyCode.W);
        assertEquals(0, width("#pane-timeline"));
        workbench.show("timeline");
        assertOnScreen("#pane-timeline");
        workbench.run(() -> workbench.workspace().actions().run("view.reset-layout"));
        workbench.settle();
        assertOnScreen("#pane-machine");
        workbench.press(KeyCode.CONTROL, KeyCode.Z);
        assertOnScreen("#pane-machine");
        assertOnScreen("#pane-timeline");
    }

    private boolean isPatchedPageSelected() {
        return switch (workbench.workspace().selection()) {
            case Selection.Page(long address) -> address >>> 12 == SmallTrace.PATCHED >>> 12;
            case Selection.Bytes(ByteSpan span) -> span.address() >>> 12 == SmallTrace.PATCHED >>> 12;
            default -> false;
        };
    }

    private void assertOnScreen(String selector) {
        assertTrue(width(selector) > 100, selector + " is not on the screen");
    }

    private double width(String selector) {
        return Workbench.onUiThread(() -> {
            Node node = workbench.window().scene().getRoot().lookup(selector);
            return node == null ? 0 : node.getLayoutBounds().getWidth();
        });
    }
}
