package org.ringside.decoder.paging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ringside.decoder.cpu.CpuRegisters;
import org.ringside.decoder.memory.SparseMemory;
import org.ringside.decoder.translation.EntryKind;
import org.ringside.decoder.translation.MappedRange;
import org.ringside.decoder.translation.TableLimits;

final class HlatPagingTest {
    private static final long UPPER = 0xffff_8000_0000_0000L;
    private static final long RESTART = 1 << 11;

    /** CR3 at 0x1000 maps page n to 0x10000 + n pages, in both halves; HLAT at 0x5000 maps page n to 0x20000 + n pages. */
    private static SparseMemory tables() {
        return new SparseMemory()
                .putLong(0x1000, 0x2007)
                .putLong(0x1800, 0x2007)
                .putLong(0x2000, 0x3007)
                .putLong(0x3000, 0x4007)
                .putLong(0x4000, 0x10067)
                .putLong(0x4008, 0x11067)
                .putLong(0x4010, 0x12067)
                .putLong(0x5000, 0x6007)
                .putLong(0x5800, 0x6007)
                .putLong(0x6000, 0x7007)
                .putLong(0x7000, 0x8007)
                .putLong(0x8000, 0x20061)
                .putLong(0x8008, 0x21067 | RESTART);
    }

    private static HlatPaging paging(SparseMemory memory, int prefix) {
        return new HlatPaging(
                new PageWalker(memory, PagingContext.fourLevel(0x1000)), new HlatControls(0x5000 | 0x18, prefix));
    }

    @ParameterizedTest
    @CsvSource({
        // prefix size, linear address, translation, whether HLAT was asked, whether it restarted
        "1, 0xffff800000000012, 0x20012, true, false",
        "1, 0xffff800000001012, 0x11012, true, true",
        "1, 0x12, 0x10012, false, false",
        "0, 0x12, 0x20012, true, false",
        "0, 0x1012, 0x11012, true, true",
        "0, 0xffff800000000012, 0x20012, true, false",
        "1, 0x2012, 0x12012, false, false",
    })
    void thePrefixAndTheRestartBitChooseTheTables(
            int prefix, String linear, String physical, boolean asked, boolean restarted) {
        LinearWalk walk = paging(tables(), prefix).walk(Long.parseUnsignedLong(linear.substring(2), 16));
        assertEquals(Long.decode(physical), walk.result().orElseThrow().output());
        assertEquals(asked, walk.hlat().isPresent());
        assertEquals(restarted, walk.restarted());
        if (restarted) {
            assertEquals(
                    EntryKind.RESTART,
                    walk.hlat().orElseThrow().steps().getLast().kind());
        }
    }

    @Test
    void whatHlatDoesNotMapIsAFaultOfItsOwnKind() {
        SparseMemory memory = tables().putLong(0x8018, 0x23067 | RESTART | 1L << 51);
        HlatPaging paging = paging(memory, 1);
        PagingContext narrow = new PagingContext(PagingMode.FOUR_LEVEL, 0x1000, true, true, 39);
        PageWalker walker = new PageWalker(memory, narrow);
        AccessEvaluator evaluator = new AccessEvaluator(
                walker, new AccessControls(new CpuRegisters(0, new TreeMap<>(Map.of("cr0", 1L << 16, "cr4", 0L)))));
        LinearAccess write = new LinearAccess(LinearAccess.Kind.WRITE, LinearAccess.Mode.USER);
        LinearWalk absent = paging.walk(UPPER + 0x2000);
        assertFalse(absent.restarted());
        assertEquals("0x86 (W/R, U/S, HLAT)", code(evaluator.evaluate(absent.deciding(), write)));
        // a reserved bit counts before the restart bit
        LinearWalk reserved = new HlatPaging(walker, new HlatControls(0x5000, 1)).walk(UPPER + 0x3000);
        assertFalse(reserved.restarted());
        assertEquals("0x8f (P, W/R, U/S, RSVD, HLAT)", code(evaluator.evaluate(reserved.deciding(), write)));
        // rights that refuse an access do not set the bit
        assertEquals(
                "0x7 (P, W/R, U/S)", code(evaluator.evaluate(paging.walk(UPPER).deciding(), write)));
        // after a restart only the rights of the guest's own tables count, and its faults are ordinary ones
        assertInstanceOf(
                AccessOutcome.Allowed.class,
                evaluator.evaluate(paging.walk(UPPER + 0x1000).deciding(), write));
        SparseMemory gone = tables().putLong(0x4008, 0);
        assertEquals(
                "0x6 (W/R, U/S)",
                code(evaluator.evaluate(paging(gone, 1).walk(UPPER + 0x1000).deciding(), write)));
    }

    private static String code(AccessOutcome outcome) {
        return assertInstanceOf(AccessOutcome.PageFault.class, outcome)
                .errorCode()
                .toString();
    }

    @Test
    void theMapHoldsWhatHlatMapsItself() {
        List<MappedRange> ranges =
                paging(tables(), 0).ranges(TableLimits.standard()).stream().toList();
        assertEquals(
                List.of("0x0..0x1000 -> 0x20000 r-x", "0xffff800000000000..0xffff800000001000 -> 0x20000 r-x"),
                ranges.stream().map(MappedRange::toString).toList());
    }

    @Test
    void ordinaryPagingIgnoresTheRestartBit() {
        SparseMemory memory = tables().putLong(0x4000, 0x10067 | RESTART);
        assertTrue(new PageWalker(memory, PagingContext.fourLevel(0x1000))
                .translate(0)
                .isKnown());
    }

    @Test
    void thereIsNoHlatWithPae() {
        PageWalker pae = new PageWalker(
                new SparseMemory(), new PagingContext(PagingMode.PAE, 0x1000, true, true, PagingContext.WIDEST));
        assertThrows(IllegalArgumentException.class, () -> new HlatPaging(pae, new HlatControls(0x5000, 1)));
    }
}
