package org.ringside.decoder.vtd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ringside.decoder.cpu.DeviceRegisters;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory.LittleEndian;
import org.ringside.decoder.memory.SparseMemory;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.Findings;
import org.ringside.decoder.structure.Golden;
import org.ringside.decoder.structure.StructureText;
import org.ringside.decoder.translation.TableLimits;

final class VtdTablesTest {
    private static final TableLimits LIMITS = TableLimits.standard().withTables(5000);

    /** One line a case: what memory holds, who asks for which address, where it ends, which findings the unit has. */
    @ParameterizedTest
    @CsvFileSource(resources = "dma.csv", delimiter = '|', numLinesToSkip = 2)
    void followsEachVector(String entries, String device, String address, String expected, String findings) {
        SparseMemory memory = new SparseMemory();
        for (String entry : entries.split(" ", -1)) {
            int equals = entry.indexOf('=');
            memory.putLong(number(entry.substring(0, equals)), number(entry.substring(equals + 1)));
        }
        RemappingUnit unit = RemappingUnit.atRoot(memory, 0x1000);
        DmaWalk walk = DmaWalk.of(memory, unit, RequesterId.parse(device).orElseThrow(), number(address));
        assertEquals(
                expected,
                walk.result()
                        .map(Object::toString)
                        .toOptional()
                        .orElse(walk.result().reason()));
        List<String> codes = unit.allFindings().stream().map(Finding::code).toList();
        assertEquals(findings.equals("-") ? List.of() : List.of(findings.split(" ", -1)), codes);
        walk.toStructure();
        unit.toStructure();
        DevicesReaching.of(memory, unit, LIMITS);
    }

    /** As above, in scalable mode. */
    @ParameterizedTest
    @CsvFileSource(resources = "scalable.csv", delimiter = '|', numLinesToSkip = 2)
    void followsEachScalableVector(String entries, String source, String address, String expected, String findings) {
        SparseMemory memory = new SparseMemory();
        for (String entry : entries.split(" ", -1)) {
            int equals = entry.indexOf('=');
            memory.putLong(number(entry.substring(0, equals)), number(entry.substring(equals + 1)));
        }
        RemappingUnit unit = RemappingUnit.atRoot(memory, 0x1400);
        int slash = source.indexOf('/');
        RequesterId device = RequesterId.parse(slash < 0 ? source : source.substring(0, slash))
                .orElseThrow();
        DmaSource from = slash < 0
                ? DmaSource.of(device)
                : new DmaSource(device, OptionalInt.of(Integer.parseInt(source.substring(slash + 1))));
        DmaWalk walk = DmaWalk.of(memory, unit, from, number(address));
        assertEquals(
                expected,
                walk.result()
                        .map(Object::toString)
                        .toOptional()
                        .orElse(walk.result().reason()));
        List<String> codes = unit.allFindings().stream().map(Finding::code).toList();
        assertEquals(findings.equals("-") ? List.of() : List.of(findings.split(" ", -1)), codes);
        walk.toStructure();
        unit.toStructure();
        walk.result().toOptional().filter(end -> end.pageSize() <= 1 << 21).ifPresent(end -> {
            DevicesReaching reaching = DevicesReaching.of(memory, unit, LIMITS);
            assertTrue(reaching.page(end.output()).stream()
                    .anyMatch(reach ->
                            reach.devices().contains(device) && reach.rights().equals(end.rights())));
        });
    }

    /** Bits and types that a unit does not support are refused by it, and the decoder says why. */
    @ParameterizedTest
    @CsvSource({
        "0, 0x3005, 0x502, 0x8003, vtd.not-supported, lets the device translate",
        "0, 0x3009, 0x502, 0x8003, vtd.pass-through vtd.not-supported, passes through",
        "0, 0x3001, 0x503, 0x8003, vtd.not-supported, the address width 3",
        "0, 0x3001, 0x502, 0x8803, '', SS-PTE 0 at 0x6000 has reserved bits set",
        "0, 0x3001, 0x502, 0x4000000000008003, '', SS-PTE 0 at 0x6000 has reserved bits set",
        "0, 0x3001, 0x502, 0x8000008003, '', SS-PTE 0 at 0x6000 has reserved bits set",
        "0xc4, 0x3005, 0x502, 0x4000000000008803, '', 0x0 -> 0x8000"
    })
    void refusesWhatTheUnitDoesNotSupport(
            String ecap, String low, String high, String leaf, String findings, String result) {
        SparseMemory memory = new SparseMemory().putLong(0x1000, 0x2001);
        memory.putLong(0x2000, number(low)).putLong(0x2008, number(high));
        memory.putLong(0x3000, 0x4003)
                .putLong(0x4000, 0x5003)
                .putLong(0x5000, 0x6003)
                .putLong(0x6000, Long.decode(leaf));
        MemorySegment bank = MemorySegment.ofArray(new byte[0x100]);
        bank.set(LittleEndian.INT, 0, 0x10);
        bank.set(LittleEndian.LONG, 8, 0x0600L);
        bank.set(LittleEndian.LONG, 16, Long.decode(ecap));
        bank.set(LittleEndian.INT, 0x1c, 0xc0000000);
        bank.set(LittleEndian.LONG, 0x20, 0x1000);
        RemappingUnit unit = RemappingUnit.decode(memory, new DeviceRegisters("dmar0", 0xfed90000L, bank), 39);
        assertEquals(
                new TreeSet<>(findings.isEmpty() ? List.of() : List.of(findings.split(" ", -1))),
                new TreeSet<>(unit.allFindings().stream().map(Finding::code).toList()));
        DmaWalk walk = DmaWalk.of(memory, unit, new RequesterId(0), 0);
        String text = walk.result()
                .map(Object::toString)
                .toOptional()
                .orElse(walk.result().reason());
        assertTrue(text.contains(result), text);
    }

