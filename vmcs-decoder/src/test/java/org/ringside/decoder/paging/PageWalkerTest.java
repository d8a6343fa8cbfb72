package org.ringside.decoder.paging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.ringside.decoder.cpu.CpuRegisters;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.SparseMemory;
import org.ringside.decoder.structure.Golden;
import org.ringside.decoder.structure.StructureText;
import org.ringside.decoder.translation.MappedRange;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.translation.TableRanges;
import org.ringside.decoder.translation.TableWalk;

final class PageWalkerTest {
    private static final TableLimits LIMITS = TableLimits.standard();

    /** One line a case: mode, root, flags, entries of memory, address, and what comes out. */
    @ParameterizedTest
    @CsvFileSource(resources = "walks.csv", delimiter = '|', numLinesToSkip = 3)
    void walksEachVector(String mode, String root, String flags, String entries, String address, String expected) {
        SparseMemory memory = new SparseMemory();
        PagingMode paging = PagingMode.valueOf(mode);
        for (String entry : entries.split(" ", -1)) {
            int equals = entry.indexOf('=');
            long at = number(entry.substring(0, equals));
            long value = number(entry.substring(equals + 1));
            if (paging == PagingMode.THIRTY_TWO_BIT) {
                memory.putInt(at, (int) value);
            } else {
                memory.putLong(at, value);
            }
        }
        PagingContext context = new PagingContext(
                paging,
                number(root),
                flags.contains("pse"),
                !flags.contains("no-nx"),
                flags.contains("narrow") ? 36 : PagingContext.WIDEST);
        PageWalker walker = new PageWalker(memory, context);
        TableWalk walk = walker.walk(number(address));
        assertEquals(
                expected,
                walk.result()
                        .map(Object::toString)
                        .toOptional()
                        .orElse(walk.result().reason()));
        assertEquals(walk.result(), walker.translate(number(address)), "the short way and the long way agree");
        assertEquals(walk.result().isKnown(), walk.stop().isEmpty());
        walk.toStructure();
    }

    private static long number(String hex) {
        return Long.parseUnsignedLong(hex.substring(2), 16);
    }

    @Test
    void modeFollowsFromTheControlRegisters() {
        assertEquals(Observed.known(PagingMode.NONE), mode(Map.of("cr0", 0x11L)));
        assertEquals(Observed.known(PagingMode.THIRTY_TWO_BIT), mode(Map.of("cr0", 0x80000011L, "cr4", 0x10L)));
        assertEquals(Observed.known(PagingMode.PAE), mode(Map.of("cr0", 0x80000011L, "cr4", 0x20L, "efer", 0x800L)));
        assertEquals(
                Observed.known(PagingMode.FOUR_LEVEL), mode(Map.of("cr0", 0x80000011L, "cr4", 0x20L, "efer", 0xd01L)));
        assertEquals(
                Observed.known(PagingMode.FIVE_LEVEL),
                mode(Map.of("cr0", 0x80000011L, "cr4", 0x1020L, "efer", 0xd01L)));
        assertEquals("register cr0 of vCPU 0 was not captured", mode(Map.of()).reason());
        assertEquals(
                "register efer of vCPU 0 was not captured",
                mode(Map.of("cr0", 0x80000011L, "cr4", 0x20L)).reason());
    }

    private static Observed<PagingMode> mode(Map<String, Long> values) {
        return PagingMode.of(new CpuRegisters(0, new TreeMap<>(values)));
    }

    /** Two neighbouring pages, one apart, a large page, a page with other rights. */
    private static SparseMemory small() {
        return new SparseMemory()
                .putLong(0x1000, 0x2007)
                .putLong(0x2000, 0x3007)
                .putLong(0x3000, 0x4007)
                .putLong(0x3008, 0x0000_0000_4000_0083L)
                .putLong(0x4000, 0x10007)
                .putLong(0x4008, 0x11007)
                .putLong(0x4010, 0x13007)
                .putLong(0x4018, 0x8000_0000_0001_4001L)
                .putLong(0x4ff8, 0x3fff_f003L);
    }

