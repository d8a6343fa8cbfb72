package org.ringside.decoder.vmcs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

    private static final Pattern LINE = Pattern.compile("\\s*(\\w+) = (0x[0-9a-f]+|\\d+|true|false)\\s*");

    /** What the debugger calls them, outside the host state. */
    private static final Map<String, VmcsField> CONTROLS = Map.ofEntries(
            Map.entry("vmexec_ctrls1", VmcsField.PIN_BASED_VM_EXEC_CONTROL),
            Map.entry("vmexec_ctrls2", VmcsField.CPU_BASED_VM_EXEC_CONTROL),
            Map.entry("vmexec_ctrls3", VmcsField.SECONDARY_VM_EXEC_CONTROL),
            Map.entry("vm_exceptions_bitmap", VmcsField.EXCEPTION_BITMAP),
            Map.entry("tsc_multiplier", VmcsField.TSC_MULTIPLIER),
            Map.entry("vm_pf_mask", VmcsField.PAGE_FAULT_ERROR_CODE_MASK),
            Map.entry("vm_pf_match", VmcsField.PAGE_FAULT_ERROR_CODE_MATCH),
            Map.entry("io_bitmap_addr1", VmcsField.IO_BITMAP_A),
            Map.entry("io_bitmap_addr2", VmcsField.IO_BITMAP_B),
            Map.entry("msr_bitmap_addr", VmcsField.MSR_BITMAP),
            Map.entry("vm_cr0_mask", VmcsField.CR0_GUEST_HOST_MASK),
            Map.entry("vm_cr0_read_shadow", VmcsField.CR0_READ_SHADOW),
            Map.entry("vm_cr4_mask", VmcsField.CR4_GUEST_HOST_MASK),
            Map.entry("vm_cr4_read_shadow", VmcsField.CR4_READ_SHADOW),
            Map.entry("vm_cr3_target_cnt", VmcsField.CR3_TARGET_COUNT),
            Map.entry("vm_cr3_target_value1", VmcsField.CR3_TARGET_VALUE0),
            Map.entry("vm_cr3_target_value2", VmcsField.CR3_TARGET_VALUE1),
            Map.entry("vm_cr3_target_value3", VmcsField.CR3_TARGET_VALUE2),
            Map.entry("vm_cr3_target_value4", VmcsField.CR3_TARGET_VALUE3),
            Map.entry("vmcs_linkptr", VmcsField.VMCS_LINK_POINTER),
            Map.entry("virtual_apic_page_addr", VmcsField.VIRTUAL_APIC_PAGE_ADDR),
            Map.entry("vm_tpr_threshold", VmcsField.TPR_THRESHOLD),
            Map.entry("apic_access_page", VmcsField.APIC_ACCESS_ADDR),
            Map.entry("eptptr", VmcsField.EPT_POINTER),
            Map.entry("vpid", VmcsField.VIRTUAL_PROCESSOR_ID),
            Map.entry("pml_address", VmcsField.PML_ADDRESS),
            Map.entry("pml_index", VmcsField.GUEST_PML_INDEX),
            Map.entry("spptp", VmcsField.SPP_TABLE_POINTER),
            Map.entry("pause_loop_exiting_gap", VmcsField.PLE_GAP),
            Map.entry("pause_loop_exiting_window", VmcsField.PLE_WINDOW),
            Map.entry("vmread_bitmap_addr", VmcsField.VMREAD_BITMAP),
            Map.entry("vmwrite_bitmap_addr", VmcsField.VMWRITE_BITMAP),
            Map.entry("ve_info_addr", VmcsField.VE_INFORMATION_ADDRESS),
            Map.entry("eptp_index", VmcsField.EPTP_INDEX),
            Map.entry("xss_exiting_bitmap", VmcsField.XSS_EXIT_BITMAP),
            Map.entry("vmexit_ctrls", VmcsField.VM_EXIT_CONTROLS),
            Map.entry("vmexit_msr_store_cnt", VmcsField.VM_EXIT_MSR_STORE_COUNT),
            Map.entry("vmexit_msr_store_addr", VmcsField.VM_EXIT_MSR_STORE_ADDR),
            Map.entry("vmexit_msr_load_cnt", VmcsField.VM_EXIT_MSR_LOAD_COUNT),
            Map.entry("vmexit_msr_load_addr", VmcsField.VM_EXIT_MSR_LOAD_ADDR),
            Map.entry("vmentry_ctrls", VmcsField.VM_ENTRY_CONTROLS),
            Map.entry("vmentry_msr_load_cnt", VmcsField.VM_ENTRY_MSR_LOAD_COUNT),
            Map.entry("vmentry_msr_load_addr", VmcsField.VM_ENTRY_MSR_LOAD_ADDR),
            Map.entry("vmentry_interr_info", VmcsField.VM_ENTRY_INTR_INFO),
            Map.entry("vmentry_excep_err_code", VmcsField.VM_ENTRY_EXCEPTION_ERROR_CODE),
            Map.entry("vmentry_instr_length", VmcsField.VM_ENTRY_INSTRUCTION_LENGTH));

    private static final Map<String, VmcsField> HOST = Map.ofEntries(
            Map.entry("CR0", VmcsField.HOST_CR0),
            Map.entry("CR3", VmcsField.HOST_CR3),
            Map.entry("CR4", VmcsField.HOST_CR4),
            Map.entry("ES", VmcsField.HOST_ES_SELECTOR),
            Map.entry("CS", VmcsField.HOST_CS_SELECTOR),
            Map.entry("SS", VmcsField.HOST_SS_SELECTOR),
            Map.entry("DS", VmcsField.HOST_DS_SELECTOR),
            Map.entry("FS", VmcsField.HOST_FS_SELECTOR),
            Map.entry("FS_BASE", VmcsField.HOST_FS_BASE),
            Map.entry("GS", VmcsField.HOST_GS_SELECTOR),
            Map.entry("GS_BASE", VmcsField.HOST_GS_BASE),
            Map.entry("GDTR_BASE", VmcsField.HOST_GDTR_BASE),
            Map.entry("IDTR_BASE", VmcsField.HOST_IDTR_BASE),
            Map.entry("TR", VmcsField.HOST_TR_SELECTOR),
            Map.entry("TR_BASE", VmcsField.HOST_TR_BASE),
            Map.entry("RSP", VmcsField.HOST_RSP),
            Map.entry("RIP", VmcsField.HOST_RIP),
            Map.entry("sysenter_esp_msr", VmcsField.HOST_IA32_SYSENTER_ESP),
            Map.entry("sysenter_eip_msr", VmcsField.HOST_IA32_SYSENTER_EIP),
            Map.entry("sysenter_cs_msr", VmcsField.HOST_IA32_SYSENTER_CS),
            Map.entry("pat_msr", VmcsField.HOST_IA32_PAT),
            Map.entry("efer_msr", VmcsField.HOST_IA32_EFER),
            Map.entry("ia32_s_cet_msr", VmcsField.HOST_IA32_S_CET),
            Map.entry("SSP", VmcsField.HOST_SSP),
            Map.entry("interrupt_ssp_table_address", VmcsField.HOST_INTERRUPT_SSP_TABLE_ADDR),
            Map.entry("pkrs", VmcsField.HOST_IA32_PKRS));

    /** Registers of the emulated processor that the debugger lists beside the fields. */
    private static final Set<String> NO_FIELDS = Set.of(
            "vmcsptr",
            "vmxonptr",
            "in_vmx",
            "in_vmx_guest",
            "in_smm_vmx",
            "in_smm_vmx_guest",
            "apic_access",
            "first_pause_time",
            "last_pause_time",
            "vppr");

    @Test
    void everyFieldTheDebuggerListsAgrees() throws IOException, InterruptedException {
        List<String> text = Files.readAllLines(Recording.file("bochs-nested-kvm.vmx.txt"));
        Vmcs vmcs = Vmcs.read(Recording.raw("bochs-nested-kvm.physmem"), 0xf001000, BOCHS)
                .orElseThrow();
        Map<String, String> differences = new TreeMap<>();
        Set<VmcsField> compared = new HashSet<>();
        boolean host = false;
        for (String line : text) {
            host |= line.contains("HOST_STATE");
            Matcher matcher = LINE.matcher(line);
            if (!matcher.matches()) {
                continue;
            }
            String name = matcher.group(1);
            VmcsField field = host ? HOST.get(name) : CONTROLS.get(name);
            long ours;
            if (field != null) {
                compared.add(field);
                ours = vmcs.get(field).orElseThrow();
            } else if (name.startsWith("eoi_exit_bitmap")) {
                int half = Integer.parseInt(name.substring("eoi_exit_bitmap".length()));
                VmcsField bitmap =
                        VmcsField.ofSymbol("EOI_EXIT_BITMAP" + half / 2).orElseThrow();
                ours = vmcs.get(bitmap).orElseThrow() >>> (half % 2 * 32) & 0xffff_ffffL;
            } else if (name.equals("rvi") || name.equals("svi")) {
                ours = vmcs.get(VmcsField.GUEST_INTR_STATUS).orElseThrow() >>> (name.equals("svi") ? 8 : 0) & 0xff;
            } else {
                assertTrue(NO_FIELDS.contains(name), "not compared: " + name);
                continue;
            }
            if (field != null && isUnusedArea(field, vmcs)) {
                // The emulator does not read the address of an MSR area without entries: it says 0, whatever is there.
                assertEquals("0x0", matcher.group(2));
                continue;
            }
            long theirs = Long.parseUnsignedLong(matcher.group(2).replace("0x", ""), 16);
            if (ours != theirs) {
                differences.put(name, "debugger 0x%x, decoded 0x%x".formatted(theirs, ours));
            }
        }
        assertEquals(Map.of(), differences);
        assertEquals(CONTROLS.size() + HOST.size(), compared.size());
        assertEquals(Observed.known(true), vmcs.launched());
        assertEquals(0x2b, vmcs.revision());
        assertFalse(vmcs.isShadow());
    }

    private static boolean isUnusedArea(VmcsField field, Vmcs vmcs) {
        VmcsField count = switch (field) {
            case VM_EXIT_MSR_STORE_ADDR -> VmcsField.VM_EXIT_MSR_STORE_COUNT;
            case VM_EXIT_MSR_LOAD_ADDR -> VmcsField.VM_EXIT_MSR_LOAD_COUNT;
            case VM_ENTRY_MSR_LOAD_ADDR -> VmcsField.VM_ENTRY_MSR_LOAD_COUNT;
            default -> field;
        };
        return count != field && vmcs.get(count).orElseThrow() == 0;
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
