package org.ringside.decoder.vmcs.check;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ringside.decoder.cpu.CpuRegisters;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.vmcs.VmcsField;
import org.ringside.decoder.vmcs.VmcsValues;
import org.ringside.decoder.vmcs.VmxCapabilities;
import org.ringside.decoder.vmcs.VmxControl;

/** Checks of features that no recording uses yet: FRED, HLAT, IPI virtualization, IA32_SPEC_CTRL and others. */
final class NewerFeatureChecksTest {
    private static final VmxCapabilities PROCESSOR = new VmxCapabilities(new CpuRegisters(
            0,
            new TreeMap<>(Map.of(
                    "maxphyaddr", 46L,
                    "ia32_vmx_basic", 1L << 55 | 1L << 58,
                    "ia32_vmx_ept_vpid_cap", 1L << 48 | 1 << 6 | 1 << 14))));

    /** Controls joined by +, a field and its value, the check, its outcome; "-" for a check that does not apply. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ENABLE_HLAT+ENABLE_EPT            | HLAT_POINTER 0x7018            | controls.hlat-pointer   | pass",
                "ENABLE_HLAT+ENABLE_EPT            | HLAT_POINTER 0x7001            | controls.hlat-pointer   | fail",
                "ENABLE_HLAT+ENABLE_EPT            | HLAT_POINTER 0x7800            | controls.hlat-pointer   | fail",
                "ENABLE_HLAT+ENABLE_EPT            | HLAT_POINTER 0x400000007000    | controls.hlat-pointer   | fail",
                "ENABLE_EPT                        | HLAT_POINTER 0x7001            | controls.hlat-pointer   | -",
                "ENABLE_HLAT+ENABLE_EPT            | HLAT_PREFIX_SIZE 1             | controls.hlat-prefix    | pass",
                "ENABLE_HLAT+ENABLE_EPT            | HLAT_PREFIX_SIZE 2             | controls.hlat-prefix    | fail",
                "ENABLE_HLAT                       | HLAT_POINTER 0                 | controls.hlat.ept       | fail",
                "ENABLE_HLAT+ENABLE_EPT            | HLAT_POINTER 0                 | controls.hlat.ept       | pass",
                "EPT_PAGING_WRITE_CONTROL          | HLAT_POINTER 0                 | controls.paging-write.ept | fail",
                "GUEST_PAGING_VERIFICATION         | HLAT_POINTER 0                 | controls.guest-paging-verification.ept | fail",
                "PEBS_USES_GUEST_PHYSICAL_ADDRESSES | HLAT_POINTER 0                | controls.pebs-guest-physical.ept | fail",
                "ENABLE_EPT                        | EPT_POINTER 0x1001e            | controls.eptp.type-supported | pass",
                "ENABLE_EPT                        | EPT_POINTER 0x10018            | controls.eptp.type-supported | fail",
                "ENABLE_EPT                        | EPT_POINTER 0x1009e            | controls.eptp.shadow-stacks-supported | fail",
                "ENABLE_EPT                        | EPT_POINTER 0x1001e            | controls.eptp.shadow-stacks-supported | -",
                "IPI_VIRTUALIZATION                | LAST_PID_POINTER_INDEX 0       | controls.ipi-virtualization | fail",
                "IPI_VIRTUALIZATION+USE_TPR_SHADOW | LAST_PID_POINTER_INDEX 0       | controls.ipi-virtualization | pass",
                "IPI_VIRTUALIZATION                | PID_POINTER_TABLE_ADDRESS 0x7008 | controls.pid-pointer-table | pass",
                "IPI_VIRTUALIZATION                | PID_POINTER_TABLE_ADDRESS 0x7004 | controls.pid-pointer-table | fail",
                "IPI_VIRTUALIZATION                | PID_POINTER_TABLE_ADDRESS 0x400000000000 | controls.pid-pointer-table | fail",
                "USE_TSC_SCALING                   | TSC_MULTIPLIER 0               | controls.tsc-multiplier | fail",
                "USE_TSC_SCALING                   | TSC_MULTIPLIER 1               | controls.tsc-multiplier | pass",
                "EXIT_LOAD_IA32_FRED               | HOST_IA32_FRED_CONFIG 0xffffffff81000603 | host.fred.config | pass",
                "EXIT_LOAD_IA32_FRED               | HOST_IA32_FRED_CONFIG 0x4      | host.fred.config        | fail",
                "EXIT_LOAD_IA32_FRED               | HOST_IA32_FRED_CONFIG 0x800    | host.fred.config        | fail",
                "EXIT_LOAD_IA32_FRED               | HOST_IA32_FRED_CONFIG 0x1000000000000 | host.fred.config | fail",
                "EXIT_LOAD_IA32_FRED               | HOST_IA32_FRED_RSP1 0x40       | host.fred.rsp1          | pass",
                "EXIT_LOAD_IA32_FRED               | HOST_IA32_FRED_RSP2 0x20       | host.fred.rsp2          | fail",
                "EXIT_LOAD_IA32_FRED               | HOST_IA32_FRED_SSP3 0x8        | host.fred.ssp3          | pass",
                "EXIT_LOAD_IA32_FRED               | HOST_IA32_FRED_SSP3 0x4        | host.fred.ssp3          | fail",
                "ENTRY_LOAD_IA32_FRED              | GUEST_IA32_FRED_CONFIG 0x10    | guest.fred.config       | fail",
                "ENTRY_LOAD_IA32_FRED              | GUEST_IA32_FRED_RSP3 0x1       | guest.fred.rsp3         | fail",
                "USE_TPR_SHADOW                    | GUEST_IA32_FRED_RSP3 0x1       | guest.fred.rsp3         | -",
                "USE_TPR_SHADOW                    | GUEST_CR4 0x100000000          | guest.cr4.fred          | fail",
                "ENTRY_IA32E_MODE_GUEST            | GUEST_CR4 0x100000000          | guest.cr4.fred          | pass",
                "ENTRY_IA32E_MODE_GUEST            | GUEST_CR4 0x100000000          | guest.fred.privilege    | pass",
                "ENTRY_IA32E_MODE_GUEST            | GUEST_CR4 0x100000000          | guest.fred.ring-0       | fail",
                "USE_TPR_SHADOW                    | HOST_CR4 0x100000000           | host.size.fred          | fail",
                "EXIT_HOST_ADDRESS_SPACE_SIZE      | HOST_CR4 0x100000000           | host.size.fred          | -",
                "EXIT_LOAD_IA32_SPEC_CTRL          | HOST_IA32_SPEC_CTRL 0x407      | host.spec-ctrl          | pass",
                "EXIT_LOAD_IA32_SPEC_CTRL          | HOST_IA32_SPEC_CTRL 0x200      | host.spec-ctrl          | fail",
                "ENTRY_LOAD_IA32_SPEC_CTRL         | GUEST_IA32_SPEC_CTRL 0x800     | guest.spec-ctrl         | fail",
                "ENTRY_LOAD_IA32_RTIT_CTL          | GUEST_IA32_RTIT_CTL 0x2001     | guest.rtit-ctl          | pass",
                "ENTRY_LOAD_IA32_RTIT_CTL          | GUEST_IA32_RTIT_CTL 0x40000    | guest.rtit-ctl          | fail",
                "ENTRY_LOAD_UINV                   | GUEST_UINV 0x100               | guest.uinv              | fail",
                "ENTRY_LOAD_PKRS                   | GUEST_IA32_PKRS 0x100000000    | guest.pkrs              | fail",
                "USE_TPR_SHADOW                    | VM_ENTRY_INTR_INFO 0x8000230d  | controls.injection.nested | pass",
                "USE_TPR_SHADOW                    | VM_ENTRY_INTR_INFO 0x80002202  | controls.injection.nested | fail",
                "USE_TPR_SHADOW                    | VM_ENTRY_INTR_INFO 0x80000701  | controls.injection.vector | fail",
                "USE_TPR_SHADOW                    | VM_ENTRY_INTR_INFO 0x80000700  | controls.injection.vector | pass",
            })
    void eachRuleHoldsOrNot(String controls, String setting, String id, String expected) {
        String[] words = setting.strip().split(" ", -1);
        Map<VmcsField, Long> fields = fields(controls.strip());
        fields.put(VmcsField.valueOf(words[0]), Long.parseUnsignedLong(words[1].replace("0x", ""), 16));
        assertEquals(expected, outcome(fields, id));
    }

    @Test
    void systemCallsAreInjectedOnlyWithFred() {
        Map<VmcsField, Long> fields = fields("ENTRY_IA32E_MODE_GUEST");
        fields.put(VmcsField.VM_ENTRY_INTR_INFO, 0x8000_0701L);
        assertEquals("fail", outcome(fields, "controls.injection.vector"));
        fields.put(VmcsField.GUEST_CR4, 1L << 32);
        assertEquals("pass", outcome(fields, "controls.injection.vector"));
        fields.put(VmcsField.GUEST_SS_ACCESS_RIGHTS, 3L << 5);
        fields.put(VmcsField.GUEST_INTERRUPTIBILITY_STATE, 1L);
        assertEquals("fail", outcome(fields, "guest.fred.sti"));
        fields.put(VmcsField.GUEST_SS_ACCESS_RIGHTS, 1L << 5);
        assertEquals("fail", outcome(fields, "guest.fred.privilege"));
    }

    private static Map<VmcsField, Long> fields(String controls) {
        Map<VmcsField, Long> fields = new EnumMap<>(VmcsField.class);
        for (String name : controls.split("\\+", -1)) {
            VmxControl control = VmxControl.valueOf(name);
            fields.merge(control.word().field(), control.mask(), (a, b) -> a | b);
        }
        fields.merge(
                VmcsField.CPU_BASED_VM_EXEC_CONTROL,
                VmxControl.ACTIVATE_SECONDARY_CONTROLS.mask() | VmxControl.ACTIVATE_TERTIARY_CONTROLS.mask(),
                (a, b) -> a | b);
        fields.merge(VmcsField.VM_EXIT_CONTROLS, VmxControl.EXIT_ACTIVATE_SECONDARY_CONTROLS.mask(), (a, b) -> a | b);
        return fields;
    }

    private static String outcome(Map<VmcsField, Long> fields, String id) {
        VmcsValues values = field -> Observed.known(fields.getOrDefault(field, 0L));
        return VmEntryChecks.run(values, PROCESSOR, Optional.empty()).stream()
                .filter(result -> result.id().equals(id))
                .map(result -> result.outcome().word())
                .findFirst()
                .orElse("-");
    }
}
