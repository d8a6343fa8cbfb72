package org.ringside.app.nesting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ringside.app.nesting.NestingRow.Origin;
import org.ringside.app.structures.FoundVmcs;
import org.ringside.app.testing.ManualUiThread;
import org.ringside.app.testing.MemoryTrace;
import org.ringside.app.testing.Repository;
import org.ringside.app.testing.TinyHypervisor;
import org.ringside.app.testing.TinyKernel;
import org.ringside.app.workspace.OpenTrace;
import org.ringside.app.workspace.Selection;
import org.ringside.app.workspace.Workspace;
import org.ringside.decoder.nested.ShadowComparison;
import org.ringside.decoder.nested.ShadowComparison.Verdict;
import org.ringside.decoder.vmcs.VmcsField;
import org.ringside.trace.MachineState;
import org.ringside.trace.TraceFile;

class NestingViewModelTest {
    private static final long VMCS02 = 0x170f5000;

    private final ManualUiThread ui = new ManualUiThread();
    private final Workspace workspace = new Workspace(ui, path -> new MemoryTrace());
    private final NestingViewModel model = new NestingViewModel(workspace);

    @TempDir
    private Path directory = Path.of("");

    @AfterEach
    void close() {
        model.detach();
        workspace.close();
        settle();
    }

    private void settle() {
        ui.runUntil(() -> workspace.tasks().running().isEmpty());
    }

    private void open(TinyKernel kernel) throws IOException {
        model.attach();
        workspace.show(OpenTrace.read(new MemoryTrace().with("moment", kernel, MachineState.none())));
        settle();
    }

    /** The bundled recursion: KVM in KVM, two guests of the inner one, one of them running. */
    private void openRecursion() throws IOException {
        Path copy = Files.copy(
                Repository.samples().resolve("kvm-in-kvm-under-bochs.ringside"), directory.resolve("copy.ringside"));
        model.attach();
        workspace.show(OpenTrace.read(TraceFile.open(copy)));
        settle();
        assertEquals(NestingViewModel.State.READY, model.stateProperty().get());
    }

    private NestingPicture picture() {
        return model.pictureProperty().get().orElseThrow();
    }

    private NestingChain chain() {
        return model.chainProperty().get().orElseThrow();
    }

    private ShadowComparison shadow() {
        return model.comparedProperty().get().orElseThrow().shadow().orElseThrow();
    }

