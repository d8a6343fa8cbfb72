package org.ringside.decoder.svm;

import static org.ringside.decoder.svm.VmcbField.*;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;
import org.ringside.decoder.cpu.RegisterLayouts;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;

/**
 * Scores a page by what every VMCB that VMRUN takes has: a VMCB has no identifier, but many bits that must be 0 or 1 (AMD64 APM vol. 2, 15.5.1).
 * For one page.
 */
final class VmcbPlausibility {
    private static final long SVME = 1 << 12;
    private static final long ADDRESS = 0x000f_ffff_ffff_f000L;
    private static final int MOST_ASIDS = 1 << 16;
    private static final long EFER_RESERVED = SaveAreaLayouts.EFER.reservedZeroMask();
    private static final int[][] RESERVED_BYTES = {
        {0x018, 0x03c}, {0x0e8, 0x0f0}, {0x100, 0x108}, {0x170, 0x3e0},
    };

    private final PhysicalMemory memory;
    private final Vmcb vmcb;
    private final List<VmcbScore.Test> tests = new ArrayList<>();
    private int points;
    private int possible;

    private VmcbPlausibility(PhysicalMemory memory, Vmcb vmcb) {
        this.memory = memory;
        this.vmcb = vmcb;
    }

    /** A VMCB with readable guest state. */
    static VmcbScore score(PhysicalMemory memory, Vmcb vmcb) {
        VmcbPlausibility scoring = new VmcbPlausibility(memory, vmcb);
        scoring.control();
        scoring.registers();
        scoring.segments();
        return scoring.result();
    }

    /** The control area alone, for guests with encrypted state. */
    static VmcbScore scoreControl(PhysicalMemory memory, Vmcb vmcb) {
        VmcbPlausibility scoring = new VmcbPlausibility(memory, vmcb);
        scoring.control();
        scoring.test("SEV and nested paging are enabled with SEV-ES", 4, NESTED_CONTROL, control -> (control & 7) == 7);
        scoring.test(
                "the VMSA pointer is a page", 4, VMSA_POINTER, pointer -> pointer != 0 && (pointer & ~ADDRESS) == 0);
        return scoring.result();
    }

    /** A host's state in the form of the state-save area, with a control area that nobody used. */
    static VmcbScore scoreHostState(PhysicalMemory memory, Vmcb vmcb) {
        VmcbPlausibility scoring = new VmcbPlausibility(memory, vmcb);
        scoring.add("the control area is all 0", 4, scoring.isZero(0, SAVE_AREA), "");
        scoring.registers();
        scoring.test("the host has paging on", 2, CR0, cr0 -> cr0 >>> 31 == 1);
        scoring.test(
                "CR3 is the address of a table in memory",
                3,
                CR3,
                cr3 -> (cr3 & ADDRESS) != 0 && memory.page(cr3 & ADDRESS).isKnown());
        scoring.test("the host is in its kernel: CPL is 0", 1, CPL, cpl -> cpl == 0);
        scoring.test(
                "CS and SS are kernel selectors",
                2,
                CS_SELECTOR,
                cs -> cs != 0 && (cs & 7) == 0 && (vmcb.element(SS_SELECTOR, 0) & 7) == 0);
        scoring.test("GDTR and IDTR are set", 2, GDTR_BASE, base -> base != 0 && vmcb.element(IDTR_BASE, 0) != 0);
        return scoring.result();
    }

    /** The quick test of a scan: reads one word of most pages. False for nearly every page that is none, true for every one that is. */
    static boolean mayBe(MemorySegment page) {
        long efer = page.get(PhysicalMemory.LittleEndian.LONG, EFER.offset());
        return (efer & SVME) != 0
                && (efer & EFER_RESERVED) == 0
                && page.get(PhysicalMemory.LittleEndian.LONG, CR0.offset()) >>> 32 == 0
                && page.get(PhysicalMemory.LittleEndian.LONG, DR6.offset()) >>> 32 == 0
                && page.get(PhysicalMemory.LittleEndian.LONG, DR7.offset()) >>> 32 == 0
                && (page.get(PhysicalMemory.LittleEndian.LONG, RFLAGS.offset()) & 2) != 0;
    }