    private static long number(String hex) {
        return Long.parseUnsignedLong(hex.substring(2), 16);
    }

    /** Bus 0: 02.0 and 02.1 share domain 5, 03.0 passes through, 04.0 reads only. */
    private static SparseMemory machine() {
        SparseMemory memory =
                new SparseMemory().putLong(0x1000, 0x2001).zero(0x8000).zero(0x9000);
        memory.putLong(0x2100, 0x3001).putLong(0x2108, 0x502);
        memory.putLong(0x2110, 0x3001).putLong(0x2118, 0x502);
        memory.putLong(0x2180, 0x0009).putLong(0x2188, 0x602);
        memory.putLong(0x2200, 0xa003).putLong(0x2208, 0x701);
        memory.putLong(0x3000, 0x4003).putLong(0x4000, 0x5003).putLong(0x5000, 0x6003);
        memory.putLong(0x6000, 0x8803).putLong(0x6008, 0x9803).putLong(0x6010, 0x9003);
        memory.putLong(0xa000, 0xb003).putLong(0xb000, 0x200081);
        return memory;
    }

    @Test
    void groupsDevicesByDomain() {
        RemappingTables tables =
                RemappingUnit.atRoot(machine(), 0x1000).tables().orElseThrow();
        assertEquals(
                List.of("5 [00:02.0, 00:02.1]", "6 [00:03.0]", "7 [00:04.0]"),
                tables.domains().stream()
                        .map(domain -> domain.id() + " " + domain.devices())
                        .toList());
        assertEquals(
                TranslationType.PASS_THROUGH,
                tables.domainOf(RequesterId.of(0, 3, 0)).orElseThrow().type());
        assertEquals(Optional.empty(), tables.domainOf(RequesterId.of(0, 9, 0)));
    }

    @Test
    void saysWhoReachesAPageAndHow() {
        SparseMemory memory = machine();
        DevicesReaching reaching = DevicesReaching.of(memory, RemappingUnit.atRoot(memory, 0x1000), LIMITS);
        assertTrue(reaching.complete());
        assertFalse(reaching.everyDeviceReachesEverything());
        assertEquals(
                List.of("5 0x1000 rw-", "5 0x2000 rw-", "6 0x9000 rw-"),
                reaching.page(0x9abc).stream().map(VtdTablesTest::text).toList());
        assertEquals(
                List.of("6 0x3ff000 rw-", "7 0x1ff000 r--"),
                reaching.page(0x3ff000).stream().map(VtdTablesTest::text).toList());
        assertEquals(
                List.of("6 0x0 rw-"),
                reaching.page(0).stream().map(VtdTablesTest::text).toList());
        assertFalse(reaching.page(0x3ff000).getLast().canWrite());
    }

    private static String text(DeviceReach reach) {
        return reach.domain().id() + " 0x%x ".formatted(reach.dmaAddress()) + reach.rights();
    }

    @Test
    void unitAsText() throws Exception {
        SparseMemory memory = machine();
        RemappingUnit unit = RemappingUnit.atRoot(memory, 0x1000);
        Golden.check("vtd-unit", StructureText.print(unit.toStructure()));
        Golden.check(
                "dma-walk",
                StructureText.print(DmaWalk.of(memory, unit, RequesterId.of(0, 2, 1), 0x1234)
                        .toStructure()));
    }

    private static DeviceRegisters registers(int bytes, long root, int status) {
        MemorySegment bank = MemorySegment.ofArray(new byte[Math.max(bytes, 0x230)]);
        bank.set(LittleEndian.INT, 0, 0x10);
        bank.set(LittleEndian.LONG, 8, 0x00d2008c222f0686L);
        bank.set(LittleEndian.INT, 0x1c, status);
        bank.set(LittleEndian.LONG, 0x20, root);
        bank.set(LittleEndian.LONG, 0x220, 0x1234_5000L);
        bank.set(LittleEndian.LONG, 0x228, 1L << 63 | 5L << 32 | 0x0010);
        return new DeviceRegisters("dmar0", 0xfed90000L, bank.asSlice(0, bytes).asReadOnly());
    }

