package org.ringside.decoder.paging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.SortedMap;
import java.util.TreeMap;
import org.ringside.decoder.cpu.CpuRegisters;
import org.ringside.decoder.memory.FuzzedMemory;
import org.ringside.decoder.memory.SparseMemory;
import org.ringside.decoder.structure.Findings;
import org.ringside.decoder.structure.StructureText;
import org.ringside.decoder.translation.MappedRange;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.translation.TableRanges;
import org.ringside.decoder.translation.TableWalk;

final class PagingFuzzTest {
    private static final TableLimits LIMITS =
            TableLimits.standard().withTables(300).withRanges(500);

    @FuzzTest(maxDuration = "3m")
    void anyTablesEndAndAgreeWithThemselves(FuzzedDataProvider data) {
        PagingContext context = new PagingContext(
                data.pickValue(PagingMode.values()),
                data.consumeBoolean() ? data.consumeLong() : data.consumeInt(0, FuzzedMemory.PAGES << 12),
                data.consumeBoolean(),
                data.consumeBoolean(),
                data.consumeInt(32, PagingContext.WIDEST));
        long address = data.consumeLong();
        int length = data.consumeInt(0, 10_000);
        SparseMemory memory = FuzzedMemory.of(data);
        PageWalker walker = new PageWalker(memory, context);
        TableWalk walk = walker.walk(address);
        assertEquals(walk.result(), walker.translate(address));
        assertTrue(!StructureText.print(walk.toStructure()).isEmpty());
        assertTrue(Findings.of(walk.toStructure()).size() < 200);
        new VirtualMemory(memory, walker).read(address, length);
        TableRanges ranges = walker.ranges(LIMITS);
        int checked = 0;
        while (ranges.hasNext()) {
            MappedRange range = ranges.next();
            if (checked++ < 20) {
                assertEquals(
                        range.output(),
                        walker.translate(range.input()).orElseThrow().output());
                assertEquals(
                        range.rights(),
                        walker.translate(range.input() + range.length() - 1)
                                .orElseThrow()
                                .rights());
            }
        }
        assertTrue(ranges.summary().tables() <= LIMITS.tables());
    }

    /** Without a register the outcome is what it is with it, or depends on it with that outcome among the possible ones. */
    @FuzzTest(maxDuration = "3m")
    void anAccessHasTheOutcomeThatEveryRegisterAgreesWith(FuzzedDataProvider data) {
        PagingContext context = new PagingContext(
                data.pickValue(PagingMode.values()),
                data.consumeInt(0, FuzzedMemory.PAGES << 12),
                data.consumeBoolean(),
                data.consumeBoolean(),
                data.consumeInt(32, PagingContext.WIDEST),
                data.consumeBoolean(),
                data.consumeBoolean());
        LinearAccess.Kind kind = data.pickValue(LinearAccess.Kind.values());
        LinearAccess access = new LinearAccess(
                kind,
                kind == LinearAccess.Kind.EXECUTE
                        ? LinearAccess.Mode.SUPERVISOR
                        : data.pickValue(LinearAccess.Mode.values()));
        long linear = data.consumeBoolean() ? data.consumeLong() : data.consumeInt(0, 1 << 24);
        SortedMap<String, Long> all = new TreeMap<>();
        SortedMap<String, Long> some = new TreeMap<>();
        for (String register : new String[] {"cr0", "cr4", "rflags", "pkru", "ia32_pkrs"}) {
            long value = data.consumeLong();
            all.put(register, value);
            if (data.consumeBoolean()) {
                some.put(register, value);
            }
        }
        PageWalker walker = new PageWalker(FuzzedMemory.of(data), context);
        AccessOutcome full = outcome(walker, all, linear, access);
        assertTrue(!(full instanceof AccessOutcome.DependsOn) && !full.reason().isEmpty());
        AccessOutcome partial = outcome(walker, some, linear, access);
        assertTrue(
                partial instanceof AccessOutcome.DependsOn depends
                        ? depends.possible().contains(full)
                                && depends.possible().size() > 1
                        : partial.equals(full),
                partial::reason);
    }

    private static AccessOutcome outcome(
            PageWalker walker, SortedMap<String, Long> registers, long linear, LinearAccess access) {
        AccessControls controls = new AccessControls(new CpuRegisters(0, registers));
        return new AccessEvaluator(walker, controls).evaluate(linear, access);
    }
}
