package org.ringside.decoder.nested;

import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.ringside.decoder.cpu.CpuRegisters;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.paging.AccessControls;
import org.ringside.decoder.paging.HlatControls;
import org.ringside.decoder.paging.PageWalker;
import org.ringside.decoder.paging.PagingContext;
import org.ringside.decoder.paging.PagingMode;
import org.ringside.decoder.vmcs.VmcsField;
import org.ringside.decoder.vmcs.VmcsValues;
import org.ringside.decoder.vmcs.VmxControl;

/** The address space that a VM exit loads, and the one that a VM entry does. */
public final class VmcsPaging {
    private static final long CR0_PG = 1L << 31;
    private static final long CR4_PSE = 1L << 4;
    private static final long CR4_PAE = 1L << 5;
    private static final long CR4_LA57 = 1L << 12;
    private static final long CR4_CET = 1L << 23;
    /** PKE and PKS. */
    private static final long CR4_KEYS = 1L << 22 | 1L << 24;

    private static final long EFER_NXE = 1L << 11;

    private VmcsPaging() {}

    /** Paging of the hypervisor, of a 64-bit one where the VMCS does not tell; or what is missing. */
    public static Observed<PagingContext> host(VmcsValues vmcs) {
        boolean longMode = vmcs.control(VmxControl.EXIT_HOST_ADDRESS_SPACE_SIZE).orElse(true);
        boolean nxe = executeDisable(vmcs, VmxControl.EXIT_LOAD_IA32_EFER, VmcsField.HOST_IA32_EFER);
        return context(vmcs, longMode, CR0_PG, VmcsField.HOST_CR3, VmcsField.HOST_CR4, nxe);
    }

    /** Paging of the guest, of a 64-bit one where the VMCS does not tell; or what is missing. */
    public static Observed<PagingContext> guest(VmcsValues vmcs) {
        boolean longMode = vmcs.control(VmxControl.ENTRY_IA32E_MODE_GUEST).orElse(true);
        long cr0 = vmcs.get(VmcsField.GUEST_CR0).orElse(CR0_PG);
        boolean nxe = executeDisable(vmcs, VmxControl.ENTRY_LOAD_IA32_EFER, VmcsField.GUEST_IA32_EFER);
        return context(vmcs, longMode, cr0, VmcsField.GUEST_CR3, VmcsField.GUEST_CR4, nxe);
    }

    /** IA32_EFER.NXE. Where the VMCS does not load EFER the field says nothing, and every 64-bit kernel has the bit set. */
    private static boolean executeDisable(VmcsValues vmcs, VmxControl loads, VmcsField efer) {
        return !vmcs.isOn(loads) || (vmcs.get(efer).orElse(EFER_NXE) & EFER_NXE) != 0;
    }

    private static Observed<PagingContext> context(
            VmcsValues vmcs, boolean longMode, long cr0, VmcsField root, VmcsField flags, boolean executeDisable) {
        long cr4 = vmcs.get(flags).orElse(CR4_PAE);
        PagingMode mode = mode(longMode, cr0, cr4);
        return vmcs.get(root)
                .map(cr3 -> new PagingContext(
                        mode,
                        cr3,
                        (cr4 & CR4_PSE) != 0,
                        executeDisable,
                        PagingContext.WIDEST,
                        (cr4 & CR4_CET) != 0,
                        mode.isLong() && (cr4 & CR4_KEYS) != 0));
    }

    /** The guest's registers that decide about accesses, as far as the VMCS has them; PKRU it never has. */
    public static AccessControls guestControls(VmcsValues vmcs) {
        SortedMap<String, Long> registers = new TreeMap<>();
        put(registers, "cr0", vmcs.get(VmcsField.GUEST_CR0));
        put(registers, "cr4", vmcs.get(VmcsField.GUEST_CR4));
        put(registers, "rflags", vmcs.get(VmcsField.GUEST_RFLAGS));
        if (vmcs.isOn(VmxControl.ENTRY_LOAD_PKRS)) {
            put(registers, "ia32_pkrs", vmcs.get(VmcsField.GUEST_IA32_PKRS));
        }
        return new AccessControls(new CpuRegisters(0, registers));
    }

    private static void put(SortedMap<String, Long> registers, String name, Observed<Long> value) {
        value.toOptional().ifPresent(known -> registers.put(name, known));
    }

    /** How the hypervisor translates linear addresses of the guest itself; empty if it is not known to do that. */
    public static Optional<HlatControls> hlat(VmcsValues vmcs) {
        boolean longMode = guest(vmcs).map(context -> context.mode().isLong()).orElse(false);
        if (!longMode || !vmcs.isOn(VmxControl.ENABLE_HLAT)) {
            return Optional.empty();
        }
        int prefix = vmcs.get(VmcsField.HLAT_PREFIX_SIZE).orElse(0L).intValue();
        return vmcs.get(VmcsField.HLAT_POINTER).toOptional().map(pointer -> new HlatControls(pointer, prefix));
    }

    private static PagingMode mode(boolean longMode, long cr0, long cr4) {
        if ((cr0 & CR0_PG) == 0) {
            return PagingMode.NONE;
        }
        if (longMode) {
            return (cr4 & CR4_LA57) != 0 ? PagingMode.FIVE_LEVEL : PagingMode.FOUR_LEVEL;
        }
        return (cr4 & CR4_PAE) != 0 ? PagingMode.PAE : PagingMode.THIRTY_TWO_BIT;
    }

    /** Whether the host state of a VMCS makes sense in a memory: its CR3 maps its RIP for instruction fetches. */
    static boolean isHostMapped(VmcsValues vmcs, PhysicalMemory memory) {
        return host(vmcs)
                .flatMap(context ->
                        vmcs.get(VmcsField.HOST_RIP).flatMap(rip -> new PageWalker(memory, context).translate(rip)))
                .map(translation -> translation.rights().execute())
                .orElse(false);
    }
}