    @Test
    void faultRecordsAreFoundWhereTheCapabilitiesPlaceThem() {
        UnitRegisters unit = new UnitRegisters(registers(0x230, 0x1000, 0xc0000000));
        List<Finding> findings = Findings.of(unit.toStructure());
        assertEquals(
                List.of("the unit blocked a request: write of 00:02.0 at 0x12345000: write not allowed"),
                findings.stream().map(Finding::message).toList());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8, 0x1c, 0x20, 0x27, 0x28, 0x35, 0x100, 0x220, 0x228, 0x22f})
    void truncatedRegistersAreSaidToBeMissing(int bytes) {
        DeviceRegisters device = registers(bytes, 0x1000, 0xc0000000);
        RemappingUnit unit = RemappingUnit.decode(machine(), device);
        assertEquals(bytes >= 0x28, unit.tables().isKnown());
        assertEquals(bytes >= 0x20, unit.translationEnabled().isKnown());
        assertEquals(bytes >= 0x28, RemappingUnit.recognises(device));
        unit.toStructure();
    }

    @Test
    void translationOffIsSaidAndEveryDeviceReachesEverything() {
        SparseMemory memory = machine();
        RemappingUnit unit = RemappingUnit.decode(memory, registers(0x100, 0x1000, 0x40000000));
        assertTrue(unit.findings().stream().anyMatch(f -> f.code().equals("vtd.translation-off")));
        assertTrue(DevicesReaching.of(memory, unit, LIMITS).everyDeviceReachesEverything());
        assertEquals(
                0x77777000L,
                DmaWalk.of(memory, unit, RequesterId.of(9, 9, 1), 0x77777000L)
                        .result()
                        .orElseThrow()
                        .output());
    }

    @ParameterizedTest
    @CsvSource({"0x1800, vtd.reserved-mode, NotApplicable", "0x1c00, vtd.abort-dma, NotApplicable"})
    void otherModesAreNamed(String root, String code, String type) {
        RemappingUnit unit = RemappingUnit.decode(machine(), registers(0x100, Long.decode(root), 0xc0000000));
        assertEquals(List.of(code), unit.findings().stream().map(Finding::code).toList());
        assertEquals(type, unit.tables().getClass().getSimpleName());
        assertFalse(
                DmaWalk.of(machine(), unit, RequesterId.of(0, 2, 0), 0).result().isKnown());
    }

    @Test
    void rootTableFullOfOnesIsBoundedWorkWithFindings() {
        SparseMemory memory = new SparseMemory();
        byte[] ones = new byte[4096];
        Arrays.fill(ones, (byte) 0xff);
        memory.page(0x1000, ones).page(0x000f_ffff_ffff_f000L, ones);
        for (long address = 0x2000; address < 0x5000; address += 0x1000) {
            memory.page(address, ones);
        }
        for (long offset = 0; offset < 0x1000; offset += 16) {
            memory.putLong(0x1000 + offset, 0x2001).putLong(0x1000 + offset + 8, 0);
        }
        RemappingUnit unit = RemappingUnit.atRoot(memory, 0x1000);
        RemappingTables tables = unit.tables().orElseThrow();
        assertEquals(65536, tables.devices().count());
        assertTrue(unit.allFindings().stream().anyMatch(f -> f.code().equals("vtd.context-table-shared")));
        assertTrue(unit.allFindings().stream().anyMatch(f -> f.code().equals("vtd.reserved-bits-set")));
        assertTrue(
                unit.allFindings().size() < 5000, () -> "" + unit.allFindings().size());
        DevicesReaching reaching = DevicesReaching.of(memory, unit, LIMITS);
        assertEquals(List.of(), reaching.page(0));
        assertTrue(reaching.findings().size() < 1000);
    }

    @Test
    void requesterIds() {
        assertEquals("00:1f.2", RequesterId.of(0, 0x1f, 2).toString());
        assertEquals(Optional.of(RequesterId.of(0xff, 0x1f, 7)), RequesterId.parse("ff:1f.7"));
        for (String bad : List.of("", "0:20.0", "00:1f.8", "100:00.0", "00:00", "xx:00.0")) {
            assertEquals(Optional.empty(), RequesterId.parse(bad), bad);
        }
        assertThrows(IllegalArgumentException.class, () -> new RequesterId(0x10000));
    }

    @Test
    void absentRootTableIsTyped() {
        RemappingUnit unit = RemappingUnit.atRoot(new SparseMemory(), 0x5000);
        assertTrue(unit.tables() instanceof Observed.NotCaptured);
        assertFalse(DevicesReaching.of(new SparseMemory(), unit, LIMITS).complete());
    }
}
