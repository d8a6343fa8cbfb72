package org.ringside.app.diff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.ringside.app.testing.ManualUiThread;
import org.ringside.app.testing.MemoryTrace;
import org.ringside.app.testing.TinyKernel;
import org.ringside.app.workspace.OpenTrace;
import org.ringside.app.workspace.Selection;
import org.ringside.app.workspace.Workspace;
import org.ringside.decoder.disasm.Disassembler;
import org.ringside.decoder.symbol.SymbolTable;
import org.ringside.trace.MachineState;
import org.ringside.trace.ProgressMonitor;
import org.ringside.trace.snapshot.PageRun;

class DiffViewModelTest {
    private static final long CODE = 0x10000;
    private static final long TABLE = 0x11000;
    private static final long DATA = 0x12000;
    private static final long USER = 0x13000;
    private static final long MODULE = 0x14000;
    private static final SymbolTable SYMBOLS =
            SymbolTable.parse("ffffffffffe00100 T victim\nffffffffffe00180 T next\nffffffffffe01000 R table\n");

    private final ManualUiThread ui = new ManualUiThread();
    private final Workspace workspace = new Workspace(ui, path -> new MemoryTrace());
    private final DiffViewModel model = new DiffViewModel(workspace);

    private static TinyKernel before() {
        return new TinyKernel()
                .map(0, CODE, 0)
                .map(1, TABLE, TinyKernel.NO_EXECUTE)
                .map(2, DATA, TinyKernel.WRITE | TinyKernel.NO_EXECUTE)
                .put(CODE + 0x100, 0x0f, 0x1f, 0x44, 0, 0, 0x53, 0x90)
                .putLong(TABLE + 8, TinyKernel.KERNEL + 0x180);
    }

    private static TinyKernel after() {
        return before().map(4, MODULE, 0)
                .put(CODE + 0x100, 0xb8, 0x37, 0x13, 0, 0, 0xc3)
                .putLong(TABLE + 8, TinyKernel.KERNEL + 0x4000)
                .put(DATA, 1, 2, 3)
                .put(USER + 5, 1)
                .put(MODULE, 0xc3);
    }

    private void open(MachineState state) throws IOException {
        open(new MemoryTrace().with("before", before(), state).with("after", after(), state));
        workspace.show(SYMBOLS);
        settle();
    }

    private void open(MemoryTrace trace) throws IOException {
        model.attach();
        workspace.show(OpenTrace.read(trace));
        settle();
    }

    private void settle() {
        ui.runUntil(() -> workspace.tasks().running().isEmpty());
    }

    private ChangedRun run(MemoryKind kind) {
        return model.comparison().orElseThrow().runs().stream()
                .filter(run -> run.kind() == kind)
                .findFirst()
                .orElseThrow();
    }

    private String listed() {
        StringBuilder text = new StringBuilder();
        for (DiffRow row : model.rows()) {
            text.append(
                    switch (row) {
                        case DiffRow.Group(MemoryKind kind, int runs, long pages, boolean open) ->
                            "%s%s %d; ".formatted(open ? "" : "folded ", kind, pages);
                        case DiffRow.Run(ChangedRun run) -> "%x; ".formatted(run.address());
                    });
        }
        return text.toString();
    }

    @Test
    void putsProtectedMemoryFirstAndFoldsNoise() throws IOException {
        open(TinyKernel.cpuOnly());
        assertEquals(
                "CODE 1; 10000; READ_ONLY_DATA 1; 11000; NEW_CODE 1; 14000; folded DATA 1; folded UNMAPPED 2; ",
                listed().replace("; 4000", ""));
        model.toggle(MemoryKind.DATA);
        assertTrue(listed().contains("DATA 1; 12000; "), listed());
    }

    @Test
    void findsTheRunOfEveryPageOfEveryKind() throws IOException {
        open(TinyKernel.cpuOnly());
        Comparison comparison = model.comparison().orElseThrow();
        for (ChangedRun run : comparison.runs()) {
            long last = run.range().end() - 1;
            assertEquals(Optional.of(run), comparison.runOf(run.address()));
            assertEquals(Optional.of(run), comparison.runOf(last));
        }
        assertEquals(Optional.empty(), comparison.runOf(USER + 0x2000));
        assertEquals(Optional.empty(), comparison.runOf(-1));
    }