    @Test
    void mergesNeighboursOfTheSameKind() {
        TableRanges ranges = new PageWalker(small(), PagingContext.fourLevel(0x1000)).ranges(LIMITS);
        List<String> found = ranges.stream().map(MappedRange::toString).toList();
        assertEquals(
                List.of(
                        "0x0..0x2000 -> 0x10000 rwxu",
                        "0x2000..0x3000 -> 0x13000 rwxu",
                        "0x3000..0x4000 -> 0x14000 r--",
                        "0x1ff000..0x400000 -> 0x3ffff000 rwx"),
                found);
        assertEquals(6, ranges.summary().leaves());
        assertEquals(4, ranges.summary().tables());
        assertTrue(ranges.summary().complete());
    }

    @Test
    void upperHalfIsSignExtended() {
        SparseMemory memory = new SparseMemory().putLong(0x1ff8, 0x2003).putLong(0x2ff8, 0x83);
        PageWalker walker = new PageWalker(memory, PagingContext.fourLevel(0x1000));
        MappedRange range = walker.ranges(LIMITS).next();
        assertEquals(0xffff_ffff_c000_0000L, range.input());
        assertEquals(1L << 30, range.length());
        assertEquals(
                0x1234L, walker.translate(0xffff_ffff_c000_1234L).orElseThrow().output());
    }

    @Test
    void reverseMapFindsAliases() {
        SparseMemory memory = small().putLong(0x4020, 0x11003);
        PageWalker walker = new PageWalker(memory, PagingContext.fourLevel(0x1000));
        ReverseMap all = walker.mappingsOf(0x11abc, 10, LIMITS);
        assertEquals(
                List.of(0x1000L, 0x4000L),
                all.mappings().stream().map(ReverseMap.Mapping::linear).toList());
        assertTrue(all.complete());
        ReverseMap one = walker.mappingsOf(0x11abc, 1, LIMITS);
        assertEquals(1, one.mappings().size());
        assertFalse(one.complete());
    }

    @Test
    void virtualReadsCrossPagesAndStopAtHoles() {
        SparseMemory memory = small().putLong(0x10ff8, 0x1122334455667788L).putLong(0x11000, 0x99aabbccddeeff00L);
        memory.zero(0x13000);
        VirtualMemory linear = new VirtualMemory(memory, new PageWalker(memory, PagingContext.fourLevel(0x1000)));
        assertEquals(0xddeeff0011223344L, linear.readLong(0xffc).orElseThrow());
        assertEquals(0x2000, linear.read(0x1000, 0x2000).orElseThrow().byteSize());
        assertEquals("not captured: 0x14000, 4096 bytes", linear.read(0x3000, 8).reason());
        assertEquals(
                "PTE 4 at 0x4020 is not present (0x0)",
                linear.read(0x4000, 0x20).reason());
        assertEquals(0, linear.read(0x1000, 0).orElseThrow().byteSize());
    }

    @Test
    void withoutPagingAddressesAreTheirOwnTranslation() {
        PageWalker walker = new PageWalker(
                new SparseMemory(), new PagingContext(PagingMode.NONE, 0, false, false, PagingContext.WIDEST));
        assertEquals(0xfee00000L, walker.translate(0xfee00000L).orElseThrow().output());
        assertFalse(walker.translate(1L << 32).isKnown());
        List<MappedRange> ranges = walker.ranges(LIMITS).stream().toList();
        assertEquals(1, ranges.size());
        assertEquals(1L << 32, ranges.getFirst().length());
    }

    @Test
    void walkAsText() throws Exception {
        PageWalker walker = new PageWalker(small(), PagingContext.fourLevel(0x1000));
        Golden.check("page-walk", StructureText.print(walker.walk(0x1234).toStructure()));
        Golden.check(
                "page-walk-stopped", StructureText.print(walker.walk(0x5000).toStructure()));
    }
}
