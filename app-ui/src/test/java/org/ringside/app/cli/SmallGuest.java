package org.ringside.app.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ringside.decoder.vmcs.VmcsField;
import org.ringside.decoder.vmcs.VmcsLayout;
import org.ringside.decoder.vmcs.VmcsLayouts;

/**
 * Half a megabyte of memory with a hypervisor and its guest: a VMCS at {@link #VMCS} in the layout bochs-2, host page tables, extended page tables that
 * map guest-physical 0x0 to 0x9fff to 0x40000, guest page tables in that memory.
 */
final class SmallGuest {
    static final long VMCS = 0x5000;
    static final long EPTP = 0x2001e;
    static final long HOST_CR3 = 0x10000;
    static final long HOST_RIP = 0x400123;
    static final long HOST_CODE = 0x15000;
    /** Where the guest's address 0 is. */
    static final long GUEST = 0x40000;

    static final long GUEST_CR3 = 0x1000;
    static final long GUEST_RIP = 0x600010;
    static final long GUEST_CODE = 0x5000;

    private static final VmcsLayout LAYOUT =
            VmcsLayouts.shipped().find("bochs-2").orElseThrow();

    private final ByteBuffer bytes = ByteBuffer.allocate(0x80000).order(ByteOrder.LITTLE_ENDIAN);

    SmallGuest() {
        bytes.putInt((int) VMCS, 0x2b);
        bytes.putInt((int) VMCS + 8, 1);
        host();
        guest();
        controls();
    }

    private void host() {
        tables((int) HOST_CR3, HOST_RIP, HOST_CODE);
        set(VmcsField.HOST_CR0, 0x80050033L);
        set(VmcsField.HOST_CR3, HOST_CR3);
        set(VmcsField.HOST_CR4, 0x26b0);
        set(VmcsField.HOST_RIP, HOST_RIP);
        set(VmcsField.HOST_RSP, HOST_RIP + 0x800);
        set(VmcsField.HOST_CS_SELECTOR, 0x10);
        set(VmcsField.HOST_TR_SELECTOR, 0x40);
        byte[] name = "kvm_intel".getBytes(StandardCharsets.US_ASCII);
        bytes.put((int) HOST_CODE + 0x200, name);
    }

    private void guest() {
        bytes.putLong(0x20000, 0x21000 | 7);
        bytes.putLong(0x21000, 0x22000 | 7);
        bytes.putLong(0x22000, 0x23000 | 7);
        for (int page = 0; page < 10; page++) {
            int rights = page == 6 ? 5 : 7;
            bytes.putLong(0x23000 + 8 * page, GUEST + 0x1000L * page | 0x30 | rights);
        }
        // misconfigured: writable and not readable
        bytes.putLong(0x23000 + 8 * 12, 0x50000 | 0x32);
        for (int level = 0; level < 4; level++) {
            int shift = 39 - 9 * level;
            long next = level == 3 ? GUEST_CODE : GUEST_CR3 + 0x1000L * (level + 1);
            int index = (int) (GUEST_RIP >>> shift) & 511;
            bytes.putLong((int) (GUEST + GUEST_CR3) + 0x1000 * level + 8 * index, next | 7);
        }
        set(VmcsField.GUEST_CR0, 0x80050033L);
        set(VmcsField.GUEST_CR3, GUEST_CR3);
        set(VmcsField.GUEST_CR4, 0x2020);
        set(VmcsField.GUEST_RIP, GUEST_RIP);
        set(VmcsField.GUEST_RFLAGS, 2);
    }

    /** Four levels of tables from {@code root} on, each in the page after the one before. */
    private void tables(int root, long linear, long page) {
        for (int level = 0; level < 4; level++) {
            int index = (int) (linear >>> (39 - 9 * level)) & 511;
            long next = level == 3 ? page : root + 0x1000L * (level + 1);
            bytes.putLong(root + 0x1000 * level + 8 * index, next | 3);
        }
    }

    private void controls() {
        set(VmcsField.PIN_BASED_VM_EXEC_CONTROL, 0x16);
        set(VmcsField.CPU_BASED_VM_EXEC_CONTROL, 0x8401e172L);
        set(VmcsField.SECONDARY_VM_EXEC_CONTROL, 0x82);
        set(VmcsField.VM_EXIT_CONTROLS, 0x36fff);
        set(VmcsField.VM_ENTRY_CONTROLS, 0x13ff);
        set(VmcsField.EPT_POINTER, EPTP);
        set(VmcsField.VMCS_LINK_POINTER, -1);
        set(VmcsField.EXIT_REASON, 30);
    }

    /** Gives a field another value. */
    SmallGuest set(VmcsField field, long value) {
        VmcsLayout.Slot slot = LAYOUT.slots().get(field);
        if (slot == null || slot.rotatedLeft() != 0) {
            throw new IllegalArgumentException(field + " has no plain place");
        }
        for (int i = 0; i < slot.bytes(); i++) {
            bytes.put((int) VMCS + slot.offset() + i, (byte) (value >>> (8 * i)));
        }
        return this;
    }

    /** The 4 KiB of the VMCS. */
    byte[] region() {
        byte[] region = new byte[4096];
        bytes.get((int) VMCS, region);
        return region;
    }

    Path write(Path file) throws IOException {
        return Files.write(file, bytes.array());
    }
}
