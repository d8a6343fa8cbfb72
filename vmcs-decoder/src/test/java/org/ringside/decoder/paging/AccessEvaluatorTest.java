package org.ringside.decoder.paging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.ringside.decoder.cpu.CpuRegisters;
import org.ringside.decoder.memory.SparseMemory;
import org.ringside.decoder.translation.MappedRange;
import org.ringside.decoder.translation.TableLimits;

final class AccessEvaluatorTest {
    private static final Map<String, Long> BITS = Map.of(
            "WP", 1L << 16,
            "SMEP", 1L << 20,
            "SMAP", 1L << 21,
            "PKE", 1L << 22,
            "CET", 1L << 23,
            "PKS", 1L << 24,
            "LASS", 1L << 27,
            "AC", 1L << 18);

    /** One line a case: the tables, the registers, the access, and what comes of it. */
    @ParameterizedTest
    @CsvFileSource(resources = "accesses.csv", delimiter = '|')
    void evaluatesEachVector(
            String mode, String address, String entries, String registers, String access, String expected) {
        List<String> flags = List.of(mode.split(" ", -1));
        PagingMode paging = PagingMode.valueOf(flags.getFirst());
        CpuRegisters captured = registers(registers);
        PagingContext context = new PagingContext(
                paging,
                0x1000,
                flags.contains("pse"),
                !flags.contains("no-nx"),
                flags.contains("narrow") ? 36 : PagingContext.WIDEST,
                (captured.get("cr4").orElse(0L) & BITS.getOrDefault("CET", 0L)) != 0,
                false);
        PageWalker walker = new PageWalker(tables(paging, entries), context);
        AccessEvaluator evaluator = new AccessEvaluator(walker, new AccessControls(captured));
        AccessOutcome outcome = evaluator.evaluate(Long.parseUnsignedLong(address.substring(2), 16), access(access));
        assertEquals(expected, text(outcome), outcome::reason);
        assertTrue(!outcome.reason().isBlank());
    }

    private static SparseMemory tables(PagingMode mode, String entries) {
        SparseMemory memory = new SparseMemory();
        long table = 0x1000;
        for (String word : entries.split(" ", -1)) {
            long entry = Long.parseUnsignedLong(word.substring(2), 16);
            if (mode == PagingMode.THIRTY_TWO_BIT) {
                memory.putInt(table, (int) entry);
            } else {
                memory.putLong(table, entry);
            }
            table = entry & 0xffff000L;
        }
        return memory;
    }

    private static CpuRegisters registers(String text) {
        Map<String, Long> values = new TreeMap<>();
        for (String word : text.split(" ", -1)) {
            String[] parts = word.split("=", 2);
            if (parts.length == 2) {
                values.put(parts[0], value(parts[1]));
            }
        }
        return new CpuRegisters(0, new TreeMap<>(values));
    }

    private static long value(String text) {
        if (text.equals("-")) {
            return 0;
        }
        if (text.startsWith("0x")) {
            return Long.decode(text);
        }
        long value = 0;
        for (String bit : text.split("\\+", -1)) {
            value |= BITS.getOrDefault(bit, -1L);
        }
        return value;
    }

    private static LinearAccess access(String text) {
        for (LinearAccess.Mode mode : LinearAccess.Mode.values()) {
            for (LinearAccess.Kind kind : LinearAccess.Kind.values()) {
                boolean exists = mode != LinearAccess.Mode.IMPLICIT_SUPERVISOR || kind != LinearAccess.Kind.EXECUTE;
                if (exists && new LinearAccess(kind, mode).toString().equals(text)) {
                    return new LinearAccess(kind, mode);
                }
            }
        }
        throw new IllegalArgumentException(text);
    }

