package org.ringside.app.ept;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.ringside.app.map.PageCells;
import org.ringside.app.testing.ManualUiThread;
import org.ringside.app.testing.MemoryTrace;
import org.ringside.app.testing.TinyHypervisor;
import org.ringside.app.testing.TinyKernel;
import org.ringside.app.workspace.OpenTrace;
import org.ringside.app.workspace.Selection;
import org.ringside.app.workspace.Workspace;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.translation.AccessRights;
import org.ringside.decoder.translation.MappedRange;
import org.ringside.decoder.vmcs.VmcsField;
import org.ringside.trace.MachineState;

class EptViewModelTest {
    private static final long READ_EXECUTE = 5;

    private final ManualUiThread ui = new ManualUiThread();
    private final Workspace workspace = new Workspace(ui, path -> new MemoryTrace());
    private final EptViewModel model = new EptViewModel(workspace);

    /** Guest page 3 may not be written, guest page 9 leads to the same host page as page 2. */
    private static TinyKernel machine() {
        TinyKernel kernel = TinyHypervisor.create();
        TinyHypervisor.mapGuest(kernel, 3, TinyHypervisor.GUEST + 0x3000, READ_EXECUTE);
        TinyHypervisor.mapGuest(kernel, 9, TinyHypervisor.GUEST + 0x2000, 7);
        return kernel;
    }

    private void open(TinyKernel kernel) throws IOException {
        model.picture().resize(64, 48);
        model.attach();
        workspace.show(OpenTrace.read(new MemoryTrace().with("moment", kernel, MachineState.none())));
        settle();
    }

    private void settle() {
        ui.runUntil(() -> workspace.tasks().running().isEmpty());
    }

