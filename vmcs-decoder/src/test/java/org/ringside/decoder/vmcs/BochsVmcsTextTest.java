package org.ringside.decoder.vmcs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.ringside.decoder.memory.Observed;

class BochsVmcsTextTest {
    /** Two moments, between other answers of the debugger; the second in a guest. EPT is on, VMCS shadowing is off. */
    private static final String TEXT = """
            show param name: <cpu0.VMX>
            VMX = {
              vmcsptr = 0x627d000
              vmxonptr = 0x61cf000
              in_vmx_guest = false
              VMCS_CACHE = {
                VMEXEC_CTRLS = {
                  vmexec_ctrls2 = 0x80000000
                  vmexec_ctrls3 = 0x00000202
                  vm_cr3_target_cnt = 4
                  vmcs_linkptr = 0xffffffffffffffff
                  eptptr = 0xf09805e
                  vpid = 0x0001
                  vmread_bitmap_addr = 0x5000
                  eoi_exit_bitmap0 = 0x80000001
                  eoi_exit_bitmap1 = 0xf0000000
                  svi = 0x12
                  rvi = 0x34
                }
                VMEXIT_CTRLS = {
                  vmexit_msr_store_cnt = 0
                  vmexit_msr_store_addr = 0x0
                  vmexit_msr_load_cnt = 2
                  vmexit_msr_load_addr = 0x7000
                }
                HOST_STATE = {
                  CR3 = 0x61b0004
                }
              }
            }
            CR3=0x000000009000
            VMX = {
              vmcsptr = 0x1000
              in_vmx_guest = true
            }
            VMX = {
              vmcsptr = 0x2000
            """;

    @Test
    void valuesByField() {
        List<BochsVmcsText> listings = BochsVmcsText.parse(TEXT);
        // the third listing has no end
        assertEquals(2, listings.size());
        BochsVmcsText first = listings.getFirst();
        assertEquals(Optional.of(0x627d000L), first.vmcsPointer());
        assertEquals(Optional.of(0x61cf000L), first.vmxonPointer());
        assertFalse(first.inGuest());
        assertEquals(Observed.known(-1L), first.get(VmcsField.VMCS_LINK_POINTER));
        assertEquals(Observed.known(0xf09805eL), first.get(VmcsField.EPT_POINTER));
        assertEquals(Observed.known(4L), first.get(VmcsField.CR3_TARGET_COUNT));
        assertEquals(Observed.known(0x61b0004L), first.get(VmcsField.HOST_CR3));
        assertEquals(Observed.known(0xf000_0000_8000_0001L), first.get(VmcsField.EOI_EXIT_BITMAP0));
        assertEquals(Observed.known(0x1234L), first.get(VmcsField.GUEST_INTR_STATUS));
        assertEquals(Observed.known(0x7000L), first.get(VmcsField.VM_EXIT_MSR_LOAD_ADDR));
        assertTrue(listings.getLast().inGuest());
        assertEquals(Set.of(), listings.getLast().fields());
    }

    @Test
    void whatTheProcessorDidNotReadIsLeftOut() {
        BochsVmcsText listing = BochsVmcsText.parse(TEXT).getFirst();
        for (VmcsField field :
                List.of(VmcsField.VMREAD_BITMAP, VmcsField.VIRTUAL_PROCESSOR_ID, VmcsField.VM_EXIT_MSR_STORE_ADDR)) {
            assertTrue(listing.get(field) instanceof Observed.NotApplicable<Long>, field::name);
            assertFalse(listing.fields().contains(field));
        }
        assertTrue(listing.get(VmcsField.GUEST_RIP) instanceof Observed.Unreadable<Long>);
    }

    @Test
    void otherTextHasNoListing() {
        assertEquals(List.of(), BochsVmcsText.parse(""));
        assertEquals(
                List.of(), BochsVmcsText.parse("}\n  vmcsptr = 0x1000\nVMX = {\n  vmcsptr = 0x11112222333344445\n"));
        BochsVmcsText odd = BochsVmcsText.parse("VMX = {\n  vpid = 0xzz\n  vmcsptr = 99999999999999999999\n}\n")
                .getFirst();
        assertEquals(Set.of(), odd.fields());
        assertEquals(Optional.empty(), odd.vmcsPointer());
    }
}
