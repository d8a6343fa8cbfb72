package org.ringside.app.vtd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.ringside.app.map.WriterOverlay;
import org.ringside.app.testing.ManualUiThread;
import org.ringside.app.testing.MemoryTrace;
import org.ringside.app.testing.TinyKernel;
import org.ringside.app.workspace.OpenTrace;
import org.ringside.app.workspace.Selection;
import org.ringside.app.workspace.Workspace;
import org.ringside.decoder.structure.StructureNode;
import org.ringside.decoder.vtd.RequesterId;
import org.ringside.decoder.vtd.finding.DmaFinding;
import org.ringside.trace.MachineState;

class VtdViewModelTest {
    private static final long BUFFER = 0x20000;
    private static final RequesterId NETWORK = RequesterId.of(0, 2, 0);

    private final ManualUiThread ui = new ManualUiThread();
    private final Workspace workspace = new Workspace(ui, path -> new MemoryTrace());
    private final VtdViewModel model = new VtdViewModel(workspace);

    private static TinyKernel machine() {
        return new TinyKernel().device(2, 0).device(3, 0).reach(1, BUFFER).reach(2, BUFFER + 0x1000);
    }

    private void open(MachineState before, TinyKernel now, MachineState after) throws IOException {
        model.attach();
        workspace.show(OpenTrace.read(
                new MemoryTrace().with("before", machine(), before).with("after", now, after)));
        settle();
    }

    private void settle() {
        ui.runUntil(() -> workspace.tasks().running().isEmpty());
    }

    private VtdViewModel.Unit unit() {
        return model.shownProperty().get().orElseThrow();
    }

    private List<StructureNode> path(String... names) {
        List<StructureNode> path =
                new java.util.ArrayList<>(List.of(unit().tree().root()));
        for (String name : names) {
            path.add(path.getLast().children().stream()
                    .filter(child -> child.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(
                            name + " is not below " + path.getLast().name())));
        }
        return path;
    }

    @Test
    void leadsFromTheUnitToTheMappingsOfADevice() throws IOException {
        open(TinyKernel.withUnit(), machine(), TinyKernel.withUnit());
        assertEquals(List.of(NETWORK, RequesterId.of(0, 3, 0)), unit().devices());
        StructureNode device = path("Root Table", "Bus 00", "00:02.0").getLast();
        assertTrue(device.meaning().endsWith("shared with 1 other"), device.meaning());
        List<StructureNode> mapping = path("Root Table", "Bus 00", "00:02.0", "Domain 5", "Mappings", "0x1000…0x2fff");
        assertEquals("rw-", unit().tree().rightsOf(mapping.getLast()));
        model.select(mapping);
        assertEquals(Selection.physical(BUFFER, 0x2000), workspace.selection());
        model.select(mapping.subList(0, 4));
        assertEquals(device, ((Selection.Node) workspace.selection()).node());
    }

    @Test
    void showsFindingsAndWhatADeviceCanWrite() throws IOException {
        open(TinyKernel.withUnit(), machine().reach(9, 0x8000), TinyKernel.withUnit());
        DmaFinding worst = unit().findings().getFirst();
        assertTrue(worst.isViolation(), worst::toString);
        assertEquals("vtd.remapping-tables-writable", worst.finding().code());
        model.select(worst);
        assertEquals(Selection.physical(0x8000, 0x1000), workspace.selection());
        assertTrue(model.writers()
                .describe(BUFFER)
                .endsWith("00:02.0, as DMA address 0x1000\n00:03.0, as DMA address 0x1000"));
        model.writers().show(Optional.of(NETWORK), unit().memory());
        settle();
        assertTrue(model.writers().describe(BUFFER).endsWith("\n00:02.0, as DMA address 0x1000"));
        assertTrue(model.writers().describe(0x7000).endsWith("no device can write it"));
        assertEquals(
                3,
                Objects.requireNonNull(model.writers().overlayProperty().get()).pages(WriterOverlay.Writers.ONE));
    }

