package org.ringside.app.journey;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ringside.app.testing.ManualUiThread;
import org.ringside.app.testing.MemoryTrace;
import org.ringside.app.testing.Repository;
import org.ringside.app.testing.TinyHypervisor;
import org.ringside.app.testing.TinyKernel;
import org.ringside.app.workspace.OpenTrace;
import org.ringside.app.workspace.Selection;
import org.ringside.app.workspace.Workspace;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.vmcs.VmcsField;
import org.ringside.trace.MachineState;
import org.ringside.trace.TraceFile;

class JourneyViewModelTest {
    private static final long VMCS12 = 0x5710000;
    private static final long VMCS02 = 0x170f5000;
    private static final long KERNEL_OF_L2 = 0xffff_ffff_8000_0021L;

    private final ManualUiThread ui = new ManualUiThread();
    private final Workspace workspace = new Workspace(ui, path -> new MemoryTrace());
    private final JourneyViewModel model = new JourneyViewModel(workspace);

    private void open(TinyKernel kernel) throws IOException {
        model.attach();
        workspace.show(OpenTrace.read(new MemoryTrace().with("moment", kernel, MachineState.none())));
        settle();
    }

    private void settle() {
        ui.runUntil(() -> workspace.tasks().running().isEmpty());
    }

    private JourneyPicture journey() {
        return model.journeyProperty()
                .get()
                .orElseThrow(() -> new AssertionError(model.problemProperty().get()));
    }

    private JourneyStart start() {
        return model.startsProperty().get().getFirst();
    }

    @Test
    void beginsWhereTheGuestGoesOnAndEndsInHostMemory() throws IOException {
        open(TinyHypervisor.create());
        assertEquals("L1, the guest of VMCS01 at 0x20000", start().title());
        assertEquals(TinyHypervisor.GUEST_RIP, journey().address());
        assertEquals(Observed.known(TinyHypervisor.GUEST + 0x123), journey().host());
        assertEquals(
                List.of("L1 virtual → L1 physical", "L1 physical → host-physical"),
                journey().stages().stream()
                        .map(stage -> JourneyPicture.name(stage.from(), stage.to(), stage.virtual()))
                        .toList());
    }

    @Test
    void showsEachEntryWithItsPlaceInTheGuestAndInTheHost() throws IOException {
        open(TinyHypervisor.create());
        JourneyStage paging = journey().stages().getFirst();
        assertEquals(
                List.of("PML4E", "PDPTE", "PDE", "PTE"),
                paging.cards().stream().map(JourneyCard::table).toList());
        JourneyCard directory = paging.cards().get(2);
        assertEquals(2, directory.index());
        assertEquals(0x3010, directory.entryAddress());
        assertEquals(Optional.of(TinyHypervisor.GUEST + 0x3010), directory.hostAddress());
        assertEquals(Optional.of(0x4003L), directory.raw());
        assertEquals("P, R/W", directory.flags());
        model.select(directory);
        Selection.Node selected = (Selection.Node) workspace.selection();
        assertEquals(
                Optional.of(ByteSpan.physical(TinyHypervisor.GUEST + 0x3010, 8)),
                selected.node().span());
        assertEquals("Journey of 0x400123", selected.path().getFirst().name());
    }

    @Test
    void saysWhereItStopsAndWhy() throws IOException {
        open(TinyHypervisor.create());
        model.follow(start(), true, "0x800000", "");
        settle();
        JourneyStage paging = journey().stages().getLast();
        assertFalse(paging.arrived());
        assertEquals(3, paging.cards().size());
        assertTrue(
                paging.cards().getLast().stop().contains("not present"),
                paging.cards().getLast().stop());
        assertTrue(model.text().contains("stops: "), model.text());
        model.follow(start(), false, "0x8000", "");
        settle();
        assertEquals(1, journey().stages().size());
        assertFalse(journey().host().isKnown());
    }

    @Test
    void understandsFieldsOfTheVmcsAndOtherAddressSpaces() throws IOException {
        open(TinyHypervisor.create());
        model.follow(start(), true, "rip + 0x10", "");
        settle();
        assertEquals(TinyHypervisor.GUEST_RIP + 0x10, journey().address());
        model.follow(start(), true, "rip", "guest_cr3 + 0x1000");
        settle();
        assertFalse(journey().host().isKnown(), "another root has other entries");
        model.follow(start(), true, "no_such_field", "");
        assertTrue(model.problemProperty().get().contains("no_such_field"));
    }

    @Test
    void followsWhatIsSelectedElsewhere() throws IOException {
        open(TinyHypervisor.create());
        workspace.select(new Selection.GuestAddress(TinyHypervisor.VMCS, false, 0x4321));
        settle();
        assertEquals(Observed.known(TinyHypervisor.GUEST + 0x4321), journey().host());
        assertTrue(model.text().startsWith("physical 0x4321 of L1"), model.text());
        model.openEnd();
        assertEquals(Selection.physical(TinyHypervisor.GUEST + 0x4321, 8), workspace.selection());
    }

    @Test
    void saysWhyAGuestWithoutExtendedPageTablesHasNoJourney() throws IOException {
        TinyKernel kernel = TinyHypervisor.create();
        Map<VmcsField, Long> fields = TinyHypervisor.fields();
        fields.put(VmcsField.SECONDARY_VM_EXEC_CONTROL, 0L);
        TinyHypervisor.write(kernel, TinyHypervisor.VMCS, fields);
        open(kernel);
        assertEquals(Optional.empty(), model.journeyProperty().get());
        assertEquals("EPT is not enabled", model.problemProperty().get());
    }

    /** Of the bundled recursion: the host's merged tables must lead where the tables of both hypervisors lead one after the other. */
    @Test
    void agreesWithTheTablesThatTheHostMergedForANestedGuest(@TempDir Path directory) throws IOException {
        Path copy = Files.copy(
                Repository.samples().resolve("kvm-in-kvm-under-bochs.ringside"), directory.resolve("copy.ringside"));
        model.attach();
        workspace.show(OpenTrace.read(TraceFile.open(copy)));
        settle();
        workspace.select(new Selection.GuestAddress(VMCS12, true, KERNEL_OF_L2));
        settle();
        JourneyPicture both = journey();
        assertEquals(
                List.of("L2 virtual → L2 physical", "L2 physical → L1 physical", "L1 physical → host-physical"),
                both.stages().stream()
                        .map(stage -> JourneyPicture.name(stage.from(), stage.to(), stage.virtual()))
                        .toList());
        workspace.select(new Selection.GuestAddress(VMCS02, true, KERNEL_OF_L2));
        settle();
        JourneyPicture merged = journey();
        assertEquals(
                List.of("L2 virtual → L2 physical", "L2 physical → host-physical"),
                merged.stages().stream()
                        .map(stage -> JourneyPicture.name(stage.from(), stage.to(), stage.virtual()))
                        .toList());
        assertTrue(both.host().isKnown(), both.host()::reason);
        assertEquals(both.host(), merged.host());
        workspace.close();
        settle();
    }

    @Test
    void saysThatThereIsNoGuest() throws IOException {
        open(new TinyKernel());
        assertEquals(JourneyViewModel.State.NONE, model.stateProperty().get());
        assertEquals("", model.text());
    }
}
