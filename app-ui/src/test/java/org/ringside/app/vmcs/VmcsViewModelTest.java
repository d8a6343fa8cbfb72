package org.ringside.app.vmcs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ringside.app.structures.FoundVmcs;
import org.ringside.app.testing.ManualUiThread;
import org.ringside.app.testing.MemoryTrace;
import org.ringside.app.testing.TinyHypervisor;
import org.ringside.app.testing.TinyKernel;
import org.ringside.app.workspace.OpenTrace;
import org.ringside.app.workspace.Selection;
import org.ringside.app.workspace.Workspace;
import org.ringside.decoder.vmcs.VmcsField;
import org.ringside.decoder.vmcs.VmcsLayout;
import org.ringside.trace.MachineState;

class VmcsViewModelTest {
    private final ManualUiThread ui = new ManualUiThread();
    private final Workspace workspace = new Workspace(ui, path -> new MemoryTrace());
    private final VmcsViewModel model = new VmcsViewModel(workspace);

    private void open(TinyKernel... moments) throws IOException {
        model.attach();
        MemoryTrace trace = new MemoryTrace();
        for (int i = 0; i < moments.length; i++) {
            trace.with("moment " + i, moments[i], MachineState.none());
        }
        workspace.show(OpenTrace.read(trace));
        settle();
    }

    private void settle() {
        ui.runUntil(() -> workspace.tasks().running().isEmpty());
    }

    private VmcsRow row(String name) {
        return find(model.rowsProperty().get(), name)
                .orElseThrow(() -> new AssertionError(name + " is not among the rows"));
    }

