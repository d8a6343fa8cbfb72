package org.ringside.decoder.ept;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.Recording;
import org.ringside.decoder.memory.SparseMemory;
import org.ringside.decoder.structure.BitFieldLayout;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.Findings;
import org.ringside.decoder.structure.StructureNode;
import org.ringside.decoder.translation.EntryKind;
import org.ringside.decoder.translation.MappedRange;
import org.ringside.decoder.translation.TableLevel;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.translation.TableWalk;

class ExtendedPageTablesTest {
    private static final long EPTP = 0x1005eL;

    static List<BitFieldLayout> tables() {
        return EptLayouts.ALL;
    }

    @ParameterizedTest
    @MethodSource("tables")
    void tilesItsWidthWithUniqueNames(BitFieldLayout table) {
        assertEquals(List.of(), table.defects());
    }

    /** Four tables that map guest-physical 0x5000 with {@code leaf}. */
    private static SparseMemory chain(long leaf) {
        return new SparseMemory()
                .putLong(0x10000, 0x11000 | 7)
                .putLong(0x11000, 0x12000 | 7)
                .putLong(0x12000, 0x13000 | 7)
                .putLong(0x13000 + 8 * 5, leaf);
    }

    private static ExtendedPageTables ept(SparseMemory memory) {
        return new ExtendedPageTables(memory, EptContext.of(EPTP));
    }

    @Test
    void wholeMapOfTheMiddleGuest() throws IOException, InterruptedException {
        EptMap map = new ExtendedPageTables(Recording.raw("bochs-nested-kvm.physmem"), EptContext.of(0xf09805eL))
                .map(TableLimits.standard());
        assertEquals(23_621, map.summary().leaves());
        assertEquals(51, map.summary().tables());
        assertTrue(map.summary().complete());
        assertEquals(23_621L * 4096, map.summary().mappedBytes());
        assertEquals(
                23_621L * 4096,
                map.ranges().stream().mapToLong(MappedRange::length).sum());
        // read-only pages of zeros, shared
        assertTrue(map.ranges().stream()
                .anyMatch(r -> r.rights().read() && !r.rights().write()));
        assertTrue(map.aliases().stream().anyMatch(alias -> alias.mappings() > 10));
    }

    @ParameterizedTest
    @CsvSource({"0x1000, 0x29dc000", "0x4000, 0x29f6000"})
    void pagesOfTheSmallGuest(String guest, String host) throws IOException, InterruptedException {
        ExtendedPageTables tables =
                new ExtendedPageTables(Recording.raw("bochs-kvm-guest.physmem"), EptContext.of(0x672905eL));
        assertEquals(
                Long.decode(host),
                tables.translate(Long.decode(guest)).orElseThrow().output());
        assertEquals(4, tables.walk(Long.decode(guest)).steps().size());
        EptMap map = tables.map(TableLimits.standard());
        assertEquals(5, map.summary().leaves());
        assertEquals(List.of(Long.decode(guest)), map.guestAddressesOf(Long.decode(host)));
    }

    /** The violation that KVM reported for the first fetch of this guest: qualification 0x184, nothing mapped yet. */
    @Test
    void qualificationAsTheProcessorReportsIt() {
        SparseMemory memory = new SparseMemory().zero(0x10000);
        EptOutcome fetch = ept(memory).outcome(0x1000, EptAccess.supervisor(EptAccess.Kind.FETCH));
        assertEquals(0x184, assertInstanceOf(EptOutcome.Violation.class, fetch).qualification());
        EptOutcome write = ept(memory).outcome(0x4000, EptAccess.supervisor(EptAccess.Kind.WRITE));
        assertEquals(0x182, assertInstanceOf(EptOutcome.Violation.class, write).qualification());
        EptContext withoutFlags = EptContext.of(0x1001eL);
        EptOutcome table = new ExtendedPageTables(memory, withoutFlags).outcome(0x10000, EptAccess.pagingWrite());
        assertEquals(0x82, assertInstanceOf(EptOutcome.Violation.class, table).qualification());
    }