    private NestingRow row(VmcsField field) {
        return model.rowsProperty().get().stream()
                .filter(row -> row.field().equals(Optional.of(field)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no row for " + field));
    }

    private static List<String> roles(List<FoundVmcs> vmcss) {
        return vmcss.stream().map(FoundVmcs::what).toList();
    }

    @Test
    void putsEachLevelInItsColumn() throws IOException {
        openRecursion();
        List<NestingPicture.Level> levels = picture().levels();
        assertEquals(3, levels.size());
        assertEquals(List.of("VMCS01", "VMCS02"), roles(levels.get(0).vmcss()));
        assertEquals(List.of("VMCS12", "VMCS12", "VMCS12"), roles(levels.get(1).vmcss()));
        assertEquals(List.of(), levels.get(2).vmcss());
        assertEquals(1, levels.get(0).memories().size());
        assertEquals(1, levels.get(1).memories().size());
        List<NestingPicture.Memory> innermost = levels.get(2).memories();
        assertEquals(3, innermost.size());
        assertEquals(
                1, innermost.stream().filter(NestingPicture.Memory::isMerged).count());
        assertEquals(List.of(), levels.get(2).hypervisors());
        for (int level = 0; level < 2; level++) {
            NestingPicture.Hypervisor hypervisor =
                    levels.get(level).hypervisors().getFirst();
            assertTrue(hypervisor.entryHost().isKnown(), hypervisor.entryHost()::reason);
        }
    }

    @Test
    void choosesTheGuestWhoseTablesTheHostMerged() throws IOException {
        openRecursion();
        assertEquals(3, model.chainsProperty().get().size(), "two guests, and the host's copy of one's VMCS");
        assertEquals(List.of("VMCS12", "VMCS02", "VMCS01"), roles(chain().vmcss()));
        ShadowComparison running = shadow();
        assertTrue(running.pages() > 0);
        assertEquals(running.pages(), running.equal());
        assertEquals(
                running.equal(),
                running.ranges().stream()
                                .filter(range -> range.verdict() == Verdict.AGREES)
                                .mapToLong(ShadowComparison.Range::length)
                                .sum()
                        / 4096);
        FoundVmcs shared = chain().merged().orElseThrow();

        model.show(model.chainsProperty().get().getLast());
        assertTrue(model.comparedProperty().get().isEmpty(), "nothing of the other guest is shown meanwhile");
        settle();
        assertEquals(0, shadow().equal());
        assertEquals(
                Set.of(Verdict.ELSEWHERE),
                shadow().ranges().stream()
                        .map(ShadowComparison.Range::verdict)
                        .filter(verdict -> verdict != Verdict.MISSING)
                        .collect(Collectors.toSet()));
        assertEquals(Optional.of(shared), chain().merged());
    }

    @Test
    void saysWhereEachFieldOfTheMergedVmcsComesFrom() throws IOException {
        openRecursion();
        assertEquals(Origin.INNER, row(VmcsField.GUEST_CR3).origin());
        assertEquals(Origin.OUTER, row(VmcsField.HOST_CR3).origin());
        NestingRow pointer = row(VmcsField.EPT_POINTER);
        assertEquals(Origin.MERGED, pointer.origin());
        assertEquals(3, Set.copyOf(pointer.values()).size());
        assertTrue(
                model.rowsProperty().get().stream()
                        .anyMatch(row -> row.explanation().contains("\" set")
                                || row.explanation().contains("\" cleared")),
                "bits are explained by their names");
        assertTrue(model.text().startsWith("Field\tVMCS12 at 0x"), model.text());
    }

    @Test
    void leavesOutWhatIsAlikeAndWhatIsNotAskedFor() throws IOException {
        openRecursion();
        List<NestingRow> different = model.rowsProperty().get();
        assertTrue(different.stream().allMatch(row -> row.isHeading() || row.differs()));
        assertFalse(different.getLast().isHeading());
        model.onlyDifferencesProperty().set(false);
        assertTrue(model.rowsProperty().get().size() > different.size());
        model.filterProperty().set("host_cr3");
        assertEquals(
                List.of("Host-state area", VmcsField.HOST_CR3.title()),
                model.rowsProperty().get().stream().map(NestingRow::title).toList());
        model.filterProperty().set("no such field");
        assertEquals(List.of(), model.rowsProperty().get());
    }

    @Test
    void followsTheSelectionAndLeadsToOtherViews() throws IOException {
        openRecursion();
        NestingChain other = model.chainsProperty().get().getLast();
        workspace.select(new Selection.Vmcs(other.inner().address()));
        settle();
        assertEquals(other, chain());
        assertEquals(
                Optional.of(other.inner().address()), model.selectedProperty().get());
        workspace.select(new Selection.Vmcs(VMCS02));
        assertEquals(other, chain(), "both chains have it");

        model.select(row(VmcsField.EPT_POINTER), 1);
        Selection.Node field = (Selection.Node) workspace.selection();
        assertEquals(VmcsField.EPT_POINTER.title(), field.node().name());
        assertEquals(VMCS02, field.path().getFirst().span().orElseThrow().address());

        ShadowComparison.Range range = shadow().ranges().getFirst();
        model.select(range);
        assertEquals(
                new Selection.GuestAddress(other.inner().address(), false, range.guestPhysical()),
                workspace.selection());

        model.select(picture().levels().get(1).memories().getFirst());
        assertEquals(
                new Selection.Vmcs(picture().levels().get(0).vmcss().getFirst().address()), workspace.selection());
        model.select(picture().levels().get(0).memories().getFirst());
        assertTrue(workspace.selection() instanceof Selection.Snapshot);
    }

    @Test
    void showsOneLevelWithoutAnythingToCompare() throws IOException {
        open(TinyHypervisor.create());
        assertEquals(NestingViewModel.State.READY, model.stateProperty().get());
        assertEquals(2, picture().levels().size());
        assertEquals(Optional.empty(), model.chainProperty().get());
        assertEquals("", model.text());
    }

    @Test
    void saysThatThereIsNoHypervisor() throws IOException {
        model.attach();
        assertEquals(NestingViewModel.State.CLOSED, model.stateProperty().get());
        workspace.show(OpenTrace.read(new MemoryTrace().with("moment", new TinyKernel(), MachineState.none())));
        settle();
        assertEquals(NestingViewModel.State.NONE, model.stateProperty().get());
    }
}
