package org.ringside.decoder.vmcs;

import static java.util.Map.entry;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ringside.decoder.memory.Observed;

/**
 * What the debugger of the emulator Bochs says of the current VMCS, {@code show "cpu0.VMX"}: the processor's own idea of the controls and the
 * host state, independent of any layout in memory. Guest state is not listed. Immutable.
 */
public final class BochsVmcsText implements VmcsValues {
    private static final Pattern LINE =
            Pattern.compile("\\s*(\\w{1,64}) = (0x[0-9a-f]{1,16}|\\d{1,18}|true|false)\\s*");
    private static final Pattern EOI_PART = Pattern.compile("eoi_exit_bitmap([0-7])");

    /** The names outside of the host state. */
    private static final Map<String, VmcsField> CONTROLS = Map.ofEntries(
            entry("vmexec_ctrls1", VmcsField.PIN_BASED_VM_EXEC_CONTROL),
            entry("vmexec_ctrls2", VmcsField.CPU_BASED_VM_EXEC_CONTROL),
            entry("vmexec_ctrls3", VmcsField.SECONDARY_VM_EXEC_CONTROL),
            entry("vm_exceptions_bitmap", VmcsField.EXCEPTION_BITMAP),
            entry("tsc_multiplier", VmcsField.TSC_MULTIPLIER),
            entry("vm_pf_mask", VmcsField.PAGE_FAULT_ERROR_CODE_MASK),
            entry("vm_pf_match", VmcsField.PAGE_FAULT_ERROR_CODE_MATCH),
            entry("io_bitmap_addr1", VmcsField.IO_BITMAP_A),
            entry("io_bitmap_addr2", VmcsField.IO_BITMAP_B),
            entry("msr_bitmap_addr", VmcsField.MSR_BITMAP),
            entry("vm_cr0_mask", VmcsField.CR0_GUEST_HOST_MASK),
            entry("vm_cr0_read_shadow", VmcsField.CR0_READ_SHADOW),
            entry("vm_cr4_mask", VmcsField.CR4_GUEST_HOST_MASK),
            entry("vm_cr4_read_shadow", VmcsField.CR4_READ_SHADOW),
            entry("vm_cr3_target_cnt", VmcsField.CR3_TARGET_COUNT),
            entry("vm_cr3_target_value1", VmcsField.CR3_TARGET_VALUE0),
            entry("vm_cr3_target_value2", VmcsField.CR3_TARGET_VALUE1),
            entry("vm_cr3_target_value3", VmcsField.CR3_TARGET_VALUE2),
            entry("vm_cr3_target_value4", VmcsField.CR3_TARGET_VALUE3),
            entry("vmcs_linkptr", VmcsField.VMCS_LINK_POINTER),
            entry("virtual_apic_page_addr", VmcsField.VIRTUAL_APIC_PAGE_ADDR),
            entry("vm_tpr_threshold", VmcsField.TPR_THRESHOLD),
            entry("apic_access_page", VmcsField.APIC_ACCESS_ADDR),
            entry("eptptr", VmcsField.EPT_POINTER),
            entry("vpid", VmcsField.VIRTUAL_PROCESSOR_ID),
            entry("pml_address", VmcsField.PML_ADDRESS),
            entry("pml_index", VmcsField.GUEST_PML_INDEX),
            entry("spptp", VmcsField.SPP_TABLE_POINTER),
            entry("pause_loop_exiting_gap", VmcsField.PLE_GAP),
            entry("pause_loop_exiting_window", VmcsField.PLE_WINDOW),
            entry("vmread_bitmap_addr", VmcsField.VMREAD_BITMAP),
            entry("vmwrite_bitmap_addr", VmcsField.VMWRITE_BITMAP),
            entry("ve_info_addr", VmcsField.VE_INFORMATION_ADDRESS),
            entry("eptp_index", VmcsField.EPTP_INDEX),
            entry("xss_exiting_bitmap", VmcsField.XSS_EXIT_BITMAP),
            entry("vmexit_ctrls", VmcsField.VM_EXIT_CONTROLS),
            entry("vmexit_msr_store_cnt", VmcsField.VM_EXIT_MSR_STORE_COUNT),
            entry("vmexit_msr_store_addr", VmcsField.VM_EXIT_MSR_STORE_ADDR),
            entry("vmexit_msr_load_cnt", VmcsField.VM_EXIT_MSR_LOAD_COUNT),
            entry("vmexit_msr_load_addr", VmcsField.VM_EXIT_MSR_LOAD_ADDR),
            entry("vmentry_ctrls", VmcsField.VM_ENTRY_CONTROLS),
            entry("vmentry_msr_load_cnt", VmcsField.VM_ENTRY_MSR_LOAD_COUNT),
            entry("vmentry_msr_load_addr", VmcsField.VM_ENTRY_MSR_LOAD_ADDR),
            entry("vmentry_interr_info", VmcsField.VM_ENTRY_INTR_INFO),
            entry("vmentry_excep_err_code", VmcsField.VM_ENTRY_EXCEPTION_ERROR_CODE),
            entry("vmentry_instr_length", VmcsField.VM_ENTRY_INSTRUCTION_LENGTH));

