package org.ringside.app.diff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ringside.app.structures.FoundUnit;
import org.ringside.app.testing.Repository;
import org.ringside.app.vtd.UnitTree;
import org.ringside.app.workspace.OpenTrace;
import org.ringside.decoder.symbol.SymbolTable;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.vtd.RemappingTables;
import org.ringside.trace.ProgressMonitor;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.Trace;
import org.ringside.trace.TraceFile;
import org.ringside.trace.symbols.SymbolFiles;

/** The bundled recording of a corrupted driver: what the views make of real memory. */
class SampleComparisonTest {
    @TempDir
    private Path directory;

    private Trace open() throws IOException {
        Path copy = directory.resolve("sample.ringside");
        Files.copy(
                Repository.samples().resolve("corrupted-driver.ringside"), copy, StandardCopyOption.REPLACE_EXISTING);
        return TraceFile.open(copy);
    }

    @Test
    void findsThePatchedFunctionAndTheSystemCallTableFirst() throws IOException {
        SymbolTable symbols = SymbolFiles.read(Repository.samples().resolve("corrupted-driver.symbols.zst"));
        try (Trace trace = open()) {
            List<SnapshotInfo> snapshots = trace.snapshots();
            Comparison comparison =
                    Comparison.of(trace, snapshots.getFirst(), snapshots.getLast(), ProgressMonitor.none());
            List<ChangedRun> first = comparison.runs().subList(0, 2);
            assertEquals(
                    List.of(MemoryKind.CODE, MemoryKind.READ_ONLY_DATA),
                    first.stream().map(ChangedRun::kind).toList());
            List<String> names = first.stream()
                    .flatMap(run -> comparison.symbols(RunSummary.of(comparison, run), symbols).stream())
                    .map(place -> place.symbol().name())
                    .toList();
            assertEquals(List.of("__x64_sys_getppid", "sys_call_table"), names);
            RunDetail detail = RunDetail.of(comparison, first.getFirst(), symbols, ProgressMonitor.none());
            InstructionRow row = detail.code().getFirst().rows().getFirst();
            assertEquals("mov eax, 0x1337", row.after().orElseThrow().text());
        }
    }

    @Test
    void showsTheNineFunctionsOfBusZero() throws IOException {
        try (Trace trace = open()) {
            OpenTrace open = OpenTrace.read(trace);
            SnapshotInfo last = open.snapshots().getLast();
            List<FoundUnit> units = FoundUnit.of(open, last, trace.memory(last.id()));
            assertEquals(1, units.size());
            assertEquals(
                    Optional.of(9L),
                    units.getFirst()
                            .unit()
                            .tables()
                            .toOptional()
                            .map(RemappingTables::devices)
                            .map(devices -> devices.count()));
            UnitTree tree =
                    UnitTree.of(trace.memory(last.id()), units.getFirst(), TableLimits.standard(), Optional.empty());
            assertTrue(tree.root().children().stream()
                    .anyMatch(child -> child.name().equals("Domains")));
        }
    }
}
