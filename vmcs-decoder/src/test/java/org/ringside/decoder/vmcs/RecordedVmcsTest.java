package org.ringside.decoder.vmcs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.Recording;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.Findings;
import org.ringside.decoder.structure.StructureNode;
import org.ringside.decoder.structure.StructureText;

/** Real VMCSs, compared with what the emulator's own debugger said of them. */
class RecordedVmcsTest {
    private static final VmcsLayout BOCHS =
            VmcsLayouts.shipped().find("bochs-2").orElseThrow();
    private static final VmcsLayout KVM =
            VmcsLayouts.shipped().find("kvm-vmcs12").orElseThrow();

    /** None of them has entries in the recordings: the emulator does not read the addresses then, and says 0. */
    private static final Set<VmcsField> AREAS =
            Set.of(VmcsField.VM_EXIT_MSR_STORE_ADDR, VmcsField.VM_EXIT_MSR_LOAD_ADDR, VmcsField.VM_ENTRY_MSR_LOAD_ADDR);

    @Test
    void everyFieldTheDebuggerListsAgrees() throws IOException, InterruptedException {
        BochsVmcsText listing = BochsVmcsText.parse(Files.readString(Recording.file("bochs-nested-kvm.vmx.txt")))
                .getFirst();
        Vmcs vmcs = Vmcs.read(Recording.raw("bochs-nested-kvm.physmem"), 0xf001000, BOCHS)
                .orElseThrow();
        assertEquals(vmcs.address(), listing.vmcsPointer().orElseThrow());
        Map<VmcsField, String> differences = new TreeMap<>();
        int compared = 0;
        for (VmcsField field : VmcsField.values()) {
            Optional<Long> theirs = listing.listed(field).filter(value -> !AREAS.contains(field));
            if (theirs.isPresent()) {
                compared++;
                long ours = vmcs.get(field).orElseThrow();
                if (ours != theirs.get()) {
                    differences.put(field, "debugger 0x%x, decoded 0x%x".formatted(theirs.get(), ours));
                }
            }
        }
        assertEquals(Map.of(), differences);
        assertEquals(74, compared);
        assertEquals(Observed.known(true), vmcs.launched());
        assertEquals(0x2b, vmcs.revision());
        assertFalse(vmcs.isShadow());
    }

    @Test
    void guestStateOfTheRunningGuest() throws IOException, InterruptedException {
        Vmcs vmcs = Vmcs.read(Recording.raw("bochs-nested-kvm.physmem"), 0xf001000, BOCHS)
                .orElseThrow();
        // the rotation of access rights: a flat 64-bit code segment and a busy 64-bit TSS
        assertEquals(0xa09bL, vmcs.get(VmcsField.GUEST_CS_ACCESS_RIGHTS).orElseThrow());
        assertEquals(0x8bL, vmcs.get(VmcsField.GUEST_TR_ACCESS_RIGHTS).orElseThrow());
        assertEquals(0x10010L, vmcs.get(VmcsField.GUEST_DS_ACCESS_RIGHTS).orElseThrow());
        assertTrue(vmcs.isOn(VmxControl.VMCS_SHADOWING));
        assertFalse(vmcs.isOn(VmxControl.ENABLE_PML));
        String text = StructureText.print(VmcsTree.of(vmcs));
        assertTrue(text.contains("code, execute/read, accessed"), text);
        assertTrue(text.contains("TSS (busy)"), text);
    }

    @Test
    void theShadowVmcsOfTheLinkPointer() throws IOException, InterruptedException {
        Vmcs shadow = Vmcs.read(Recording.raw("bochs-nested-kvm.physmem"), 0xf0e8000, BOCHS)
                .orElseThrow();
        assertTrue(shadow.isShadow());
        assertEquals(0x2b, shadow.revision());
        assertEquals(29, shadow.bytesSet());
    }

    @Test
    void theSmallGuestOfTheOtherRecording() throws IOException, InterruptedException {
        Vmcs vmcs = Vmcs.read(Recording.raw("bochs-kvm-guest.physmem"), 0x6353000, BOCHS)
                .orElseThrow();
        assertEquals(Observed.known(true), vmcs.launched());
        assertEquals(0x672905eL, vmcs.get(VmcsField.EPT_POINTER).orElseThrow());
        assertEquals(0x10000L, vmcs.get(VmcsField.GUEST_CR3).orElseThrow());
        assertEquals(0x6316003L, vmcs.get(VmcsField.HOST_CR3).orElseThrow());
        assertEquals(0xffffffffc035144eL, vmcs.get(VmcsField.HOST_RIP).orElseThrow());
        assertEquals(30L, vmcs.get(VmcsField.EXIT_REASON).orElseThrow());
        assertEquals(-1L, vmcs.get(VmcsField.VMCS_LINK_POINTER).orElseThrow());
        String text = StructureText.print(VmcsTree.of(vmcs));
        assertTrue(text.contains("I/O instruction"), text);
        assertTrue(text.contains("0xe9"), text);
    }

    @Test
    void theMiddleGuestsVmcsInTheLayoutOfKvm() throws IOException, InterruptedException {
        Vmcs vmcs = Vmcs.read(Recording.raw("bochs-nested-kvm.physmem"), 0xf07d000, KVM)
                .orElseThrow();
        assertEquals(0x11e57ed0, vmcs.revision());
        assertEquals(0xffffffffc035144eL, vmcs.get(VmcsField.HOST_RIP).orElseThrow());
        assertEquals(-1L, vmcs.get(VmcsField.VMCS_LINK_POINTER).orElseThrow());
        assertEquals(0L, vmcs.get(VmcsField.EPT_POINTER).orElseThrow());
        assertEquals(0x1ffL, vmcs.get(VmcsField.GUEST_PML_INDEX).orElseThrow());
        assertEquals(Observed.known(false), vmcs.launched());
    }

    @Test
    void noReservedBitIsSetInTheControlsOfARealVmcs() throws IOException, InterruptedException {
        Vmcs vmcs = Vmcs.read(Recording.raw("bochs-nested-kvm.physmem"), 0xf001000, BOCHS)
                .orElseThrow();
        StructureNode.Structure tree = VmcsTree.of(vmcs);
        List<String> messages = new ArrayList<>();
        for (Finding finding : Findings.of(tree)) {
            messages.add(finding.message());
        }
        assertEquals(List.of(), messages);
        assertEquals(5, tree.children().size());
    }
}
