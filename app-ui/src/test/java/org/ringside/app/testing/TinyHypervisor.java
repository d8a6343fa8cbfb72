package org.ringside.app.testing;

import java.util.EnumMap;
import java.util.Map;
import org.ringside.decoder.vmcs.VmcsField;
import org.ringside.decoder.vmcs.VmcsLayout;
import org.ringside.decoder.vmcs.VmcsLayouts;

/**
 * A {@link TinyKernel} that runs a guest: a VMCS at {@link #VMCS}, extended page tables from {@link #EPT} on that map guest-physical pages
 * from 0 to host pages from {@link #GUEST} on, and a guest with identity page tables.
 */
public final class TinyHypervisor {
    public static final long VMCS = 0x20000;
    public static final long EPT = 0x21000;
    public static final long MSR_BITMAP = 0x25000;
    public static final long GUEST = 0x30000;
    public static final long EPTP = EPT | 0x1e;
    public static final long HOST_RIP = TinyKernel.KERNEL + 0x5010;
    /** In the guest: maps its first page at virtual 0x400000. */
    public static final long GUEST_CR3 = 0x1000;

    public static final long GUEST_RIP = 0x40_0123;

    private static final long RWX = 7;
    private static final long WRITE_BACK = 6 << 3;

    private TinyHypervisor() {}

    /** The machine; the caller may change it further. */
    public static TinyKernel create() {
        TinyKernel kernel = new TinyKernel();
        kernel.map(5, 0x5000, 0).map(6, 0x6000, TinyKernel.WRITE | TinyKernel.NO_EXECUTE);
        kernel.putLong(EPT, (EPT + 0x1000) | RWX);
        kernel.putLong(EPT + 0x1000, (EPT + 0x2000) | RWX);
        kernel.putLong(EPT + 0x2000, (EPT + 0x3000) | RWX);
        for (int page = 0; page < 8; page++) {
            mapGuest(kernel, page, GUEST + page * 0x1000L, RWX);
        }
        // Guest page tables: virtual 0x400000 is guest-physical page 0.
        kernel.putLong(GUEST + 0x1000, 0x2000 | 3);
        kernel.putLong(GUEST + 0x2000, 0x3000 | 3);
        kernel.putLong(GUEST + 0x3000 + 2 * 8, 0x4000 | 3);
        kernel.putLong(GUEST + 0x4000, 0x0000 | 3);
        kernel.putLong(MSR_BITMAP, -1L);
        write(kernel, VMCS, fields());
        return kernel;
    }

    /** Maps a guest page, write-back. */
    public static void mapGuest(TinyKernel kernel, int page, long host, long rights) {
        kernel.putLong(EPT + 0x3000 + page * 8L, host | WRITE_BACK | rights);
    }

    /** What the VMCS holds. */
    public static Map<VmcsField, Long> fields() {
        Map<VmcsField, Long> fields = new EnumMap<>(VmcsField.class);
        fields.put(VmcsField.PIN_BASED_VM_EXEC_CONTROL, 0x3fL);
        fields.put(VmcsField.CPU_BASED_VM_EXEC_CONTROL, 0x9401_e172L);
        fields.put(VmcsField.SECONDARY_VM_EXEC_CONTROL, 0x2L);
        fields.put(VmcsField.VM_EXIT_CONTROLS, 0x36fffL);
        fields.put(VmcsField.VM_ENTRY_CONTROLS, 0x13ffL);
        fields.put(VmcsField.EPT_POINTER, EPTP);
        fields.put(VmcsField.MSR_BITMAP, MSR_BITMAP);
        fields.put(VmcsField.VMCS_LINK_POINTER, -1L);
        fields.put(VmcsField.HOST_CR0, 0x8005_0033L);
        fields.put(VmcsField.HOST_CR3, TinyKernel.PAGE_TABLES);
        fields.put(VmcsField.HOST_CR4, 0x2020L);
        fields.put(VmcsField.HOST_RIP, HOST_RIP);
        fields.put(VmcsField.HOST_RSP, TinyKernel.KERNEL + 0x6ff0);
        fields.put(VmcsField.HOST_CS_SELECTOR, 0x10L);
        fields.put(VmcsField.HOST_TR_SELECTOR, 0x40L);
        fields.put(VmcsField.GUEST_CR0, 0x8000_0031L);
        fields.put(VmcsField.GUEST_CR3, GUEST_CR3);
        fields.put(VmcsField.GUEST_CR4, 0x2020L);
        fields.put(VmcsField.GUEST_RIP, GUEST_RIP);
        fields.put(VmcsField.GUEST_RFLAGS, 2L);
        fields.put(VmcsField.EXIT_REASON, 30L);
        return fields;
    }

    /** Writes a VMCS in the layout of Bochs 2. */
    public static void write(TinyKernel kernel, long address, Map<VmcsField, Long> fields) {
        VmcsLayout layout = VmcsLayouts.shipped().find("bochs-2").orElseThrow();
        kernel.put(address, 0x2b, 0, 0, 0);
        fields.forEach((field, value) -> {
            VmcsLayout.Slot slot = layout.slots().get(field);
            if (slot == null) {
                throw new IllegalArgumentException("the layout has no " + field);
            }
            for (int i = 0; i < slot.bytes(); i++) {
                kernel.put(address + slot.offset() + i, (int) (value >>> (8 * i)) & 0xff);
            }
        });
    }
}
