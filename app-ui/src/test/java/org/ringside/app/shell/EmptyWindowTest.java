package org.ringside.app.shell;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import javafx.scene.control.ListView;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.ringside.app.testing.Workbench;

class EmptyWindowTest {
    private final Workbench workbench = Workbench.start();

    @AfterEach
    void close() {
        workbench.close();
    }

    @Test
    void offersWhatCanBeDoneWhileNothingIsOpen() {
        assertNotNull(workbench.find(".empty-page .accent"));
        workbench.screenshot("empty-dark");
        workbench.run(() -> workbench.workspace().actions().run("view.theme"));
        workbench.settle();
        workbench.screenshot("empty-light");
    }

    @Test
    void findsAndRunsACommandWithTheKeyboardAlone() {
        workbench.press(KeyCode.CONTROL, KeyCode.K);
        workbench.type("keysh");
        ListView<?> found = (ListView<?>) workbench.find(".palette .list-view");
        assertFalse(Workbench.onUiThread(() -> found.getItems().isEmpty()));
        workbench.screenshot("palette");
        workbench.press(KeyCode.ENTER);
        assertNotNull(workbench.find(".key-overview"));
        workbench.screenshot("keys");
        workbench.press(KeyCode.ESCAPE);
        assertNull(Workbench.onUiThread(
                () -> workbench.window().scene().getRoot().lookup(".key-overview") == null ? null : "still there"));
    }

    @Test
    void tellsOfAFailureWithDetailsToCopy() {
        workbench.run(() -> workbench.workspace().open(Path.of("target/there-is-no-such.ringside")));
        workbench.settle();
        assertNotNull(workbench.find(".notification.error"));
        assertTrue(
                workbench.workspace().notifications().all().getFirst().details().contains("at org.ringside"));
        workbench.screenshot("failure");
    }
}