    private static final Map<String, VmcsField> HOST = Map.ofEntries(
            entry("CR0", VmcsField.HOST_CR0),
            entry("CR3", VmcsField.HOST_CR3),
            entry("CR4", VmcsField.HOST_CR4),
            entry("ES", VmcsField.HOST_ES_SELECTOR),
            entry("CS", VmcsField.HOST_CS_SELECTOR),
            entry("SS", VmcsField.HOST_SS_SELECTOR),
            entry("DS", VmcsField.HOST_DS_SELECTOR),
            entry("FS", VmcsField.HOST_FS_SELECTOR),
            entry("FS_BASE", VmcsField.HOST_FS_BASE),
            entry("GS", VmcsField.HOST_GS_SELECTOR),
            entry("GS_BASE", VmcsField.HOST_GS_BASE),
            entry("GDTR_BASE", VmcsField.HOST_GDTR_BASE),
            entry("IDTR_BASE", VmcsField.HOST_IDTR_BASE),
            entry("TR", VmcsField.HOST_TR_SELECTOR),
            entry("TR_BASE", VmcsField.HOST_TR_BASE),
            entry("RSP", VmcsField.HOST_RSP),
            entry("RIP", VmcsField.HOST_RIP),
            entry("sysenter_esp_msr", VmcsField.HOST_IA32_SYSENTER_ESP),
            entry("sysenter_eip_msr", VmcsField.HOST_IA32_SYSENTER_EIP),
            entry("sysenter_cs_msr", VmcsField.HOST_IA32_SYSENTER_CS),
            entry("pat_msr", VmcsField.HOST_IA32_PAT),
            entry("efer_msr", VmcsField.HOST_IA32_EFER),
            entry("ia32_s_cet_msr", VmcsField.HOST_IA32_S_CET),
            entry("SSP", VmcsField.HOST_SSP),
            entry("interrupt_ssp_table_address", VmcsField.HOST_INTERRUPT_SSP_TABLE_ADDR),
            entry("pkrs", VmcsField.HOST_IA32_PKRS));

    private static final List<VmcsField> EOI_BITMAPS = List.of(
            VmcsField.EOI_EXIT_BITMAP0,
            VmcsField.EOI_EXIT_BITMAP1,
            VmcsField.EOI_EXIT_BITMAP2,
            VmcsField.EOI_EXIT_BITMAP3);

    /** The emulator does not read the address of an area without entries: it says 0, whatever the field holds. */
    private static final Map<VmcsField, VmcsField> COUNT_OF_AREA = Map.of(
            VmcsField.VM_EXIT_MSR_STORE_ADDR, VmcsField.VM_EXIT_MSR_STORE_COUNT,
            VmcsField.VM_EXIT_MSR_LOAD_ADDR, VmcsField.VM_EXIT_MSR_LOAD_COUNT,
            VmcsField.VM_ENTRY_MSR_LOAD_ADDR, VmcsField.VM_ENTRY_MSR_LOAD_COUNT);

