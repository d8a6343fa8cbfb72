package org.ringside.decoder.nested;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ringside.decoder.ept.EptContext;
import org.ringside.decoder.ept.EptOutcome;
import org.ringside.decoder.ept.ExtendedPageTablePointer;
import org.ringside.decoder.ept.ExtendedPageTables;
import org.ringside.decoder.ept.GuestPhysicalMemory;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.memory.Recording;
import org.ringside.decoder.memory.SparseMemory;
import org.ringside.decoder.paging.AccessOutcome;
import org.ringside.decoder.paging.HlatControls;
import org.ringside.decoder.paging.LinearAccess;
import org.ringside.decoder.paging.PagingContext;
import org.ringside.decoder.paging.PagingMode;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.vmcs.Vmcs;
import org.ringside.decoder.vmcs.VmcsField;
import org.ringside.decoder.vmcs.VmcsLayouts;
import org.ringside.decoder.vmcs.VmcsValues;
import org.ringside.decoder.vmcs.VmxCapabilities;
import org.ringside.decoder.vmcs.VmxControl;

final class GuestAccessesTest {
    private static final long RWX = 0x37;
    private static final long READ_ONLY = 0x31;
    private static final long PAGING_WRITE = 1L << 58;
    private static final long VERIFY = 1L << 57;

    private static LinearAccess access(String text) {
        LinearAccess.Mode mode = text.startsWith("user") ? LinearAccess.Mode.USER : LinearAccess.Mode.SUPERVISOR;
        return new LinearAccess(LinearAccess.Kind.valueOf(text.substring(text.indexOf('-') + 1)), mode);
    }

    /**
     * Guest tables in guest pages 1 to 4 with CR3 0x1000, HLAT root in page 5 that shares tables 2 to 4, data in pages 8 and up. Guest page n
     * is host page 0x100 + n; the rights of its EPT entry are {@code rights}, of the pages of tables {@code ofTables}.
     */
    private static SparseMemory machine(long rights, long ofTables, long guestPte) {
        SparseMemory host = new SparseMemory()
                .putLong(0x10000, 0x11000 | 7)
                .putLong(0x11000, 0x12000 | 7)
                .putLong(0x12000, 0x13000 | 7);
        for (long page = 1; page <= 5; page++) {
            host.putLong(0x13000 + 8 * page, (0x100 + page) << 12 | ofTables);
        }
        return host.putLong(0x13000 + 8 * 8, 0x108L << 12 | rights)
                .putLong(0x101000, 0x2027)
                .putLong(0x105000, 0x2027)
                .putLong(0x102000, 0x3027)
                .putLong(0x103000, 0x4027)
                .putLong(0x104000, guestPte)
                .zero(0x108000);
    }

    private static GuestAccesses accesses(SparseMemory host, long eptp, Map<VmcsField, Long> more) {
        Map<VmcsField, Long> fields = new EnumMap<>(VmcsField.class);
        fields.put(VmcsField.GUEST_CR0, 1L << 31 | 1L << 16 | 1);
        fields.put(VmcsField.GUEST_CR3, 0x1000L);
        fields.put(VmcsField.GUEST_CR4, 0x20L);
        fields.put(VmcsField.GUEST_RFLAGS, 2L);
        fields.put(VmcsField.VM_ENTRY_CONTROLS, VmxControl.ENTRY_IA32E_MODE_GUEST.mask());
        fields.put(VmcsField.CPU_BASED_VM_EXEC_CONTROL, VmxControl.ACTIVATE_TERTIARY_CONTROLS.mask());
        fields.putAll(more);
        VmcsValues vmcs = field -> Observed.known(fields.getOrDefault(field, 0L));
        EptContext context =
                new EptContext(new ExtendedPageTablePointer(eptp), false, true, true, true, false, false, 46, true);
        ExtendedPageTables ept = new ExtendedPageTables(host, context);
        return new GuestAccesses(
                new GuestPhysicalMemory(host, ept, TableLimits.standard()),
                ept,
                VmcsPaging.guest(vmcs).orElseThrow(),
                VmcsPaging.hlat(vmcs),
                VmcsPaging.guestControls(vmcs));
    }

    private static String text(GuestOutcome outcome) {
        return switch (outcome) {
            case GuestOutcome.Done done -> "0x%x".formatted(done.host().output());
            case GuestOutcome.InGuest guest ->
                guest.outcome() instanceof AccessOutcome.PageFault fault
                        ? "#PF 0x%x".formatted(fault.errorCode().bits())
                        : guest.outcome().toString();
            case GuestOutcome.InEpt ept ->
                ept.outcome() instanceof EptOutcome.Violation violation
                        ? "exit 0x%x at 0x%x%s"
                                .formatted(
                                        violation.qualification(),
                                        ept.guestPhysical(),
                                        ept.guestEntry()
                                                .map(step -> " " + step.level().entryName())
                                                .orElse(""))
                        : ept.outcome().toString();
        };
    }

