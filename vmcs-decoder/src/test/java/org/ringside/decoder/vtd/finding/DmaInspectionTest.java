package org.ringside.decoder.vtd.finding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ringside.decoder.cpu.DeviceRegisters;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.PatchedMemory;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.memory.PhysicalMemory.LittleEndian;
import org.ringside.decoder.memory.Recording;
import org.ringside.decoder.memory.SparseMemory;
import org.ringside.decoder.paging.PagingContext;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.Severity;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.vtd.RecordedRegisters;
import org.ringside.decoder.vtd.RequesterId;
import org.ringside.decoder.vtd.dmar.DmarTable;

final class DmaInspectionTest {
    private static final long ROOT = 0x61cc000;

    private static DmaEvidence evidence(PhysicalMemory memory, DeviceRegisters unit, boolean dmar) {
        return DmaEvidence.of(
                memory,
                List.of(unit),
                dmar ? DmarTable.find(memory, () -> false) : Optional.empty(),
                List.of(
                        new ProtectedMemory(
                                ProtectedMemory.Kind.KERNEL_TEXT, List.of(new AddressRange(0x1000000, 0x1e00000))),
                        DmaEvidence.pageTables(
                                memory, List.of(PagingContext.assumed(memory, 0x6a80000)), TableLimits.standard())),
                TableLimits.standard());
    }

    private static List<String> codes(List<DmaFinding> findings) {
        return findings.stream().map(one -> one.finding().code()).toList();
    }

    private static DmaFinding only(List<DmaFinding> findings, String code) {
        List<DmaFinding> found = findings.stream()
                .filter(one -> one.finding().code().equals(code))
                .toList();
        assertEquals(1, found.size(), () -> code + " in " + codes(findings));
        return found.getFirst();
    }

    /** What the attack writes by DMA: a context table of 256 entries that pass everything, and the root entry that leads to it. */
    private static PatchedMemory attacked(PhysicalMemory memory, long root, int bus, long contextTable, int functions) {
        PatchedMemory patched = new PatchedMemory(memory);
        for (int function = 0; function < functions; function++) {
            patched.putLong(contextTable + 16L * function, 0x9).putLong(contextTable + 16L * function + 8, 2);
        }
        return patched.putLong(root + 16L * bus, contextTable | 1).putLong(root + 16L * bus + 8, 0);
    }

    @Test
    void recordedMachineKeepsDevicesFromWhatIsProtected() throws Exception {
        PhysicalMemory memory = Recording.raw("ram-before.bin");
        PhysicalMemory after = Recording.raw("ram-after.bin");
        DmaEvidence before = evidence(memory, RecordedRegisters.of("regs-before.txt"), true);
        DmaEvidence now = evidence(after, RecordedRegisters.of("regs-before.txt"), true);
        List<DmaFinding> findings = DmaInspection.inspect(now, Optional.of(before));
        assertEquals(
                List.of(), findings.stream().filter(DmaFinding::isViolation).toList());
    }

    /** The published attack, written over the recorded machine at several places. */
    @ParameterizedTest
    @CsvSource({
        // bus, context table, baseline, DMAR table, functions
        "1,  0x5000000, true,  true,  256",
        "3,  0x5000000, false, false, 256",
        "ff, 0x7654000, true,  false, 256",
        "1,  0x7654000, false, true,  1",
        "2,  0x7654000, true,  false, 1",
        "0,  0x7654000, false, false, 256",
        "0,  0x7654000, true,  false, 8"
    })
    void fakeRootEntryIsFoundByName(String bus, String table, boolean baseline, boolean dmar, int functions)
            throws Exception {
        PhysicalMemory memory = Recording.raw("ram-before.bin");
        DeviceRegisters unit = RecordedRegisters.of("regs-before.txt");
        int number = Integer.parseInt(bus, 16);
        PhysicalMemory attacked = attacked(memory, ROOT, number, Long.decode(table), functions);
        if (number == 0 && functions < 256) {
            // Some of bus 0 stay as they were, so that others are translated.
            PatchedMemory kept = (PatchedMemory) attacked;
            for (long offset = 16L * functions; offset < 4096; offset += 8) {
                kept.putLong(
                        Long.decode(table) + offset,
                        memory.readLong(0x61e4000 + offset).orElseThrow());
            }
        }
        DmaEvidence now = evidence(attacked, unit, dmar);
        Optional<DmaEvidence> before = baseline ? Optional.of(evidence(memory, unit, dmar)) : Optional.empty();
        List<DmaFinding> findings = DmaInspection.inspect(now, before);
        DmaFinding fake = only(findings, "vtd.fake-root-entry");
        assertEquals(Severity.CRITICAL, fake.finding().severity());
        assertEquals(
                Optional.of(ByteSpan.physical(ROOT + 16L * number, 16)),
                fake.finding().span());
        assertFalse(fake.evidence().isEmpty());
        assertTrue(
                fake.finding().message().contains("context table at " + table.toLowerCase(Locale.ROOT)),
                fake.toString());
        String entry = "%016x".formatted(Long.reverseBytes(Long.decode(table) | 1)) + "00".repeat(8);
        assertEquals(baseline ? Optional.of(entry) : Optional.empty(), fake.after());
        assertEquals(
                baseline
                        ? Optional.of(number == 0 ? "01401e060000000000000000000000" + "00" : "00".repeat(16))
                        : Optional.empty(),
                fake.before());
        // What it is for: everything can be written.
        List<String> codes = codes(findings);
        assertTrue(
                codes.containsAll(List.of(
                        "vtd.kernel-text-writable", "vtd.page-tables-writable", "vtd.remapping-tables-writable")),
                codes::toString);
    }