    @Test
    void treeHasWhatSurroundsTheTables() throws IOException {
        open(TinyKernel.withUnit(), machine(), TinyKernel.withUnit());
        List<String> names = unit().tree().root().children().stream()
                .map(StructureNode::name)
                .toList();
        assertTrue(
                names.containsAll(List.of("Interrupt Remapping Table", "Fault Records", "Invalidation Queue")),
                names::toString);
    }

    @Test
    void takesTheRootTableFromAnotherSnapshotAndSaysSo() throws IOException {
        open(TinyKernel.withUnit(), machine(), TinyKernel.cpuOnly());
        assertTrue(
                unit().tree().found().note().contains("not captured in after"),
                unit().tree().found().note());
        assertEquals(2, unit().devices().size());
    }

    @Test
    void asksForTheRootTableWhereNoUnitWasCaptured() throws IOException {
        open(TinyKernel.cpuOnly(), machine(), TinyKernel.cpuOnly());
        assertEquals(VtdViewModel.State.NO_UNIT, model.stateProperty().get());
        model.enterRoot("not a number");
        assertTrue(model.problemProperty().get().contains("not a hexadecimal address"));
        model.enterRoot("0x8000");
        settle();
        assertEquals(VtdViewModel.State.READY, model.stateProperty().get());
        assertEquals("", model.problemProperty().get());
        assertEquals(2, unit().devices().size());
        model.enterRoot("");
        settle();
        assertEquals(VtdViewModel.State.NO_UNIT, model.stateProperty().get());
    }

    @Test
    void tellsWhoReachesTheSelectedPage() throws IOException {
        open(TinyKernel.withUnit(), machine(), TinyKernel.withUnit());
        workspace.select(Selection.physical(BUFFER + 0x1234, 1));
        assertEquals(
                List.of("rw-  00:02.0, 00:03.0  domain 5, DMA address 0x2000"),
                model.reachingProperty().get());
        model.who("3f000");
        assertEquals(
                List.of("No device behind this unit can read or write this page."),
                model.reachingProperty().get());
    }

    @Test
    void followsADmaRequest() throws IOException {
        open(TinyKernel.withUnit(), machine(), TinyKernel.withUnit());
        model.walk(Optional.of(NETWORK), "0x1040");
        settle();
        StructureNode walk = model.walkProperty().get().orElseThrow();
        assertEquals(5, walk.children().size(), walk::toString);
        assertTrue(walk.meaning().contains("0x20040"), walk.meaning());
        model.walk(Optional.of(NETWORK), "0x9000");
        settle();
        assertTrue(model.walkProperty().get().orElseThrow().meaning().contains("not present"));
        model.walk(Optional.empty(), "0x9000");
        assertTrue(model.problemProperty().get().contains("device"));
    }

    @Test
    void marksWhatChangedSinceTheBaseline() throws IOException {
        TinyKernel now = machine().device(4, 0).reach(9, 0x10000).putLong(0xc000 + 8, 0);
        open(TinyKernel.withUnit(), now, TinyKernel.cpuOnly());
        UnitTree tree = unit().tree();
        assertEquals(
                Optional.of(UnitTree.Change.ADDED),
                tree.changeOf(path("Root Table", "Bus 00", "00:04.0").getLast()));
        assertEquals(
                Optional.of(UnitTree.Change.ADDED),
                tree.changeOf(
                        path("Domains", "Domain 5", "Mappings", "0x9000…0x9fff").getLast()));
        assertEquals(
                Optional.of(UnitTree.Change.CHANGED),
                tree.changeOf(path("Root Table", "Bus 00").getLast()));
        assertTrue(tree.gone().contains("/Domains/Domain 5/Mappings/0x1000…0x2fff"), tree.gone()::toString);
    }

    @Test
    void marksNothingWhereNothingChanged() throws IOException {
        open(TinyKernel.withUnit(), machine(), TinyKernel.withUnit());
        UnitTree tree = unit().tree();
        assertEquals(
                Optional.empty(), tree.changeOf(path("Root Table", "Bus 00").getLast()));
        assertEquals(Optional.empty(), tree.changeOf(path("Domains").getLast()));
        assertEquals(List.of(), tree.gone());
    }
}
