package org.ringside.app.vmcb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ringside.app.testing.ManualUiThread;
import org.ringside.app.testing.MemoryTrace;
import org.ringside.app.testing.Repository;
import org.ringside.app.testing.TinyKernel;
import org.ringside.app.vmcs.VmcsProblem;
import org.ringside.app.workspace.OpenTrace;
import org.ringside.app.workspace.Selection;
import org.ringside.app.workspace.Workspace;
import org.ringside.decoder.structure.StructureNode;
import org.ringside.decoder.svm.CarvedVmcb;
import org.ringside.trace.MachineState;
import org.ringside.trace.Trace;
import org.ringside.trace.TraceFile;

class VmcbViewModelTest {
    private final ManualUiThread ui = new ManualUiThread();
    private final Workspace workspace = new Workspace(ui, path -> new MemoryTrace());
    private final VmcbViewModel model = new VmcbViewModel(workspace);
    private Optional<Trace> trace = Optional.empty();

    @TempDir
    private Path directory = Path.of("");

    @AfterEach
    void close() throws IOException {
        model.detach();
        if (trace.isPresent()) {
            trace.get().close();
        }
    }

    private void openSample() throws IOException {
        Path copy = directory.resolve("kvm-amd.ringside");
        Files.copy(Repository.samples().resolve("kvm-amd.ringside"), copy, StandardCopyOption.REPLACE_EXISTING);
        trace = Optional.of(TraceFile.open(copy));
        model.attach();
        workspace.show(OpenTrace.read(trace.get()));
        settle();
    }

    private void settle() {
        ui.runUntil(() -> workspace.tasks().running().isEmpty());
    }

    private String said(String beginning) throws IOException {
        return Files.readAllLines(Repository.samples().resolve("kvm-amd.truth.txt")).stream()
                .filter(line -> line.startsWith(beginning + " "))
                .findFirst()
                .orElseThrow()
                .substring(beginning.length() + 1);
    }

    private VmcbRow row(String name) {
        return find(model.rowsProperty().get(), name).orElseThrow(() -> new AssertionError(name + " is not shown"));
    }

    private static Optional<VmcbRow> find(List<VmcbRow> rows, String name) {
        for (VmcbRow row : rows) {
            Optional<VmcbRow> found = row.name().equals(name) ? Optional.of(row) : find(row.children(), name);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    @Test
    void showsTheVmcbOfTheRecording() throws IOException {
        openSample();
        assertEquals(VmcbViewModel.State.READY, model.stateProperty().get());
        List<CarvedVmcb> found = model.vmcbsProperty().get();
        assertEquals(
                List.of(CarvedVmcb.Kind.VMCB, CarvedVmcb.Kind.HOST_SAVE_AREA),
                found.stream().map(CarvedVmcb::kind).toList());
        assertEquals(said("VMM rip"), row("RIP").value());
        assertEquals("0x578", row("RIP").place());
        assertEquals("VMEXIT_INTR: physical maskable interrupt", row("EXITCODE").meaning());
        assertTrue(row("Nested page tables").meaning().startsWith("5 levels"));
        assertTrue(row("AVIC APIC_BACKING_PAGE pointer").isUnused());
        List<VmcsProblem> problems = model.pictureProperty().get().orElseThrow().problems();
        assertTrue(problems.stream()
                .noneMatch(problem ->
                        problem.kind() == VmcsProblem.Kind.FAILED || problem.kind() == VmcsProblem.Kind.FINDING));
    }

    @Test
    void theFilterKeepsWhatHasTheText() throws IOException {
        openSample();
        model.filterProperty().set("ioio_prot");
        List<VmcbRow> rows = model.rowsProperty().get();
        assertEquals(1, rows.size());
        assertEquals("Intercept vector 3", rows.getFirst().children().getFirst().name());
        model.filterProperty().set("no such text");
        assertEquals(List.of(), model.rowsProperty().get());
    }

    @Test
    void aChosenRowIsSelectedEverywhereAndAPageChosenElsewhereIsShown() throws IOException {
        openSample();
        model.select(row("EXITCODE"));
        assertTrue(workspace.selection() instanceof Selection.Node node
                && node.path().getLast().name().equals("EXITCODE"));
        assertEquals("#VMEXIT information/EXITCODE", model.revealedProperty().get());
        CarvedVmcb host = model.vmcbsProperty().get().getLast();
        workspace.select(new Selection.Page(host.address()));
        settle();
        assertEquals(host, model.pictureProperty().get().orElseThrow().found());
        workspace.select(new Selection.Page(0x1000));
        settle();
        assertEquals(host, model.pictureProperty().get().orElseThrow().found(), "no other page is taken for one");
        model.show(model.vmcbsProperty().get().getFirst());
        settle();
        assertEquals(
                said("QEMU vmrun"),
                "0x%x"
                        .formatted(model.pictureProperty()
                                .get()
                                .orElseThrow()
                                .found()
                                .address()));
    }

    @Test
    void copiedTextLeavesOutBitsThatAreClear() throws IOException {
        openSample();
        String text = VmcbRow.text(List.of(row("Intercept reads of control registers")));
        assertTrue(text.contains("CR4\t4\t1"), text);
        assertFalse(text.contains("CR5"), text);
    }

    @Test
    void saysThatThereIsNoVmcb() throws IOException {
        model.attach();
        MemoryTrace quiet = new MemoryTrace();
        quiet.with("moment", new TinyKernel(), MachineState.none());
        workspace.show(OpenTrace.read(quiet));
        settle();
        assertEquals(VmcbViewModel.State.NONE, model.stateProperty().get());
        assertEquals(List.<StructureNode>of(), List.copyOf(model.rowsProperty().get()));
    }
}