    /** The unit is made to walk a copy of the root table in the attacker's memory. */
    @Test
    void swappedRootTableIsFoundByName() throws Exception {
        PhysicalMemory memory = Recording.raw("ram-before.bin");
        DeviceRegisters unit = RecordedRegisters.of("regs-before.txt");
        PatchedMemory attacked = attacked(memory, 0x5000000, 1, 0x5001000, 256);
        for (long offset = 0; offset < 4096; offset += 8) {
            if (offset < 16 || offset >= 32) {
                attacked.putLong(
                        0x5000000 + offset, memory.readLong(ROOT + offset).orElseThrow());
            }
        }
        MemorySegment bank = MemorySegment.ofArray(unit.bytes().toArray(java.lang.foreign.ValueLayout.JAVA_BYTE));
        bank.set(LittleEndian.LONG, 0x20, 0x5000000);
        DmaEvidence now = evidence(attacked, new DeviceRegisters("dmar0", 0xfed90000L, bank), false);
        List<DmaFinding> findings = DmaInspection.inspect(now, Optional.of(evidence(memory, unit, false)));
        DmaFinding fake = only(findings, "vtd.fake-root-entry");
        assertTrue(
                fake.evidence().stream().anyMatch(line -> line.contains("another root table")), () -> fake.toString());
        only(findings, "vtd.root-table-moved");
    }

    /** The table lies where a confined device can write: that alone gives it away. */
    @Test
    void contextTableInMemoryOfAnotherDeviceIsEvidence() throws Exception {
        PhysicalMemory memory = Recording.raw("ram-before.bin");
        DeviceRegisters unit = RecordedRegisters.of("regs-before.txt");
        RequesterId disk = RequesterId.of(0, 2, 0);
        UnitReach reach = evidence(memory, unit, false).units().getFirst();
        long page = reach.ranges(
                        reach.unit().tables().orElseThrow().domainOf(disk).orElseThrow())
                .getFirst()
                .output();
        DmaEvidence now = evidence(attacked(memory, ROOT, 1, page, 4), unit, false);
        DmaFinding fake = only(DmaInspection.inspect(now, Optional.empty()), "vtd.fake-root-entry");
        assertEquals(
                List.of("the context table at 0x%x lies in memory that 00:02.0 can write".formatted(page)),
                fake.evidence());
    }

    private static DeviceRegisters made(long root) {
        MemorySegment bank = MemorySegment.ofArray(new byte[0x100]);
        bank.set(LittleEndian.INT, 0, 0x10);
        bank.set(LittleEndian.LONG, 8, 0xc_0000_0600L);
        bank.set(LittleEndian.LONG, 16, -1L >>> 8);
        bank.set(LittleEndian.INT, 0x1c, 0xc2000000);
        bank.set(LittleEndian.LONG, 0x20, root);
        return new DeviceRegisters("dmar0", 0xfed90000L, bank);
    }

    /** A machine where the administrator lets devices pass: four exist, none more have entries. */
    private static SparseMemory passing(int translated) {
        SparseMemory memory = new SparseMemory().zero(0x9000).putLong(0x1000, 0x2001);
        for (int function = 0; function < 4; function++) {
            memory.putLong(0x2000 + 16 * function, 0x9).putLong(0x2008 + 16 * function, 0x102);
        }
        for (int function = 4; function < 4 + translated; function++) {
            memory.putLong(0x2000 + 16 * function, 0x3001).putLong(0x2008 + 16 * function, 0x202);
        }
        memory.putLong(0x3000, 0x4003).putLong(0x4000, 0x5003).putLong(0x5000, 0x6003);
        return memory.putLong(0x6000, 0x9003);
    }