    @Test
    void findsAPageInsideALongRun() throws IOException {
        open(TinyKernel.cpuOnly());
        Comparison real = model.comparison().orElseThrow();
        ChangedRun data = new ChangedRun(0x10000, 8, PageRun.Change.CHANGED, MemoryKind.DATA);
        ChangedRun code = new ChangedRun(0x20000, 1, PageRun.Change.CHANGED, MemoryKind.CODE);
        ChangedRun high = new ChangedRun(0x8000_0000_0000_0000L, 2, PageRun.Change.APPEARED, MemoryKind.DATA);
        Comparison comparison = new Comparison(
                real.baseline(),
                real.current(),
                real.before(),
                real.after(),
                real.baselineMappings(),
                real.currentMappings(),
                List.of(high, data, code));
        assertEquals(List.of(code, data, high), comparison.runs());
        assertEquals(Optional.of(data), comparison.runOf(0x15abc));
        assertEquals(Optional.of(code), comparison.runOf(0x20fff));
        assertEquals(Optional.of(high), comparison.runOf(0x8000_0000_0000_1fffL));
        assertEquals(Optional.empty(), comparison.runOf(0x18000));
        assertEquals(Optional.empty(), comparison.runOf(0xffff));
    }

    @Test
    void saysThatTheUseIsNotKnownWithoutRegisters() throws IOException {
        open(MachineState.none());
        assertTrue(listed().startsWith("UNKNOWN 6; "), listed());
    }

    @Test
    void countsAndNamesWhatIsLookedAt() throws IOException {
        open(TinyKernel.cpuOnly());
        ChangedRun code = run(MemoryKind.CODE);
        assertEquals(Optional.empty(), model.summaryOf(code));
        settle();
        RunSummary summary = model.summaryOf(code).orElseThrow();
        assertEquals(4, summary.changedBytes());
        assertEquals(CODE + 0x100, summary.first().orElseThrow());
        assertEquals("victim", model.symbols(code).getFirst().toString());
    }

    @Test
    void selectsTheFirstByteThatDiffers() throws IOException {
        open(TinyKernel.cpuOnly());
        ChangedRun table = run(MemoryKind.READ_ONLY_DATA);
        assertEquals(Optional.empty(), model.summaryOf(table));
        settle();
        model.select(table);
        assertEquals(
                Selection.physical(TABLE + 9, 1).getClass(),
                workspace.selection().getClass());
        assertEquals(TABLE + 8, ((Selection.Bytes) workspace.selection()).span().address() & -8);
        settle();
        PointerChange pointer =
                model.detailProperty().get().orElseThrow().pointers().getFirst();
        assertEquals(TinyKernel.KERNEL + 0x180, pointer.before());
        assertEquals(TinyKernel.KERNEL + 0x4000, pointer.after());
        assertEquals("next", pointer.oldName().orElseThrow().toString());
    }

    @Test
    void showsInstructionsBeforeAndAfter() throws IOException {
        assertTrue(Disassembler.open().isKnown(), () -> "libcapstone is part of the build's requirements");
        open(TinyKernel.cpuOnly());
        workspace.select(Selection.physical(CODE + 0x100, 1));
        settle();
        RunDetail detail = model.detailProperty().get().orElseThrow();
        CodeChange code = detail.code().getFirst();
        assertEquals("victim", code.title());
        List<String> old = code.rows().stream()
                .filter(InstructionRow::differs)
                .map(row -> row.before().orElseThrow().text())
                .toList();
        List<String> now = code.rows().stream()
                .filter(InstructionRow::differs)
                .map(row -> row.after().orElseThrow().text())
                .toList();
        assertEquals(List.of("nop dword ptr [rax + rax]", "push rbx"), old);
        assertEquals(List.of("mov eax, 0x1337", "ret"), now);
        assertEquals(TinyKernel.KERNEL + 0x100, code.rows().getFirst().address());
    }

    @Test
    void followsWhatIsSelectedElsewhere() throws IOException {
        open(TinyKernel.cpuOnly());
        workspace.select(new Selection.Page(DATA));
        assertEquals(
                MemoryKind.DATA, model.selectedProperty().get().orElseThrow().kind());
    }

