package org.ringside.decoder.nested;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.ringside.decoder.cpu.CpuRegisters;
import org.ringside.decoder.ept.EptContext;
import org.ringside.decoder.ept.ExtendedPageTablePointer;
import org.ringside.decoder.ept.ExtendedPageTables;
import org.ringside.decoder.ept.GuestPhysicalMemory;
import org.ringside.decoder.memory.FuzzedMemory;
import org.ringside.decoder.memory.SparseMemory;
import org.ringside.decoder.paging.AccessControls;
import org.ringside.decoder.paging.HlatControls;
import org.ringside.decoder.paging.LinearAccess;
import org.ringside.decoder.paging.LinearWalk;
import org.ringside.decoder.paging.PagingContext;
import org.ringside.decoder.paging.PagingMode;
import org.ringside.decoder.translation.TableLimits;

final class GuestAccessesFuzzTest {
    private static final TableLimits LIMITS =
            TableLimits.standard().withTables(200).withRanges(300);

    @FuzzTest(maxDuration = "3m")
    void anyTwoStagesEndAndAgreeWithTheWalk(FuzzedDataProvider data) {
        long eptp = (long) data.consumeInt(0, FuzzedMemory.PAGES) << 12
                | (data.consumeBoolean() ? 0x1e : 0x26)
                | (data.consumeInt(0, 3) << 6);
        EptContext context = new EptContext(
                new ExtendedPageTablePointer(eptp),
                data.consumeBoolean(),
                data.consumeBoolean(),
                data.consumeBoolean(),
                data.consumeBoolean(),
                data.consumeBoolean(),
                data.consumeBoolean(),
                data.consumeInt(32, EptContext.WIDEST),
                data.consumeBoolean());
        PagingMode mode = data.pickValue(PagingMode.values());
        PagingContext paging = new PagingContext(
                mode,
                data.consumeInt(0, FuzzedMemory.PAGES << 12),
                data.consumeBoolean(),
                data.consumeBoolean(),
                data.consumeInt(32, PagingContext.WIDEST),
                data.consumeBoolean(),
                data.consumeBoolean());
        Optional<HlatControls> hlat = mode.isLong() && data.consumeBoolean()
                ? Optional.of(new HlatControls(data.consumeInt(0, FuzzedMemory.PAGES << 12), data.consumeInt(0, 60)))
                : Optional.empty();
        SortedMap<String, Long> registers = new TreeMap<>();
        registers.put("cr4", data.consumeLong());
        registers.put("cr0", data.consumeLong());
        LinearAccess access =
                new LinearAccess(data.pickValue(LinearAccess.Kind.values()), LinearAccess.Mode.SUPERVISOR);
        long linear = data.consumeBoolean() ? data.consumeLong() : data.consumeInt(0, 1 << 24);
        SparseMemory host = FuzzedMemory.of(data);
        ExtendedPageTables ept = new ExtendedPageTables(host, context);
        GuestAccesses accesses = new GuestAccesses(
                new GuestPhysicalMemory(host, ept, LIMITS),
                ept,
                paging,
                hlat,
                new AccessControls(new CpuRegisters(0, registers)));
        GuestOutcome outcome = accesses.outcome(linear, access);
        assertTrue(!outcome.reason().isEmpty());
        if (outcome instanceof GuestOutcome.Done done) {
            LinearWalk walk = accesses.walk(linear);
            assertEquals(walk.result().orElseThrow(), done.guest());
            assertEquals(ept.translate(done.guest().output()).orElseThrow(), done.host());
        }
    }
}
