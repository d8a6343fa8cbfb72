package org.ringside.decoder.vmcs;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;
import org.ringside.decoder.cpu.RegisterLayouts;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.paging.PageWalker;
import org.ringside.decoder.paging.PagingContext;

/**
 * Scores a region read with a layout by what every working VMCS of a 64-bit hypervisor has: control bits that must be 1, host registers that
 * a processor in VMX operation can have, pointers that lead somewhere. For one region and layout.
 */
final class VmcsPlausibility {
    private static final long CR4_VMXE_PAE = 1L << 13 | 1L << 5;
    private static final long CR4_RESERVED = RegisterLayouts.CR4.reservedZeroMask();
    private static final long CR0_PE_NE_PG = 1L | 1L << 5 | 1L << 31;
    private static final long ADDRESS = 0x000f_ffff_ffff_f000L;
    /** Bits of the default1 classes that no processor allows to be 0. */
    private static final long PIN_ONES = 0x16;

    private static final long EXIT_ONES = 0x36dfbL;
    private static final long ENTRY_ONES = 0x11fbL;

    private final PhysicalMemory memory;
    private final Vmcs vmcs;
    private final List<LayoutScore.Test> tests = new ArrayList<>();
    private int points;
    private int possible;

    private VmcsPlausibility(PhysicalMemory memory, Vmcs vmcs) {
        this.memory = memory;
        this.vmcs = vmcs;
    }

    static LayoutScore score(PhysicalMemory memory, Vmcs vmcs) {
        VmcsPlausibility scoring = new VmcsPlausibility(memory, vmcs);
        scoring.run();
        return new LayoutScore(vmcs.layout(), scoring.points, scoring.possible, scoring.tests);
    }

    /**
     * The quick test of a scan for one layout: false for nearly every page that is not a VMCS of a 64-bit hypervisor in this layout, true for
     * every one that is. Reads one word of most pages.
     *
     * @param cr4 offset of host CR4, -1 if the layout has none; the others likewise
     */
    record QuickTest(int cr4, int cr0, int rip, int cr3) {
        static QuickTest of(VmcsLayout layout) {
            return new QuickTest(
                    offset(layout, VmcsField.HOST_CR4),
                    offset(layout, VmcsField.HOST_CR0),
                    offset(layout, VmcsField.HOST_RIP),
                    offset(layout, VmcsField.HOST_CR3));
        }

        private static int offset(VmcsLayout layout, VmcsField field) {
            VmcsLayout.Slot slot = layout.slots().get(field);
            return slot == null || slot.bytes() != Long.BYTES || slot.rotatedLeft() != 0 ? -1 : slot.offset();
        }

        boolean mayBe(MemorySegment page) {
            // A layout without any of them could be anything: it is chosen by its identifier only.
            if (cr4 < 0 || rip < 0) {
                return false;
            }
            if (!isHostCr4(page.get(PhysicalMemory.LittleEndian.LONG, cr4))) {
                return false;
            }
            long code = page.get(PhysicalMemory.LittleEndian.LONG, rip);
            return code != 0
                    && isCanonical(code)
                    && (cr0 < 0 || isHostCr0(page.get(PhysicalMemory.LittleEndian.LONG, cr0)))
                    && (cr3 < 0 || isRoot(page.get(PhysicalMemory.LittleEndian.LONG, cr3)));
        }
    }