    private static DmaEvidence evidence(SparseMemory memory, List<ProtectedMemory> others) {
        return DmaEvidence.of(memory, List.of(made(0x1000)), Optional.empty(), others, TableLimits.standard());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void devicesThatMayPassAreNoFakeRootEntry(int translated) {
        DmaEvidence now = evidence(passing(translated), List.of());
        List<String> codes = codes(DmaInspection.inspect(now, Optional.of(now)));
        assertFalse(codes.contains("vtd.fake-root-entry"), codes::toString);
        assertEquals(translated > 0, codes.contains("vtd.pass-through-among-translated"));
        assertTrue(codes.contains("vtd.remapping-tables-writable"));
    }

    @Test
    void busAddedWithConfinedDevicesIsAChangeAndNoAttack() {
        DmaEvidence before = evidence(passing(1), List.of());
        SparseMemory memory = passing(1);
        memory.putLong(0x1010, 0x7001).putLong(0x7000, 0x3001).putLong(0x7008, 0x202);
        List<DmaFinding> findings = DmaInspection.inspect(evidence(memory, List.of()), Optional.of(before));
        DmaFinding added = only(findings, "vtd.root-entry-changed");
        assertEquals(Severity.WARNING, added.finding().severity());
        assertEquals(Optional.of("01700000000000000000000000000000"), added.after());
        assertEquals(
                Severity.WARNING,
                only(findings, "vtd.context-entry-changed").finding().severity());
        assertFalse(codes(findings).contains("vtd.fake-root-entry"));
    }

    @Test
    void deviceThatPassesSinceIsAViolation() {
        DmaEvidence before = evidence(passing(2), List.of());
        SparseMemory memory = passing(2).putLong(0x2050, 0x9);
        DmaFinding changed = only(
                DmaInspection.inspect(evidence(memory, List.of()), Optional.of(before)), "vtd.context-entry-changed");
        assertTrue(changed.isViolation());
        assertEquals(Optional.of("01300000000000000202000000000000"), changed.before());
        assertEquals(Optional.of("09000000000000000202000000000000"), changed.after());
        assertTrue(changed.evidence().getFirst().contains("all memory can be written"));
    }

    /** Identity tables do what pass-through does. */
    @Test
    void fakeRootEntryWithIdentityTablesIsFoundToo() {
        DmaEvidence before = evidence(passing(1).zero(0x7000), List.of());
        SparseMemory memory = passing(1);
        memory.putLong(0x1010, 0x7001).putLong(0x7000, 0xa001).putLong(0x7008, 0x302);
        memory.putLong(0xa000, 0xb003).putLong(0xb000, 0x83);
        List<DmaFinding> findings = DmaInspection.inspect(evidence(memory, List.of()), Optional.of(before));
        assertEquals(
                List.of("bus 01 had no root entry before"),
                only(findings, "vtd.fake-root-entry").evidence());
    }

    @Test
    void hypervisorThatADeviceCanWriteIsCritical() {
        ProtectedMemory hypervisor =
                new ProtectedMemory(ProtectedMemory.Kind.HYPERVISOR, List.of(AddressRange.ofLength(0x9000, 4096)));
        SparseMemory memory = new SparseMemory().zero(0x9000).putLong(0x1000, 0x2001);
        memory.putLong(0x2000, 0x3001).putLong(0x2008, 0x202);
        memory.putLong(0x3000, 0x4003)
                .putLong(0x4000, 0x5003)
                .putLong(0x5000, 0x6003)
                .putLong(0x6028, 0x9003);
        DmaFinding found = only(
                DmaInspection.inspect(evidence(memory, List.of(hypervisor)), Optional.empty()),
                "vtd.hypervisor-writable");
        assertEquals(Severity.CRITICAL, found.finding().severity());
        assertEquals(
                List.of("00:00.0 (domain 2, translated) write 4 KiB of it, the first at 0x9000 by DMA address 0x5000"),
                found.evidence());
        // The same page, only to be read, is nobody's loss.
        memory.putLong(0x6028, 0x9001);
        assertEquals(List.of(), codes(DmaInspection.inspect(evidence(memory, List.of(hypervisor)), Optional.empty())));
    }

    @Test
    void scalableModeIsInspectedLikewise() {
        SparseMemory memory = new SparseMemory().zero(0x9000).putLong(0x1000, 0x2001);
        memory.putLong(0x2000, 0xa001)
                .putLong(0xa000, 0xb001)
                .putLong(0xb000, 0x3089)
                .putLong(0xb008, 2);
        memory.putLong(0x3000, 0x4003)
                .putLong(0x4000, 0x5003)
                .putLong(0x5000, 0x6003)
                .putLong(0x6028, 0x9003);
        DmaEvidence before =
                DmaEvidence.of(memory, List.of(made(0x1400)), Optional.empty(), List.of(), TableLimits.standard());
        SparseMemory attacked = new SparseMemory().zero(0x9000).putLong(0x1000, 0x2001);
        attacked.putLong(0x2000, 0xa001)
                .putLong(0xa000, 0xb001)
                .putLong(0xb000, 0x3089)
                .putLong(0xb008, 2);
        attacked.putLong(0x3000, 0x4003)
                .putLong(0x4000, 0x5003)
                .putLong(0x5000, 0x6003)
                .putLong(0x6028, 0x9003);
        attacked.putLong(0x1058, 0xc001)
                .putLong(0xc000, 0xd001)
                .putLong(0xd000, 0xe001)
                .putLong(0xe000, 0x109);
        DmaEvidence now =
                DmaEvidence.of(attacked, List.of(made(0x1400)), Optional.empty(), List.of(), TableLimits.standard());
        List<DmaFinding> findings = DmaInspection.inspect(now, Optional.of(before));
        assertEquals(
                List.of("bus 05 had no root entry before"),
                only(findings, "vtd.fake-root-entry").evidence());
    }
}