    @ParameterizedTest
    @CsvSource({
        "7, READ, true",
        "7, WRITE, true",
        "7, FETCH, true",
        "1, READ, true",
        "1, WRITE, false",
        "1, FETCH, false",
        "4, READ, false",
        "4, FETCH, true",
        "5, WRITE, false",
        "3, FETCH, false",
    })
    void rightsAreKeptApart(int rights, EptAccess.Kind kind, boolean allowed) {
        EptOutcome outcome = ept(chain(0x77000 | 6 << 3 | rights)).outcome(0x5123, EptAccess.supervisor(kind));
        assertEquals(allowed, outcome instanceof EptOutcome.Allowed, outcome.toString());
        if (outcome instanceof EptOutcome.Violation violation) {
            assertEquals(rights, violation.qualification() >>> 3 & 7);
            assertEquals(0x13028, violation.step().entryAddress());
        }
    }

    @Test
    void anUpperEntryRefusesToo() {
        SparseMemory memory = chain(0x77000 | 6 << 3 | 7).putLong(0x12000, 0x13000 | 5);
        EptOutcome outcome = ept(memory).outcome(0x5000, EptAccess.supervisor(EptAccess.Kind.WRITE));
        EptOutcome.Violation violation = assertInstanceOf(EptOutcome.Violation.class, outcome);
        assertEquals(0x12000, violation.step().entryAddress());
        assertEquals(0x182 | 5 << 3, violation.qualification());
    }

    @Test
    void modeBasedExecuteControlTellsUserFromSupervisor() {
        EptContext context =
                new EptContext(new ExtendedPageTablePointer(EPTP), true, true, false, false, false, false, 46);
        SparseMemory memory = new SparseMemory()
                .putLong(0x10000, 0x11000 | 7 | 1 << 10)
                .putLong(0x11000, 0x12000 | 7 | 1 << 10)
                .putLong(0x12000, 0x13000 | 7 | 1 << 10)
                .putLong(0x13000 + 8 * 5, 0x77000 | 6 << 3 | 1 | 1 << 10);
        ExtendedPageTables tables = new ExtendedPageTables(memory, context);
        assertInstanceOf(EptOutcome.Allowed.class, tables.outcome(0x5000, EptAccess.user(EptAccess.Kind.FETCH)));
        EptOutcome.Violation violation = assertInstanceOf(
                EptOutcome.Violation.class, tables.outcome(0x5000, EptAccess.supervisor(EptAccess.Kind.FETCH)));
        assertEquals(1, violation.qualification() >>> 6 & 1);
        assertEquals("r--X", tables.translate(0x5000).orElseThrow().rights().toString());
    }

    @ParameterizedTest
    @CsvSource({
        "0x77032, ept.write-without-read",
        "0x77017, ept.reserved-memory-type",
        "0x7703f, ept.reserved-memory-type",
        "0x8000077037, ept.address-beyond-width",
        "0x77034, ept.execute-only-not-supported",
    })
    void misconfigurationsAreNamed(String leaf, String code) {
        EptContext context =
                new EptContext(new ExtendedPageTablePointer(EPTP), false, false, false, false, false, false, 39);
        EptOutcome outcome = new ExtendedPageTables(chain(Long.decode(leaf)), context)
                .outcome(0x5000, EptAccess.supervisor(EptAccess.Kind.READ));
        EptOutcome.Misconfiguration found = assertInstanceOf(EptOutcome.Misconfiguration.class, outcome);
        assertEquals(List.of(code), found.findings().stream().map(Finding::code).toList());
    }

    @Test
    void reservedBitsOfTableEntriesAreMisconfigurations() {
        EptOutcome outcome = ept(chain(0x77037).putLong(0x10000, 0x11000 | 7 | 1 << 7))
                .outcome(0x5000, EptAccess.supervisor(EptAccess.Kind.READ));
        assertEquals(
                "ept.reserved-bits-set",
                assertInstanceOf(EptOutcome.Misconfiguration.class, outcome)
                        .findings()
                        .getFirst()
                        .code());
    }

    @Test
    void aConvertibleViolationIsAnException() {
        EptContext context =
                new EptContext(new ExtendedPageTablePointer(EPTP), false, true, false, false, false, true, 46);
        EptAccess write = EptAccess.supervisor(EptAccess.Kind.WRITE);
        assertInstanceOf(
                EptOutcome.VirtualizationException.class,
                new ExtendedPageTables(chain(0x77031), context).outcome(0x5000, write));
        assertInstanceOf(
                EptOutcome.Violation.class,
                new ExtendedPageTables(chain(0x77031 | 1L << 63), context).outcome(0x5000, write));
    }

