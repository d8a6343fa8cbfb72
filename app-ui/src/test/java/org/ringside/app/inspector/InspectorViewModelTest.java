package org.ringside.app.inspector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.ringside.app.inspector.InspectorPage.Fact;
import org.ringside.app.inspector.InspectorPage.Section;
import org.ringside.app.testing.ManualUiThread;
import org.ringside.app.testing.MemoryTrace;
import org.ringside.app.testing.TinyKernel;
import org.ringside.app.workspace.OpenTrace;
import org.ringside.app.workspace.Selection;
import org.ringside.app.workspace.Workspace;
import org.ringside.decoder.cpu.RegisterTree;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.paging.PageWalker;
import org.ringside.decoder.paging.PagingContext;
import org.ringside.decoder.structure.AddressSpace;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.Severity;
import org.ringside.decoder.structure.StructureNode;
import org.ringside.decoder.symbol.SymbolTable;
import org.ringside.trace.EventKind;
import org.ringside.trace.EvidenceLink;
import org.ringside.trace.NewEvent;
import org.ringside.trace.SnapshotId;
import org.ringside.trace.TraceEvent;
import org.ringside.trace.TraceTime;

class InspectorViewModelTest {
    private static final long CODE = 0x10000;
    private static final SymbolTable SYMBOLS = SymbolTable.parse("ffffffffffe00100 T victim\n");

    private final ManualUiThread ui = new ManualUiThread();
    private final Workspace workspace = new Workspace(ui, path -> new MemoryTrace());
    private final InspectorViewModel model = new InspectorViewModel(workspace);
    private final TinyKernel after = before().put(CODE + 0x100, 0xb8, 0x37, 0x13, 0, 0, 0xc3);

    private static TinyKernel before() {
        return new TinyKernel()
                .map(0, CODE, 0)
                .device(2, 0)
                .reach(1, CODE)
                .putLong(CODE + 0x200, TinyKernel.KERNEL + 0x104);
    }

    @BeforeEach
    void open() throws IOException {
        model.attach();
        workspace.show(OpenTrace.read(new MemoryTrace()
                .with("before", before(), TinyKernel.withUnit())
                .with("after", after, TinyKernel.withUnit())));
        workspace.show(SYMBOLS);
        settle();
    }

    private void settle() {
        ui.runUntil(() -> workspace.tasks().running().isEmpty());
    }

    private InspectorPage inspect(Selection selection) {
        workspace.select(selection);
        settle();
        return model.pageProperty().get().orElseThrow();
    }

    private static List<Fact> facts(InspectorPage page, String title) {
        return page.sections().stream()
                .filter(section ->
                        section instanceof Section.Facts && section.title().equals(title))
                .flatMap(section -> ((Section.Facts) section).facts().stream())
                .toList();
    }