    /** The quick test for guests with encrypted state. */
    static boolean mayBeEncrypted(MemorySegment page) {
        long control = page.get(PhysicalMemory.LittleEndian.LONG, NESTED_CONTROL.offset());
        long vmsa = page.get(PhysicalMemory.LittleEndian.LONG, VMSA_POINTER.offset());
        return (control & 7) == 7
                && control >>> 8 == 0
                && hasEntryControls(page)
                && vmsa != 0
                && (vmsa & ~ADDRESS) == 0;
    }

    /** Whether VMRUN is intercepted and the ASID can be one: without either, VMRUN refuses it. */
    static boolean hasEntryControls(MemorySegment page) {
        int asid = page.get(PhysicalMemory.LittleEndian.INT, GUEST_ASID.offset());
        return (page.get(PhysicalMemory.LittleEndian.INT, INTERCEPT_VECTOR_4.offset()) & 1) != 0
                && asid > 0
                && asid < MOST_ASIDS;
    }

    private void control() {
        test("VMRUN is intercepted", 4, INTERCEPT_VECTOR_4, vector -> (vector & 1) != 0);
        test("the ASID is not 0, and no processor has so many", 3, GUEST_ASID, asid -> asid > 0 && asid < MOST_ASIDS);
        boolean reserved = true;
        for (int[] bytes : RESERVED_BYTES) {
            reserved &= isZero(bytes[0], bytes[1]);
        }
        add("the reserved bytes of the control area are 0", 3, reserved, "");
        test(
                "TLB_CONTROL is one of its encodings",
                1,
                TLB_CONTROL,
                tlb -> tlb == 0 || tlb == 1 || tlb == 3 || tlb == 7);
        test(
                "the virtual-interrupt control has no reserved bit",
                2,
                VIRTUAL_INTERRUPT_CONTROL,
                word -> (word & ControlAreaLayouts.VIRTUAL_INTERRUPT_CONTROL.reservedZeroMask()) == 0);
        test("the nested-paging control has no reserved bit", 2, NESTED_CONTROL, word -> word >>> 8 == 0);
        test("the interrupt shadow has no reserved bit", 1, INTERRUPT_STATE, word -> word >>> 2 == 0);
        test("the exit code exists", 2, EXITCODE, code -> ExitCode.of(code).isPresent());
        test(
                "an event to inject has a type that exists",
                1,
                EVENTINJ,
                event -> (event >>> 31 & 1) == 0 || isEventType(event >>> 8 & 7));
        map("the I/O permissions map is in memory", IOPM_BASE_PA, 27, PermissionMaps.PORT_MAP_BYTES);
        map("the MSR permissions map is in memory", MSRPM_BASE_PA, 28, PermissionMaps.MSR_MAP_BYTES);
        if (vmcb.nestedPaging()) {
            test("N_CR3 is the address of a table", 4, N_CR3, this::isTable);
        }
    }

    private static boolean isEventType(long type) {
        return type == 0 || type == 2 || type == 3 || type == 4;
    }

    private void map(String name, VmcbField field, int intercept, int bytes) {
        if (vmcb.isSet(INTERCEPT_VECTOR_3, intercept)) {
            test(
                    name,
                    2,
                    field,
                    base -> (base & ~ADDRESS) == 0
                            && base != 0
                            && memory.page(base).isKnown()
                            && memory.page(base + bytes - 1).isKnown());
        }
    }