    private EptAccessRow access(String name) {
        return model.accessesProperty().get().stream()
                .filter(row -> row.access().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void listsRangesWithWhatTheyAllow() throws IOException {
        open(machine());
        assertEquals(EptViewModel.State.READY, model.stateProperty().get());
        List<EptRow> rows = model.mapProperty().get().orElseThrow().rows();
        assertEquals(
                List.of(
                        "0x0\t0x30000\t12 KiB\t3 × 4 KiB\trwx\tWB",
                        "0x3000\t0x33000\t4 KiB\t1 × 4 KiB\tr-x\tWB",
                        "0x4000\t0x34000\t16 KiB\t4 × 4 KiB\trwx\tWB",
                        "0x9000\t0x32000\t4 KiB\t1 × 4 KiB\trwx\tWB"),
                rows.stream().map(EptRow::text).toList());
    }

    @Test
    void paintsEveryPageByItsRights() throws IOException {
        open(machine());
        PageCells cells = Objects.requireNonNull(model.picture().cellsProperty().get());
        assertEquals(10, cells.pages());
        assertEquals(new AccessRights(7), rights(cells, 0x2000));
        assertEquals(new AccessRights(5), rights(cells, 0x3000));
        assertEquals(AccessRights.NONE, rights(cells, 0x8000));
    }

    private static AccessRights rights(PageCells cells, long address) {
        return EptCells.rights(cells.code(0, cells.column(address), cells.row(address)));
    }

    @Test
    void everyCombinationOfRightsHasItsOwnCodeAndCloseUpItsOwnPicture() {
        EptPalette palette = new EptPalette(1, 2, 3, 4, 5, 6, 7);
        Set<List<Integer>> pictures = new HashSet<>();
        for (AccessRights rights : EptCells.RIGHTS) {
            byte code = EptCells.code(rights);
            assertEquals(rights, EptCells.rights(code));
            pictures.add(List.of(
                    palette.of(code, 0, 0, 8),
                    palette.of(code, 7, 0, 8),
                    palette.of(code, 0, 7, 8),
                    palette.of(code, 7, 7, 8)));
        }
        assertEquals(15, pictures.size());
    }

    @Test
    void saysWhyAnAccessWouldExit() throws IOException {
        open(machine());
        model.select(0x3123);
        settle();
        assertEquals(new Selection.GuestAddress(TinyHypervisor.VMCS, false, 0x3123), workspace.selection());
        assertTrue(access("read").allowed());
        EptAccessRow write = access("write");
        assertEquals("VM exit 48: EPT violation", write.outcome());
        assertTrue(write.qualification().startsWith("0x1aa: Data write, Readable, Executable"), write.qualification());
        assertTrue(write.reason().contains("EPT PTE 3"), write.reason());
        model.select(Objects.requireNonNull(write.step()));
        assertTrue(workspace.selection() instanceof Selection.Node);
        model.select(0x8000);
        settle();
        assertTrue(
                access("fetch").reason().contains("not present"),
                access("fetch").reason());
    }

    @Test
    void findsAddressesEitherWay() throws IOException {
        open(machine());
        model.find("0x4000", false);
        settle();
        assertEquals(OptionalLong.of(0x4000), model.pageProperty().get());
        model.find("0x32010", true);
        settle();
        assertEquals(OptionalLong.of(0x2010), model.pageProperty().get());
        assertTrue(
                model.noteProperty().get().startsWith("2 guest pages"),
                model.noteProperty().get());
        model.find("0x39000", true);
        settle();
        assertTrue(
                model.noteProperty().get().startsWith("No guest page"),
                model.noteProperty().get());
        model.find("what", false);
        assertNotEquals("", model.noteProperty().get());
    }

    @Test
    void opensTheHostMemoryBehindTheCursor() throws IOException {
        open(machine());
        model.select(0x5000);
        model.open();
        assertEquals(new Selection.Page(TinyHypervisor.GUEST + 0x5000), workspace.selection());
    }

    @Test
    void takesAnEptpByHandWhereNoVmcsNamesOne() throws IOException {
        open(new TinyKernel());
        assertEquals(EptViewModel.State.NONE, model.stateProperty().get());
        model.enter("0x1");
        assertTrue(
                model.noteProperty().get().contains("1 levels"),
                model.noteProperty().get());
        model.enter("0x801e");
        settle();
        assertEquals(EptViewModel.State.READY, model.stateProperty().get());
        assertEquals(
                Optional.empty(),
                model.mapProperty().get().orElseThrow().choice().vmcs());
        model.enter("");
        assertEquals(EptViewModel.State.NONE, model.stateProperty().get());
    }

    @Test
    void partsMemoryThatLiesFarApart() {
        List<AddressRange> pieces =
                EptCells.pieces(List.of(range(0, 0x1000), range(0x2000, 0x1000), range(0xfee0_0000L, 0x1000)), 1 << 20);
        assertEquals(List.of(new AddressRange(0, 0x3000), new AddressRange(0xfee0_0000L, 0xfee0_1000L)), pieces);
    }

    private static MappedRange range(long address, long length) {
        return new MappedRange(address, address, length, new AccessRights(7), 6, 1, 4096, 4096);
    }

    @Test
    void showsTheTablesOfTheVmcsThatIsSelected() throws IOException {
        TinyKernel kernel = machine();
        var other = TinyHypervisor.fields();
        other.put(VmcsField.EPT_POINTER, 0x801eL);
        TinyHypervisor.write(kernel, 0x28000, other);
        open(kernel);
        assertEquals(2, model.choicesProperty().get().size());
        workspace.select(new Selection.Vmcs(0x28000));
        settle();
        assertEquals(
                0x801e,
                model.mapProperty()
                        .get()
                        .orElseThrow()
                        .choice()
                        .context()
                        .pointer()
                        .raw());
        workspace.select(new Selection.GuestAddress(TinyHypervisor.VMCS, false, 0x4000));
        settle();
        assertEquals(
                TinyHypervisor.EPTP,
                model.mapProperty()
                        .get()
                        .orElseThrow()
                        .choice()
                        .context()
                        .pointer()
                        .raw());
        assertEquals(OptionalLong.of(0x4000), model.pageProperty().get());
    }
}