    private final Map<String, Long> own;
    private final Map<VmcsField, Long> values;

    private BochsVmcsText(Map<String, Long> own, Map<VmcsField, Long> values) {
        this.own = Map.copyOf(own);
        this.values = Collections.unmodifiableMap(values);
    }

    /** All listings in a text, in their order; other lines are passed over. */
    public static List<BochsVmcsText> parse(String text) {
        List<BochsVmcsText> listings = new ArrayList<>();
        Map<String, Long> own = new HashMap<>();
        Map<VmcsField, Long> values = new EnumMap<>(VmcsField.class);
        boolean inListing = false;
        boolean inHostState = false;
        for (String line : (Iterable<String>) text.lines()::iterator) {
            if (line.startsWith("VMX = {")) {
                inListing = true;
                inHostState = false;
                own.clear();
                values = new EnumMap<>(VmcsField.class);
            } else if (inListing && line.startsWith("}")) {
                listings.add(new BochsVmcsText(own, values));
                inListing = false;
            } else if (inListing) {
                inHostState |= line.contains("HOST_STATE");
                read(line, inHostState, own, values);
            }
        }
        return listings;
    }

    private static void read(String line, boolean host, Map<String, Long> own, Map<VmcsField, Long> values) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            return;
        }
        String name = matcher.group(1);
        long value = number(matcher.group(2));
        Matcher eoi = EOI_PART.matcher(name);
        VmcsField field = host ? HOST.get(name) : CONTROLS.get(name);
        if (field != null) {
            values.put(field, value);
        } else if (eoi.matches()) {
            int part = Integer.parseInt(eoi.group(1));
            values.merge(EOI_BITMAPS.get(part / 2), value << (32 * (part % 2)), (a, b) -> a | b);
        } else if (name.equals("rvi")) {
            values.merge(VmcsField.GUEST_INTR_STATUS, value, (a, b) -> a | b);
        } else if (name.equals("svi")) {
            values.merge(VmcsField.GUEST_INTR_STATUS, value << 8, (a, b) -> a | b);
        } else {
            own.put(name, value);
        }
    }

    private static long number(String text) {
        return switch (text) {
            case "true" -> 1;
            case "false" -> 0;
            default -> text.startsWith("0x") ? Long.parseUnsignedLong(text.substring(2), 16) : Long.parseLong(text);
        };
    }

    /** Physical address of the current VMCS, or empty if it is not listed. */
    public Optional<Long> vmcsPointer() {
        return Optional.ofNullable(own.get("vmcsptr"));
    }

    /** Physical address of the VMXON region, or empty if it is not listed. */
    public Optional<Long> vmxonPointer() {
        return Optional.ofNullable(own.get("vmxonptr"));
    }

    /** Whether the processor was in VMX non-root operation. */
    public boolean inGuest() {
        return own.getOrDefault("in_vmx_guest", 0L) == 1;
    }

    /** What stands in the text for a field, whether or not it has a meaning there; empty if nothing does. */
    public Optional<Long> listed(VmcsField field) {
        return Optional.ofNullable(values.get(field));
    }

    /** The fields that {@link #get} knows. */
    public Set<VmcsField> fields() {
        Set<VmcsField> known = Collections.newSetFromMap(new EnumMap<>(VmcsField.class));
        values.keySet().stream().filter(field -> get(field).isKnown()).forEach(known::add);
        return known;
    }

    /** The listed value. Of a field that no control makes exist, the emulator lists what it read last, of whichever VMCS: that is left out. */
    @Override
    public Observed<Long> get(VmcsField field) {
        Long value = values.get(field);
        if (value == null) {
            return new Observed.Unreadable<>("the debugger does not list it");
        }
        VmcsField count = COUNT_OF_AREA.get(field);
        if (count != null && values.getOrDefault(count, 0L) == 0) {
            return new Observed.NotApplicable<>("the area has no entries");
        }
        if (!field.controls().isEmpty() && field.controls().stream().noneMatch(this::isOn)) {
            return new Observed.NotApplicable<>("the controls do not make it exist");
        }
        return Observed.known(value);
    }
}
