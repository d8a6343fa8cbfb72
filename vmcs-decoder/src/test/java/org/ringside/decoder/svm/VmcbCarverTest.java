package org.ringside.decoder.svm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.memory.Recording;
import org.ringside.decoder.memory.SparseMemory;

class VmcbCarverTest {
    private static final long ADDRESS = 0x7000;

    /** The VMCB of a guest in nested paging, as small as can be. */
    static SparseMemory guest() {
        return put(new SparseMemory().putLong(0x10000, 0x11007).zero(0x11000), VmcbField.INTERCEPT_VECTOR_4, 1)
                .putLong(ADDRESS + VmcbField.GUEST_ASID.offset(), 1)
                .putLong(ADDRESS + VmcbField.EXITCODE.offset(), 0x400)
                .putLong(ADDRESS + VmcbField.NESTED_CONTROL.offset(), 1)
                .putLong(ADDRESS + VmcbField.N_CR3.offset(), 0x10000)
                .putLong(ADDRESS + VmcbField.CS_SELECTOR.offset(), 0xffff_ffff_029b_0010L)
                .putLong(ADDRESS + VmcbField.EFER.offset(), 0x1500)
                .putLong(ADDRESS + VmcbField.CR0.offset(), 0x8000_0011L)
                .putLong(ADDRESS + VmcbField.CR4.offset(), 0x20)
                .putLong(ADDRESS + VmcbField.CR3.offset(), 0x1000)
                .putLong(ADDRESS + VmcbField.DR6.offset(), 0xffff_0ff0L)
                .putLong(ADDRESS + VmcbField.DR7.offset(), 0x400)
                .putLong(ADDRESS + VmcbField.RFLAGS.offset(), 2);
    }

    private static SparseMemory put(SparseMemory memory, VmcbField field, int value) {
        return memory.putInt(ADDRESS + field.offset(), value);
    }

    private static VmcbCarver.Result scan(PhysicalMemory memory) {
        return new VmcbCarver(memory, () -> false).scan();
    }

    @Test
    void findsAVmcbAndSaysWhy() {
        VmcbCarver.Result result = scan(guest());
        assertEquals(1, result.vmcbs().size());
        CarvedVmcb found = result.vmcbs().getFirst();
        assertEquals(ADDRESS, found.address());
        assertEquals(CarvedVmcb.Kind.VMCB, found.kind());
        assertTrue(
                found.score().explain().contains("+4 VMRUN is intercepted"),
                found.score().explain());
        assertEquals(List.of(0x10000L), result.nestedRoots());
    }

    @Test
    void aVmcbThatVmrunRefusesIsARunnerUp() {
        SparseMemory memory = guest();
        memory.putLong(ADDRESS + 0x200, 1);
        memory.putLong(ADDRESS + VmcbField.N_CR3.offset(), 0x55000);
        VmcbCarver.Result result = scan(memory);
        assertEquals(List.of(), result.vmcbs());
        assertEquals(1, result.runnersUp().size());
        assertTrue(result.runnersUp().getFirst().score().explain().contains("- N_CR3 is the address of a table"));
    }

    @Test
    void withoutTheInterceptOfVmrunItIsNone() {
        assertEquals(
                List.of(), scan(put(guest(), VmcbField.INTERCEPT_VECTOR_4, 0)).vmcbs());
        assertEquals(List.of(), scan(put(guest(), VmcbField.GUEST_ASID, 0)).vmcbs());
        assertEquals(List.of(), scan(put(guest(), VmcbField.EFER, 0x500)).vmcbs());
        assertEquals(List.of(), scan(put(guest(), VmcbField.EFER, 0x1502)).vmcbs());
    }

    @Test
    void aGuestWithEncryptedStateIsFoundByItsControls() {
        SparseMemory memory = new SparseMemory()
                .putLong(0x10000, 0x11007)
                .zero(0x11000)
                .putLong(ADDRESS + VmcbField.INTERCEPT_VECTOR_4.offset(), 1)
                .putLong(ADDRESS + VmcbField.GUEST_ASID.offset(), 1)
                .putLong(ADDRESS + VmcbField.NESTED_CONTROL.offset(), 7)
                .putLong(ADDRESS + VmcbField.N_CR3.offset(), 0x10000)
                .putLong(ADDRESS + VmcbField.VIRTUALIZATION_CONTROL.offset(), 1)
                .putLong(ADDRESS + VmcbField.VMSA_POINTER.offset(), 0x11000);
        assertEquals(
                CarvedVmcb.Kind.VMCB_ENCRYPTED_STATE,
                scan(memory).vmcbs().getFirst().kind());
    }

    @Test
    void aCancelledScanSaysThatItIsNotComplete() {
        assertFalse(new VmcbCarver(guest(), () -> true).scan().complete());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ram-before.bin", "ram-after.bin", "bochs-kvm-guest.physmem", "bochs-nested-kvm.physmem"})
    void findsNothingWhereNoAmdHypervisorRan(String image) throws IOException, InterruptedException {
        VmcbCarver.Result result = scan(Recording.raw(image));
        assertEquals(List.of(), result.vmcbs());
        assertEquals(List.of(), result.runnersUp());
    }
}