    private void run() {
        add(
                "revision identifier was seen with this layout",
                3,
                vmcs.layout().expects(vmcs.revision()),
                "0x%x".formatted(vmcs.revision()));
        test("host CR4 has VMXE and PAE and no reserved bit", 4, VmcsField.HOST_CR4, VmcsPlausibility::isHostCr4);
        test("host CR0 has PE, NE and PG", 3, VmcsField.HOST_CR0, VmcsPlausibility::isHostCr0);
        test("host CR3 is the address of a table", 2, VmcsField.HOST_CR3, VmcsPlausibility::isRoot);
        test("host RIP is canonical", 2, VmcsField.HOST_RIP, rip -> rip != 0 && isCanonical(rip));
        hostCodeIsMapped();
        test("host RSP is canonical", 1, VmcsField.HOST_RSP, rsp -> rsp != 0 && isCanonical(rsp));
        test("host CS is a kernel selector", 2, VmcsField.HOST_CS_SELECTOR, cs -> cs != 0 && (cs & 7) == 0);
        test("host TR is a kernel selector", 2, VmcsField.HOST_TR_SELECTOR, tr -> tr != 0 && (tr & 7) == 0);
        test(
                "pin-based controls have their fixed 1-bits",
                3,
                VmcsField.PIN_BASED_VM_EXEC_CONTROL,
                pin -> (pin & PIN_ONES) == PIN_ONES && pin < 0x100);
        test(
                "VM-exit controls have their fixed 1-bits",
                3,
                VmcsField.VM_EXIT_CONTROLS,
                exit -> (exit & EXIT_ONES) == EXIT_ONES);
        test(
                "VM-entry controls have their fixed 1-bits",
                3,
                VmcsField.VM_ENTRY_CONTROLS,
                entry -> (entry & ENTRY_ONES) == ENTRY_ONES);
        test(
                "link pointer is -1 or a page",
                2,
                VmcsField.VMCS_LINK_POINTER,
                link -> link == -1 || (link != 0 && (link & ~ADDRESS) == 0));
        test(
                "exit reason exists",
                1,
                VmcsField.EXIT_REASON,
                reason -> ExitReason.of(reason).isPresent());
        test(
                "guest RFLAGS has its fixed bits",
                2,
                VmcsField.GUEST_RFLAGS,
                flags -> flags == 0
                        || RegisterLayouts.RFLAGS.check(flags, Optional.empty()).isEmpty());
        test("guest activity state exists", 1, VmcsField.GUEST_ACTIVITY_STATE, state -> state <= 3);
        test("interruptibility state has no reserved bit", 1, VmcsField.GUEST_INTERRUPTIBILITY_STATE, s -> s < 32);
        if (vmcs.isOn(VmxControl.ENABLE_EPT)) {
            test("EPT pointer is one", 3, VmcsField.EPT_POINTER, eptp -> {
                long type = eptp & 7;
                long levels = eptp >>> 3 & 7;
                return (type == 0 || type == 6) && (levels == 3 || levels == 4) && (eptp & ADDRESS) != 0;
            });
        }
    }

    private void hostCodeIsMapped() {
        if (vmcs.get(VmcsField.HOST_CR3) instanceof Observed.Known<Long>(Long cr3)
                && vmcs.get(VmcsField.HOST_RIP) instanceof Observed.Known<Long>(Long rip)
                && isRoot(cr3)) {
            boolean mapped = new PageWalker(memory, PagingContext.fourLevel(cr3))
                    .translate(rip)
                    .isKnown();
            add("host CR3 maps host RIP", 5, mapped, "0x%x".formatted(rip));
        }
    }

    private void test(String name, int weight, VmcsField field, LongPredicate holds) {
        if (vmcs.get(field) instanceof Observed.Known<Long>(Long value)) {
            add(name, weight, holds.test(value), "0x%x".formatted(value));
        }
    }

    private void add(String name, int weight, boolean held, String value) {
        possible += weight;
        points += held ? weight : 0;
        tests.add(new LayoutScore.Test(name, weight, held, value));
    }

    private static boolean isHostCr4(long cr4) {
        return (cr4 & CR4_VMXE_PAE) == CR4_VMXE_PAE && (cr4 & CR4_RESERVED) == 0;
    }

    private static boolean isHostCr0(long cr0) {
        return (cr0 & CR0_PE_NE_PG) == CR0_PE_NE_PG && cr0 >>> 32 == 0;
    }

    private static boolean isRoot(long cr3) {
        return (cr3 & ADDRESS) != 0 && (cr3 & 0x1ff0_0000_0000_0000L) == 0;
    }

    /** Canonical in 57 bits, which includes 48. */
    static boolean isCanonical(long address) {
        return address << 7 >> 7 == address;
    }
}
