package org.ringside.app.nesting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javafx.scene.control.TableView;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ringside.app.shell.ViewType;
import org.ringside.app.testing.Repository;
import org.ringside.app.testing.Workbench;
import org.ringside.app.workspace.Selection;

/** The levels of the bundled recursion in the real window; reads on the UI thread fail it. */
class NestingWalkTest {
    private final Workbench workbench = Workbench.start();

    @TempDir
    private Path directory = Path.of("");

    @AfterEach
    void close() {
        workbench.close();
    }

    private Path copy(String sample) throws IOException {
        return Files.copy(Repository.samples().resolve(sample), directory.resolve(sample));
    }

    @Test
    void leadsFromTheLevelsToAFieldAndToAJourney() throws IOException {
        workbench.open(copy("kvm-in-kvm-under-bochs.ringside"));
        workbench.show("nesting");
        workbench.click("#pane-nesting .nesting-vmcs");
        Selection selected = workbench.workspace().selection();
        assertTrue(selected instanceof Selection.Vmcs, selected::toString);
        workbench.screenshot("nesting-1-levels");

        workbench.click("#pane-nesting .text-field");
        workbench.type("ept_pointer");
        TableView<?> table = (TableView<?>) workbench.find("#pane-nesting .nesting-table");
        assertEquals(2, Workbench.onUiThread(() -> table.getItems().size()), "a heading and the field");
        workbench.click("#pane-nesting .nesting-table .mono:used");
        workbench.screenshot("nesting-2-cell");
        workbench.press(KeyCode.ENTER);
        Selection field = workbench.workspace().selection();
        assertTrue(field.toString().contains("EPT pointer"), field::toString);
        assertNotNull(workbench.find("#pane-vmcs .vmcs-table"));
        workbench.screenshot("nesting-3-field");

        workbench.show("nesting");
        NestingView view =
                (NestingView) workbench.window().views().get(ViewType.NESTING).orElseThrow();
        workbench.run(
                () -> view.model().show(view.model().chainsProperty().get().getLast()));
        workbench.settle();
        assertTrue(
                workbench
                                .boundsOf(workbench.find("#pane-nesting .nesting-vmcs"))
                                .getMinY()
                        < workbench
                                .boundsOf(workbench.find("#pane-nesting .nesting-bar"))
                                .getMinY(),
                "the levels have room");
        workbench.click("#pane-nesting #nesting-tables");
        TableView<?> ranges = (TableView<?>) workbench.find("#pane-nesting .nesting-ranges");
        assertTrue(Workbench.onUiThread(() -> ranges.getItems().size() > 1));
        workbench.screenshot("nesting-4-tables");
        workbench.click("#pane-nesting .nesting-ranges .table-row-cell");
        Selection range = workbench.workspace().selection();
        assertTrue(range instanceof Selection.GuestAddress, range::toString);
        workbench.press(KeyCode.ENTER);
        assertNotNull(workbench.find("#pane-journey .journey-card"));
        assertEquals(range, workbench.workspace().selection());
        assertTrue(workbench.workspace().notifications().all().isEmpty(), "nothing failed");
    }

    @Test
    void saysThatALinuxWithoutGuestsHasNoHypervisor() throws IOException {
        workbench.open(copy("corrupted-driver.ringside"));
        workbench.show("nesting");
        assertNotNull(workbench.find("#pane-nesting .empty-page"));
        workbench.screenshot("nesting-none");
        assertTrue(workbench.workspace().notifications().all().isEmpty(), "nothing failed");
    }
}