    private static Optional<VmcsRow> find(List<VmcsRow> rows, String name) {
        for (VmcsRow row : rows) {
            Optional<VmcsRow> found = row.name().equals(name) ? Optional.of(row) : find(row.children(), name);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    @Test
    void showsTheFullestVmcsFirst() throws IOException {
        open(TinyHypervisor.create());
        assertEquals(VmcsViewModel.State.READY, model.stateProperty().get());
        FoundVmcs found = model.regionsProperty().get().getFirst();
        assertEquals("VMCS01 at 0x20000", found.title());
        assertEquals("vmcs01", found.name());
        assertEquals("0x400123", row("Guest RIP").value());
        assertEquals("0x681e", row("Guest RIP").encoding());
        assertEquals("64", row("Guest RIP").width());
    }

    @Test
    void saysThatThereIsNoVmcs() throws IOException {
        open(new TinyKernel());
        assertEquals(VmcsViewModel.State.NONE, model.stateProperty().get());
        assertEquals(List.of(), model.rowsProperty().get());
    }

    @Test
    void findsWhatAFilterNamesInFieldsAndBits() throws IOException {
        open(TinyHypervisor.create());
        model.filterProperty().set("guest_rip");
        assertEquals(
                List.of("Guest RIP"),
                model.rowsProperty().get().stream()
                        .flatMap(group -> group.children().stream())
                        .map(VmcsRow::name)
                        .toList());
        model.filterProperty().set("Enable EPT");
        VmcsRow controls = row("Secondary processor-based VM-execution controls");
        assertTrue(find(controls.children(), "Enable EPT").isPresent(), controls::toString);
        model.filterProperty().set("no such field");
        assertEquals(List.of(), model.rowsProperty().get());
    }

    @Test
    void hatchesWhatTheLayoutDoesNotSayInsteadOfZeros() throws IOException {
        open(TinyHypervisor.create());
        VmcsLayout layout = model.pictureProperty().get().orElseThrow().layout();
        VmcsField missing = Stream.of(VmcsField.values())
                .filter(field -> !layout.slots().containsKey(field))
                .findFirst()
                .orElseThrow();
        VmcsRow unknown = row(missing.title());
        assertEquals(VmcsRow.Look.NOT_KNOWN, unknown.look());
        assertEquals("?", unknown.value());
        assertTrue(unknown.meaning().contains("does not say where"), unknown.meaning());
        assertEquals(
                VmcsRow.Look.NOT_IN_USE,
                row("Virtual-processor identifier (VPID)").look());
    }

    @Test
    void putsBrokenRulesFirstWithTheirSections() throws IOException {
        TinyKernel kernel = TinyHypervisor.create();
        Map<VmcsField, Long> fields = TinyHypervisor.fields();
        fields.put(VmcsField.HOST_CS_SELECTOR, 0x13L);
        TinyHypervisor.write(kernel, TinyHypervisor.VMCS, fields);
        open(kernel);
        List<VmcsProblem> problems = model.pictureProperty().get().orElseThrow().problems();
        assertEquals(VmcsProblem.Kind.FAILED, problems.getFirst().kind());
        List<VmcsProblem> failed = problems.stream()
                .filter(problem -> problem.kind() == VmcsProblem.Kind.FAILED)
                .toList();
        assertTrue(
                failed.stream()
                        .anyMatch(problem -> problem.section().contains("27.2.3")
                                && problem.detail().contains("0x13")),
                failed::toString);
        assertTrue(problems.stream().anyMatch(problem -> problem.kind() == VmcsProblem.Kind.PASSED));
        assertTrue(problems.stream().anyMatch(problem -> problem.kind() == VmcsProblem.Kind.NOT_EVALUABLE));
    }

    @Test
    void leadsFromAddressesToWhatIsThere() throws IOException {
        open(TinyHypervisor.create());
        VmcsRow bitmap = row("Address of MSR bitmaps");
        model.follow(bitmap.link().orElseThrow());
        assertEquals(Selection.physical(TinyHypervisor.MSR_BITMAP, 8), workspace.selection());
        assertEquals(
                "64 of 8192",
                find(bitmap.children(), "Reads, low MSRs that cause VM exits")
                        .orElseThrow()
                        .meaning());
        assertEquals("ept", row("EPT pointer (EPTP)").link().orElseThrow().view());
        model.follow(row("Guest RIP").link().orElseThrow());
        assertEquals(
                new Selection.GuestAddress(TinyHypervisor.VMCS, true, TinyHypervisor.GUEST_RIP), workspace.selection());
        assertTrue(row("Address of I/O bitmap A").link().isEmpty(), "an address of 0 leads nowhere");
    }

    @Test
    void comparesWithTheSameRegionAtAnotherTime() throws IOException {
        TinyKernel before = TinyHypervisor.create();
        TinyKernel now = TinyHypervisor.create();
        Map<VmcsField, Long> fields = TinyHypervisor.fields();
        fields.put(VmcsField.GUEST_RIP, 0x40_0200L);
        fields.put(VmcsField.SECONDARY_VM_EXEC_CONTROL, 0x22L);
        TinyHypervisor.write(now, TinyHypervisor.VMCS, fields);
        open(before, now);
        VmcsViewModel.Other other = model.others().getFirst();
        assertEquals("VMCS01 at 0x20000, in moment 0", other.title());
        model.compareWith(Optional.of(other));
        settle();
        List<VmcsRow> shown = model.rowsProperty().get().stream()
                .flatMap(group -> group.children().stream())
                .toList();
        assertEquals(
                List.of("Secondary processor-based VM-execution controls", "Guest RIP"),
                shown.stream().map(VmcsRow::name).toList());
        assertEquals(
                "\"Enable VPID\" set",
                shown.getFirst().difference().orElseThrow().changes());
        assertEquals("0x400123", shown.getLast().difference().orElseThrow().other());
        model.onlyDifferencesProperty().set(false);
        assertTrue(find(model.rowsProperty().get(), "Guest CR3").isPresent());
        model.compareWith(Optional.empty());
        assertTrue(row("Guest RIP").difference().isEmpty());
    }

    @Test
    void takesALayoutFromATextFile(@TempDir Path directory) throws IOException {
        open(TinyHypervisor.create());
        Path file = Files.writeString(
                directory.resolve("mine.vmcs"), "layout mine\ntitle My processor\nfield GUEST_RIP 0x10 8\n");
        model.loadLayout(file);
        settle();
        assertEquals(
                "mine",
                model.pictureProperty().get().orElseThrow().layout().id(),
                () -> workspace.notifications().all().toString());
        assertEquals(VmcsRow.Look.KNOWN, row("Guest RIP").look());
        assertEquals(VmcsRow.Look.NOT_KNOWN, row("Guest CR3").look());
    }

    @Test
    void canBeStoppedAndStartedAgain() throws IOException {
        model.attach();
        workspace.show(OpenTrace.read(new MemoryTrace().with("moment", TinyHypervisor.create(), MachineState.none())));
        assertEquals(VmcsViewModel.State.SEARCHING, model.stateProperty().get());
        model.search().stopSearch();
        settle();
        assertEquals(VmcsViewModel.State.STOPPED, model.stateProperty().get());
        model.search().searchAgain();
        settle();
        assertEquals(VmcsViewModel.State.READY, model.stateProperty().get());
    }

    @Test
    void showsTheRegionThatIsSelectedElsewhere() throws IOException {
        TinyKernel kernel = TinyHypervisor.create();
        TinyHypervisor.write(kernel, 0x28000, TinyHypervisor.fields());
        open(kernel);
        assertEquals(
                TinyHypervisor.VMCS,
                model.pictureProperty().get().orElseThrow().found().address());
        workspace.select(new Selection.Vmcs(0x28000));
        settle();
        assertEquals(
                0x28000, model.pictureProperty().get().orElseThrow().found().address());
        assertEquals(
                "vmcs01@28000",
                model.pictureProperty().get().orElseThrow().found().name());
        workspace.select(Selection.physical(TinyHypervisor.VMCS + 0x100, 4));
        settle();
        assertEquals(
                TinyHypervisor.VMCS,
                model.pictureProperty().get().orElseThrow().found().address());
    }

    @Test
    void writesReportsWithValuesAndReasons() throws IOException {
        open(TinyHypervisor.create());
        VmcsPicture picture = model.pictureProperty().get().orElseThrow();
        String json = VmcsExport.json(picture, model.rowsProperty().get());
        assertTrue(json.contains("\"layout\" : \"bochs-2\""), json);
        assertTrue(json.contains("\"field\" : \"GUEST_RIP\""), json);
        assertTrue(json.contains("\"result\" : \"pass\""), json);
        String csv = VmcsExport.csv(model.rowsProperty().get());
        assertTrue(csv.contains("Guest-state area,Guest RIP,0x681e,64,0x400123,,"), csv);
        assertFalse(csv.contains("?"), "what is not known is empty in a table");
    }
}