    @Test
    void subPagePermissionsDecideWhereThePageSaysSo() {
        EptContext context =
                new EptContext(new ExtendedPageTablePointer(EPTP), false, true, false, false, true, false, 46);
        SparseMemory memory = chain(0x77031 | 1L << 61)
                .putLong(0x20000, 0x21001)
                .putLong(0x21000, 0x22001)
                .putLong(0x22000, 0x23001)
                .putLong(0x23000 + 8 * 5, 1L << 2);
        EptAccess write = EptAccess.supervisor(EptAccess.Kind.WRITE);
        assertInstanceOf(
                EptOutcome.SubPageDecides.class, new ExtendedPageTables(memory, context).outcome(0x5080, write));
        SubPagePermissions spp = new SubPagePermissions(memory, 0x20000);
        SubPagePermissions.Permissions permissions = spp.of(0x5000).orElseThrow();
        assertFalse(permissions.mayWrite(0));
        assertTrue(permissions.mayWrite(0x80));
        assertFalse(permissions.mayWrite(0x100));
        assertTrue(spp.of(0x4000).isKnown());
        assertInstanceOf(Observed.NotApplicable.class, spp.of(1L << 30));
    }

    @Test
    void largePagesAndFiveLevels() {
        long eptp = 0x10000 | 6 | 4 << 3;
        SparseMemory memory = new SparseMemory()
                .putLong(0x10000, 0x11000 | 7)
                .putLong(0x11000, 0x12000 | 7)
                .putLong(0x12000, 0x4000_0000L | 1 << 7 | 6 << 3 | 7)
                .putLong(0x12008, 0x13000 | 7)
                .putLong(0x13000, 0x60_0000 | 1 << 7 | 6 << 3 | 7);
        ExtendedPageTables tables = new ExtendedPageTables(memory, EptContext.of(eptp));
        assertEquals(0x4012_3456L, tables.translate(0x12_3456).orElseThrow().output());
        assertEquals(0x61_2345L, tables.translate(0x4001_2345L).orElseThrow().output());
        TableWalk walk = tables.walk(0x12_3456);
        assertEquals(3, walk.steps().size());
        assertEquals(EntryKind.LEAF, walk.steps().getLast().kind());
        assertEquals(2, tables.map(TableLimits.standard()).ranges().size());
    }

    @Test
    void tablesThatLoopEndInBoundedWork() {
        SparseMemory memory = new SparseMemory();
        for (int i = 0; i < 512; i++) {
            memory.putLong(0x10000 + 8 * i, 0x10000 | 7);
        }
        EptMap map = ept(memory).map(TableLimits.standard().withTables(1000).withRanges(1000));
        assertFalse(map.summary().complete());
        assertFalse(map.summary().findings().isEmpty());
        memory = new SparseMemory();
        for (int i = 0; i < 512; i++) {
            memory.putLong(0x10000 + 8 * i, -1L);
        }
        map = ept(memory).map(TableLimits.standard());
        assertEquals(0, map.summary().leaves());
        assertFalse(map.summary().findings().isEmpty());
    }

    @Test
    void aListOfPointersIsDecodedAndChecked() {
        SparseMemory memory = new SparseMemory()
                .putLong(0x9000, 0x1005e)
                .putLong(0x9000 + 8 * 7, 0x2005e)
                .putLong(0x9000 + 8 * 9, 0x2b);
        StructureNode.Structure list = ExtendedPageTables.list(memory, 0x9000);
        assertEquals(3, list.children().size());
        assertEquals(
                List.of("ept.invalid-pointer"),
                Findings.of(list).stream()
                        .map(Finding::code)
                        .filter(code -> code.startsWith("ept"))
                        .toList());
    }

    @Test
    void whatIsNotCapturedIsNotCalledAViolation() {
        EptOutcome outcome = ept(new SparseMemory().putLong(0x10000, 0x11000 | 7))
                .outcome(0x5000, EptAccess.supervisor(EptAccess.Kind.READ));
        assertInstanceOf(EptOutcome.Unknown.class, outcome);
    }

    @Test
    void everyLevelHasAName() {
        assertEquals(
                List.of("EPT PML4E", "EPT PDPTE", "EPT PDE", "EPT PTE"),
                ept(new SparseMemory()).format().levels().stream()
                        .map(TableLevel::entryName)
                        .toList());
    }
}