    private static Fact fact(InspectorPage page, String title, String name) {
        return facts(page, title).stream()
                .filter(found -> found.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is not in " + page));
    }

    @Test
    void readsBytesAsNumbersAndTellsWhatTheyWere() {
        InspectorPage page = inspect(Selection.physical(CODE + 0x100, 6));
        Fact value = fact(page, "Data", "32 bits");
        assertEquals("0x001337b8 = 1259448", value.value());
        assertEquals(Optional.of("0x00000000 = 0"), value.before());
        assertEquals("0xb8 = 184 = -72", fact(page, "Data", "8 bits").value());
        assertEquals("1011 1000", fact(page, "Data", "binary").value());
        assertEquals("·7··············", fact(page, "Data", "text").value());
    }

    @Test
    void tellsEverythingAboutThePage() {
        InspectorPage page = inspect(Selection.physical(CODE + 0x100, 1));
        assertEquals("captured", fact(page, "Page", "In after").value());
        assertEquals("changed", fact(page, "Page", "Since before").value());
        assertEquals(
                "code: executable and not writable",
                fact(page, "Page", "Kernel use").value());
        assertEquals(
                "0xffffffffffe00100 r-x victim", fact(page, "Page", "Mapped at").value());
        assertEquals(
                "00:02.0 (domain 5, DMA address 0x1000, rw-)",
                fact(page, "Page", "Written by").value());
    }

    @Test
    void followsAPointer() {
        InspectorPage page = inspect(Selection.physical(CODE + 0x200, 8));
        assertEquals("victim+0x4", fact(page, "As a pointer", "Symbol").value());
        Fact address = fact(page, "As a pointer", "Address");
        model.go(address.target().orElseThrow());
        settle();
        assertEquals(
                new Selection.Bytes(
                        new ByteSpan(new AddressSpace.Virtual(TinyKernel.PAGE_TABLES), TinyKernel.KERNEL + 0x104, 8)),
                workspace.selection());
        assertEquals(
                "0x10104",
                fact(model.pageProperty().get().orElseThrow(), "Address", "Physical")
                        .value());
    }

    @Test
    void saysThatBytesWereNotCapturedInsteadOfShowingZeros() {
        InspectorPage page = inspect(Selection.physical(0x7000_0000L, 4));
        assertTrue(facts(page, "Data").isEmpty());
        Section.Prose data = page.sections().stream()
                .filter(Section.Prose.class::isInstance)
                .map(Section.Prose.class::cast)
                .findFirst()
                .orElseThrow();
        assertTrue(data.text().startsWith("not captured"), data.text());
    }

    @Test
    void readsFewerBytesAtTheEndOfMemory() {
        InspectorPage page = inspect(Selection.physical(0x3fffd, 1));
        assertEquals(
                List.of("8 bits", "binary", "16 bits", "text"),
                facts(page, "Data").stream().map(Fact::name).toList());
    }

    @Test
    void explainsEveryBitOfAnEntryAndWhichOfThemChanged() {
        after.putLong(0x4000, CODE | 3);
        StructureNode walk = new PageWalker(after, PagingContext.fourLevel(TinyKernel.PAGE_TABLES))
                .walk(TinyKernel.KERNEL)
                .toStructure();
        List<StructureNode> path = List.of(walk, walk.children().getLast());
        InspectorPage page = inspect(new Selection.Node(path));
        Section.Bits bits = bits(page);
        assertEquals(OptionalLong.of(CODE | 1), bits.baseline());
        assertEquals(Optional.of("0x10001 = 65537"), fact(page, "", "Value").before());
        StructureNode writable = bits.word().children().get(1);
        InspectorPage flag =
                inspect(new Selection.Node(List.of(walk, walk.children().getLast(), writable)));
        assertEquals("R/W", flag.title());
        assertEquals(bits.word(), bits(flag).word());
        assertEquals(1, bits(flag).selected().orElseThrow().low());
        model.go(fact(flag, "", "Where").target().orElseThrow());
        assertEquals(Selection.physical(0x4000, 8), workspace.selection());
    }

    private static Section.Bits bits(InspectorPage page) {
        return page.sections().stream()
                .filter(Section.Bits.class::isInstance)
                .map(Section.Bits.class::cast)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void listsThePartsOfAStructureAsLinks() {
        StructureNode registers = RegisterTree.of(TinyKernel.cpuOnly().cpus().getFirst());
        InspectorPage page = inspect(new Selection.Node(List.of(registers)));
        Fact control = fact(page, "Parts", "Control registers");
        model.go(control.target().orElseThrow());
        settle();
        InspectorPage deeper = model.pageProperty().get().orElseThrow();
        assertEquals("Control registers", deeper.title());
        assertEquals(registers.name(), deeper.subtitle());
    }

    @Test
    void linksAnEventToItsEvidence() {
        EvidenceLink link = new EvidenceLink(
                "victim, patched",
                new SnapshotId(2),
                Optional.of(new SnapshotId(1)),
                ByteSpan.physical(CODE + 0x100, 6));
        NewEvent alarm = new NewEvent(
                new TraceTime(5),
                EventKind.ALARM,
                Severity.CRITICAL,
                "machine",
                "Kernel code was changed",
                "Six bytes.",
                Optional.of(new SnapshotId(2)),
                List.of(link));
        InspectorPage page = inspect(new Selection.Event(new TraceEvent(7, alarm)));
        assertEquals("critical", fact(page, "", "Severity").value());
        workspace.moveTo(new TraceTime(1_000_000_000L));
        model.go(fact(page, "Evidence", "0x10100").target().orElseThrow());
        assertEquals("after", workspace.moment().snapshot().orElseThrow().name());
        assertEquals(Selection.physical(CODE + 0x100, 6), workspace.selection());
        assertTrue(InspectorText.of(page).contains("0x10100: victim, patched"));
    }

    @Test
    void tellsWhereASnapshotCameFrom() {
        InspectorPage page =
                inspect(new Selection.Snapshot(workspace.moment().snapshot().orElseThrow()));
        assertEquals("/images/after", fact(page, "Source", "File").value());
        assertEquals(
                "256 KiB in 64 pages, 0 of them zero", fact(page, "", "Memory").value());
        assertTrue(fact(page, "Registers", "vCPU 0").target().isPresent());
    }

    @Test
    void saysWhyARegisterHasNoValue() {
        StructureNode.Field missing = new StructureNode.Field(
                "CR4",
                new Observed.Unreadable<>("register cr4 was not captured"),
                64,
                "",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of());
        assertEquals(
                "register cr4 was not captured",
                fact(inspect(new Selection.Node(List.of(missing))), "", "Value").value());
    }

    @Test
    void showsNothingOnceNothingIsSelected() {
        inspect(new Selection.Page(CODE));
        workspace.select(Selection.nothing());
        assertEquals(Optional.empty(), model.pageProperty().get());
        assertEquals("", model.text());
    }
}