    @Test
    void filtersBySymbolAddressAndKind() throws IOException {
        open(TinyKernel.cpuOnly());
        filter("VICT", EnumSet.allOf(MemoryKind.class));
        assertEquals("CODE 1; 10000; ", listed());
        filter("0x12004", EnumSet.allOf(MemoryKind.class));
        assertEquals("DATA 1; 12000; ", listed());
        filter("0xffffffffffe01010", EnumSet.allOf(MemoryKind.class));
        assertEquals("READ_ONLY_DATA 1; 11000; ", listed());
        filter("", EnumSet.of(MemoryKind.READ_ONLY_DATA));
        assertEquals("READ_ONLY_DATA 1; 11000; ", listed());
        filter("no such name", EnumSet.allOf(MemoryKind.class));
        assertEquals(DiffViewModel.State.ALL_FILTERED, model.stateProperty().get());
    }

    private void filter(String text, Set<MemoryKind> kinds) {
        model.filterProperty().set(new DiffFilter(text, kinds));
        settle();
    }

    @Test
    void saysWhyThereIsNothingToShow() throws IOException {
        model.attach();
        assertEquals(DiffViewModel.State.CLOSED, model.stateProperty().get());
        model.detach();
        open(new MemoryTrace().with("only", before(), TinyKernel.cpuOnly()));
        assertEquals(DiffViewModel.State.NO_BASELINE, model.stateProperty().get());
        workspace.moveTo(new org.ringside.trace.TraceTime(0));
        assertEquals(DiffViewModel.State.NO_SNAPSHOT, model.stateProperty().get());
        workspace.close();
        settle();
        model.detach();
        open(new MemoryTrace()
                .with("one", before(), TinyKernel.cpuOnly())
                .with("same", before(), TinyKernel.cpuOnly()));
        assertEquals(DiffViewModel.State.IDENTICAL, model.stateProperty().get());
    }

    @Test
    void comparesAgainWhenTheBaselineChanges() throws IOException {
        open(TinyKernel.cpuOnly());
        workspace.moveTo(workspace.moment().comparedWith(workspace.moment().snapshot()));
        settle();
        assertEquals(DiffViewModel.State.IDENTICAL, model.stateProperty().get());
        workspace.back();
        settle();
        assertEquals(DiffViewModel.State.READY, model.stateProperty().get());
    }

    @Test
    void exportsEveryRun() throws IOException {
        open(TinyKernel.cpuOnly());
        Comparison comparison = model.comparison().orElseThrow();
        StringWriter csv = new StringWriter();
        DiffExport.csv(comparison, comparison.runs(), SYMBOLS, csv, ProgressMonitor.none());
        List<String> lines = csv.toString().lines().toList();
        assertEquals("0x10000,0xffffffffffe00000,1,changed,code,4,0x10100,victim", lines.get(1));
        assertEquals(1 + comparison.runs().size(), lines.size());
        StringWriter json = new StringWriter();
        DiffExport.json(comparison, comparison.runs(), SYMBOLS, json, ProgressMonitor.none());
        assertTrue(json.toString().contains("\"firstChanged\" : \"0x10100\""), json.toString());
    }

    @Test
    void writesADetailForAReport() throws IOException {
        open(TinyKernel.cpuOnly());
        String text = DiffExport.text(RunDetail.of(
                model.comparison().orElseThrow(), run(MemoryKind.READ_ONLY_DATA), SYMBOLS, ProgressMonitor.none()));
        assertTrue(text.contains("0x11008: 0xffffffffffe00180 <next> -> 0xffffffffffe04000 <table+0x3000>"), text);
        assertTrue(text.contains("- 0x11000  00 00 00 00 00 00 00 00 80 01 e0 ff ff ff ff ff"), text);
    }

    @Test
    void marksExactlyTheBytesThatDiffer() throws IOException {
        open(TinyKernel.cpuOnly());
        RunDetail detail =
                RunDetail.of(model.comparison().orElseThrow(), run(MemoryKind.CODE), SYMBOLS, ProgressMonitor.none());
        HexLine line = detail.lines().stream()
                .filter(found -> found.address() == CODE + 0x100)
                .findFirst()
                .orElseThrow();
        assertEquals("{0, 1, 2, 5}", line.changed().toString());
        assertFalse(detail.lines().stream().anyMatch(found -> found.address() > CODE + 0x110));
        assertInstanceOf(DetailRow.Heading.class, DetailRow.of(detail, SYMBOLS).getFirst());
    }
}