    private static String text(AccessOutcome outcome) {
        return switch (outcome) {
            case AccessOutcome.Allowed allowed -> "allowed";
            case AccessOutcome.PageFault fault ->
                "#PF 0x%x %s %s"
                        .formatted(
                                fault.errorCode().bits(),
                                fault.rules().stream().map(AccessRule::name).collect(Collectors.joining(",")),
                                fault.entry()
                                        .map(step -> step.level().entryName())
                                        .orElse("-"));
            case AccessOutcome.GeneralProtection fault -> "#GP " + fault.rule().name();
            case AccessOutcome.DependsOn depends -> "depends on " + String.join(", ", depends.bits());
            case AccessOutcome.Impossible impossible -> "impossible";
            case AccessOutcome.Unknown unknown -> "unknown";
        };
    }

    @Test
    void saysWhatItDependsOnWithEveryPossibility() {
        PageWalker walker = new PageWalker(
                tables(PagingMode.FOUR_LEVEL, "0x2007 0x3007 0x4007 0x10067"), PagingContext.fourLevel(0x1000));
        AccessOutcome outcome = new AccessEvaluator(walker, new AccessControls(registers("cr4=SMAP")))
                .evaluate(0x12, access("supervisor-mode read"));
        AccessOutcome.DependsOn depends = assertInstanceOf(AccessOutcome.DependsOn.class, outcome);
        assertEquals(2, depends.possible().size());
        assertTrue(depends.reason().startsWith("depends on RFLAGS.AC: #PF, error code 0x1 (P): "), depends.reason());
        assertTrue(depends.reason().contains("allowed"), depends.reason());
    }

    @Test
    void everyRuleHasItsSection() {
        for (AccessRule rule : AccessRule.values()) {
            assertTrue(!rule.text().isBlank() && !rule.reference().section().isBlank(), rule.name());
        }
        assertEquals(
                "Intel SDM vol. 3, 4.6.2", AccessRule.USER_KEY_WRITE.reference().toString());
    }

    @Test
    void thereAreNoImplicitFetches() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new LinearAccess(LinearAccess.Kind.EXECUTE, LinearAccess.Mode.IMPLICIT_SUPERVISOR));
    }

    @Test
    void shadowStacksAndKeysAreRangesOfTheirOwn() {
        SparseMemory memory = tables(PagingMode.FOUR_LEVEL, "0x2007 0x3007 0x4007 0x10067")
                .putLong(0x4008, 0x11065)
                .putLong(0x4010, 0x12065)
                .putLong(0x4018, 0x13025)
                .putLong(0x4020, 0x2800_0000_0001_4067L);
        PagingContext context = PagingContext.of(
                        registers("cr0=0x80010001 cr3=0x1000 cr4=0xc00020 efer=0xd00 maxphyaddr=0x27"))
                .orElseThrow();
        assertEquals(39, context.physicalAddressWidth());
        PageWalker walker = new PageWalker(memory, context);
        assertEquals(
                List.of(
                        "0x0..0x1000 -> 0x10000 rwxu",
                        "0x1000..0x3000 -> 0x11000 r-xus",
                        "0x3000..0x4000 -> 0x13000 r-xu",
                        "0x4000..0x5000 -> 0x14000 rwxu"),
                walker.ranges(TableLimits.standard()).stream()
                        .map(MappedRange::toString)
                        .toList());
        assertEquals(
                "0x4000 -> 0x14000 (4 KiB page, rwxu, protection key 5)",
                walker.translate(0x4000).orElseThrow().toString());
        assertEquals(
                "r-xu",
                new PageWalker(memory, PagingContext.fourLevel(0x1000))
                        .translate(0x1000)
                        .orElseThrow()
                        .rights()
                        .toString());
    }

    @Test
    void errorCodesNameTheirBits() {
        assertEquals("0x0", new PageFaultErrorCode(0).toString());
        assertEquals("0x80ff (P, W/R, U/S, RSVD, I/D, PK, SS, HLAT, SGX)", new PageFaultErrorCode(0x80ff).toString());
        assertEquals(
                0,
                PageFaultErrorCode.LAYOUT.reservedZeroMask(),
                "also the layout of a mask, in which every bit may be 1");
    }
}