    @ParameterizedTest
    @CsvSource({
        // EPTP, EPT rights of the data and of the tables, guest PTE, access, outcome
        "0x1001e, 0x37, 0x31, 0x8067, user-WRITE, 0x108123",
        "0x1001e, 0x31, 0x31, 0x8067, user-READ, 0x108123",
        "0x1001e, 0x31, 0x31, 0x8067, user-WRITE, exit 0x78a at 0x8123",
        "0x1001e, 0x37, 0x31, 0x8027, user-WRITE, exit 0x8a at 0x4000 PTE",
        "0x1001e, 0x37, 0x31, 0x8027, user-READ, 0x108123",
        "0x1001e, 0x37, 0x31, 0x8007, user-READ, exit 0x8a at 0x4000 PTE",
        "0x1001e, 0x37, 0x31, 0x8061, user-WRITE, #PF 0x7",
        "0x1001e, 0x31, 0x31, 0x8063, supervisor-WRITE, exit 0x58a at 0x8123",
        "0x1001e, 0x37, 0x31, 0x0, user-READ, #PF 0x4",
        "0x1001e, 0x37, 0x0, 0x8067, user-READ, exit 0x81 at 0x1000 PML4E",
        "0x1005e, 0x37, 0x31, 0x8067, user-READ, exit 0x8b at 0x1000 PML4E",
        "0x1005e, 0x37, 0x33, 0x8067, user-READ, 0x108123",
        "0x1005e, 0x37, 0x0400000000000031, 0x8067, user-READ, 0x108123",
        "0x1001e, 0x0200000000000037, 0x31, 0x8067, user-READ, exit 0x87b9 at 0x8123",
        "0x1001e, 0x0200000000000037, 0x0400000000000031, 0x8067, user-READ, 0x108123",
    })
    void bothStagesTakePart(String eptp, String rights, String ofTables, String pte, String access, String expected) {
        SparseMemory host = machine(Long.decode(rights), Long.decode(ofTables), Long.decode(pte));
        GuestOutcome outcome = accesses(host, Long.decode(eptp), Map.of()).outcome(0x123, access(access));
        assertEquals(expected, text(outcome), outcome::reason);
    }

    /** A guest that turns its own tables elsewhere does not reach the verified page any more: only the hypervisor's HLAT tables do. */
    @Test
    void hlatAndVerificationHoldATranslation() {
        SparseMemory host = machine(READ_ONLY | VERIFY, RWX, 0x8067);
        for (long page = 2; page <= 5; page++) {
            host.putLong(0x13000 + 8 * page, (0x100 + page) << 12 | READ_ONLY | PAGING_WRITE);
        }
        Map<VmcsField, Long> hlat = Map.of(
                VmcsField.TERTIARY_VM_EXEC_CONTROL, VmxControl.ENABLE_HLAT.mask(),
                VmcsField.HLAT_POINTER, 0x5000L,
                VmcsField.HLAT_PREFIX_SIZE, 0L);
        assertEquals("0x108123", text(accesses(host, 0x1005e, hlat).outcome(0x123, access("user-READ"))));
        assertEquals(
                "exit 0x8789 at 0x8123", text(accesses(host, 0x1005e, Map.of()).outcome(0x123, access("user-READ"))));
    }

    @Test
    void hlatIsReadFromTheVmcs() {
        Map<VmcsField, Long> fields = new EnumMap<>(VmcsField.class);
        fields.put(VmcsField.GUEST_CR0, 1L << 31);
        fields.put(VmcsField.GUEST_CR4, 1L << 5 | 1L << 23);
        fields.put(VmcsField.VM_ENTRY_CONTROLS, VmxControl.ENTRY_IA32E_MODE_GUEST.mask());
        fields.put(VmcsField.HLAT_POINTER, 0x7000L);
        fields.put(VmcsField.HLAT_PREFIX_SIZE, 1L);
        VmcsValues vmcs = field -> Observed.known(fields.getOrDefault(field, 0L));
        assertEquals(Optional.empty(), VmcsPaging.hlat(vmcs), "the tertiary controls are not activated");
        fields.put(VmcsField.CPU_BASED_VM_EXEC_CONTROL, VmxControl.ACTIVATE_TERTIARY_CONTROLS.mask());
        fields.put(VmcsField.TERTIARY_VM_EXEC_CONTROL, VmxControl.ENABLE_HLAT.mask());
        assertEquals(Optional.of(new HlatControls(0x7000, 1)), VmcsPaging.hlat(vmcs));
        assertTrue(VmcsPaging.guest(vmcs).orElseThrow().shadowStacks());
        fields.put(VmcsField.VM_ENTRY_CONTROLS, 0L);
        assertEquals(
                PagingMode.PAE, VmcsPaging.guest(vmcs).map(PagingContext::mode).orElseThrow());
        assertEquals(Optional.empty(), VmcsPaging.hlat(vmcs), "there is no HLAT with PAE paging");
    }

    /** The middle guest of the recording executes in its kernel: the fetch of its next instruction passes both stages. */
    @Test
    void aRecordedGuestFetchesItsNextInstruction() throws IOException, InterruptedException {
        PhysicalMemory host = Recording.raw("bochs-nested-kvm.physmem");
        Vmcs vmcs = Vmcs.read(
                        host, 0xf001000, VmcsLayouts.shipped().find("bochs-2").orElseThrow())
                .orElseThrow();
        ExtendedPageTables ept = new ExtendedPageTables(
                host, EptContext.of(vmcs, VmxCapabilities.unknown()).orElseThrow());
        GuestAccesses accesses = new GuestAccesses(
                new GuestPhysicalMemory(host, ept, TableLimits.standard()),
                ept,
                VmcsPaging.guest(vmcs).orElseThrow(),
                VmcsPaging.hlat(vmcs),
                VmcsPaging.guestControls(vmcs));
        long rip = vmcs.get(VmcsField.GUEST_RIP).orElseThrow();
        GuestOutcome fetch = accesses.outcome(rip, access("supervisor-EXECUTE"));
        assertInstanceOf(GuestOutcome.Done.class, fetch, fetch::reason);
        GuestOutcome user = accesses.outcome(rip, access("user-EXECUTE"));
        assertEquals("#PF 0x15", text(user), user::reason);
        GuestOutcome write = accesses.outcome(rip, access("supervisor-WRITE"));
        assertEquals("#PF 0x3", text(write), write::reason);
    }
}
