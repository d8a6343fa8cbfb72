package org.ringside.app.vmcs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import javafx.scene.control.TableView;
import javafx.scene.control.TreeTableView;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ringside.app.testing.NestedKvm;
import org.ringside.app.testing.Repository;
import org.ringside.app.testing.Workbench;
import org.ringside.app.workspace.Selection;

/** The way of an analyst into a hypervisor, in the real window; reads on the UI thread fail it. */
class HypervisorWalkTest {
    private final Workbench workbench = Workbench.start();

    @TempDir
    private Path directory = Path.of("");

    @AfterEach
    void close() {
        workbench.close();
    }

    @Test
    void leadsFromTheMachineToTheFieldsOfANestedVmcs() throws IOException {
        workbench.open(NestedKvm.require());
        workbench.show("vmcs");
        TreeTableView<?> table = (TreeTableView<?>) workbench.find("#pane-vmcs .vmcs-table");
        assertTrue(Workbench.onUiThread(() -> table.getExpandedItemCount() > 100));
        workbench.screenshot("vmcs-1-host");

        workbench.press(KeyCode.CONTROL, KeyCode.K);
        workbench.type("vmcs12.host_rip");
        workbench.press(KeyCode.ENTER);
        Selection selected = workbench.workspace().selection();
        assertTrue(selected.toString().endsWith("Host RIP"), selected::toString);
        assertEquals(
                "VMCS at 0x%x".formatted(NestedKvm.VMCS12),
                ((Selection.Node) selected).path().getFirst().name());
        workbench.screenshot("vmcs-2-nested");

        workbench.run(() -> workbench.workspace().select(new Selection.Vmcs(NestedKvm.VMCS01)));
        workbench.show("ept");
        TableView<?> ranges = (TableView<?>) workbench.find("#pane-ept .ept-ranges");
        assertEquals(
                NestedKvm.EPT_RANGES,
                Workbench.onUiThread(() -> ranges.getItems().size()));
        workbench.click("#pane-ept .text-field");
        workbench.type("0x80000");
        workbench.press(KeyCode.ENTER);
        assertEquals(
                new Selection.GuestAddress(NestedKvm.VMCS01, false, 0x80000),
                workbench.workspace().selection());
        workbench.screenshot("vmcs-3-ept");

        workbench.show("journey");
        assertNotNull(workbench.find("#pane-journey .journey-card"));
        workbench.click("#pane-journey .journey-card");
        Selection entry = workbench.workspace().selection();
        assertTrue(entry instanceof Selection.Node, entry::toString);
        workbench.screenshot("vmcs-4-journey");
        assertEquals(
                List.of(), List.copyOf(workbench.workspace().notifications().all()), "nothing failed");
    }

    @Test
    void saysThatALinuxWithoutGuestsHasNone() throws IOException {
        Path copy = directory.resolve("sample.ringside");
        Files.copy(
                Repository.samples().resolve("corrupted-driver.ringside"), copy, StandardCopyOption.REPLACE_EXISTING);
        workbench.open(copy);
        workbench.show("vmcs");
        assertNotNull(workbench.find("#pane-vmcs .empty-page"));
        workbench.screenshot("vmcs-none");
        workbench.show("ept");
        assertNotNull(workbench.find("#pane-ept .empty-page"));
        workbench.screenshot("ept-none");
        workbench.show("journey");
        assertNotNull(workbench.find("#pane-journey .empty-page"));
        workbench.screenshot("journey-none");
        assertTrue(workbench.workspace().notifications().all().isEmpty(), "nothing failed");
    }
}
