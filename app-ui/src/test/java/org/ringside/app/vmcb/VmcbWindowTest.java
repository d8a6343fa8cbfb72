package org.ringside.app.vmcb;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import javafx.scene.control.TreeTableView;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ringside.app.testing.Repository;
import org.ringside.app.testing.Workbench;

/** The view of VMCBs in the real window; reads on the UI thread fail it. */
class VmcbWindowTest {
    private final Workbench workbench = Workbench.start();

    @TempDir
    private Path directory = Path.of("");

    @AfterEach
    void close() {
        workbench.close();
    }

    @Test
    void showsTheFieldsOfARecordedVmcb() throws IOException {
        Path copy = directory.resolve("kvm-amd.ringside");
        Files.copy(Repository.samples().resolve("kvm-amd.ringside"), copy, StandardCopyOption.REPLACE_EXISTING);
        workbench.open(copy);
        workbench.show("vmcb");
        TreeTableView<?> table = (TreeTableView<?>) workbench.find("#pane-vmcb .vmcs-table");
        assertTrue(Workbench.onUiThread(() -> table.getExpandedItemCount() > 100));
        workbench.screenshot("vmcb");
        assertTrue(workbench.workspace().notifications().all().isEmpty(), "nothing failed");
    }

    @Test
    void saysThatAMachineWithoutAnAmdHypervisorHasNone() throws IOException {
        Path copy = directory.resolve("sample.ringside");
        Files.copy(
                Repository.samples().resolve("corrupted-driver.ringside"), copy, StandardCopyOption.REPLACE_EXISTING);
        workbench.open(copy);
        workbench.show("vmcb");
        assertNotNull(workbench.find("#pane-vmcb .empty-page"));
        assertTrue(workbench.workspace().notifications().all().isEmpty(), "nothing failed");
    }
}