    /** Whether a page holds what a root table can hold: something, and of what is present nothing with reserved bits. */
    private boolean isTable(long pointer) {
        if ((pointer & ~(ADDRESS | 0x18)) != 0
                || !(memory.page(pointer & ADDRESS) instanceof Observed.Known<MemorySegment>(MemorySegment table))) {
            return false;
        }
        boolean any = false;
        for (int offset = 0; offset < PhysicalMemory.PAGE_SIZE; offset += Long.BYTES) {
            long entry = table.get(PhysicalMemory.LittleEndian.LONG, offset);
            if ((entry & 1) != 0) {
                any = true;
                boolean refers =
                        (entry & 1 << 7) == 0 && memory.page(entry & ADDRESS).isKnown();
                if (!refers) {
                    return false;
                }
            }
        }
        return any;
    }

    private void registers() {
        test("EFER has SVME and no reserved bit", 4, EFER, efer -> (efer & SVME) != 0 && (efer & EFER_RESERVED) == 0);
        long efer = vmcb.element(EFER, 0);
        long cr0 = vmcb.element(CR0, 0);
        long cr4 = vmcb.element(CR4, 0);
        boolean longMode = (efer & 1 << 8) != 0 && cr0 >>> 31 == 1;
        add(
                "EFER, CR0 and CR4 agree on long mode",
                2,
                longMode ? (cr4 & 1 << 5) != 0 && (cr0 & 1) != 0 : (efer & 1 << 10) == 0,
                "0x%x, 0x%x, 0x%x".formatted(efer, cr0, cr4));
        test("CR0 has no high bit, and no NW without CD", 2, CR0, word -> word >>> 32 == 0 && (word >>> 29 & 3) != 1);
        test("CR3 has no reserved bit", 1, CR3, word -> word >>> 52 == 0);
        test("CR4 has no reserved bit", 2, CR4, word -> (word & RegisterLayouts.CR4.reservedZeroMask()) == 0);
        test("DR6 has its fixed bits", 2, DR6, word -> word >>> 32 == 0 && (word & 0x0ff0) == 0x0ff0);
        test("DR7 has its fixed bits", 2, DR7, word -> word >>> 32 == 0 && (word & 1 << 10) != 0);
        test(
                "RFLAGS has its fixed bits",
                2,
                RFLAGS,
                word -> RegisterLayouts.RFLAGS.check(word, Optional.empty()).isEmpty());
        test("RIP is canonical", 1, RIP, rip -> rip << 7 >> 7 == rip);
        test("CPL is 0 to 3", 1, CPL, cpl -> cpl < 4);
    }

    private void segments() {
        boolean attributes = true;
        for (VmcbField field : VmcbField.of(VmcbGroup.SEGMENTS)) {
            if (field.name().endsWith("_ATTRIBUTES")) {
                attributes &= vmcb.element(field, 0) >>> 12 == 0;
            }
        }
        add("segment attributes have no reserved bit", 2, attributes, "");
        test(
                "GDTR and IDTR limits have 16 bits",
                1,
                GDTR_LIMIT,
                limit -> limit < 1 << 16 && vmcb.element(IDTR_LIMIT, 0) < 1 << 16);
        test(
                "CS is a present code segment",
                2,
                CS_ATTRIBUTES,
                cs -> (cs & 0x90) == 0x90 || (vmcb.element(CR0, 0) & 1) == 0);
    }

    private boolean isZero(int from, int to) {
        for (int offset = from; offset < to; offset += Integer.BYTES) {
            if (vmcb.page().get(PhysicalMemory.LittleEndian.INT, offset) != 0) {
                return false;
            }
        }
        return true;
    }

    private void test(String name, int weight, VmcbField field, LongPredicate holds) {
        long value = vmcb.element(field, 0);
        add(name, weight, holds.test(value), "0x%x".formatted(value));
    }

    private void add(String name, int weight, boolean held, String value) {
        possible += weight;
        points += held ? weight : 0;
        tests.add(new VmcbScore.Test(name, weight, held, value));
    }

    private VmcbScore result() {
        return new VmcbScore(points, possible, tests);
    }
}
