package org.ringside.decoder.vmcs.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ringside.decoder.cpu.CpuRegisters;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.memory.Recording;
import org.ringside.decoder.memory.SparseMemory;
import org.ringside.decoder.vmcs.Vmcs;
import org.ringside.decoder.vmcs.VmcsField;
import org.ringside.decoder.vmcs.VmcsLayouts;
import org.ringside.decoder.vmcs.VmcsValues;
import org.ringside.decoder.vmcs.VmxCapabilities;

class VmEntryChecksTest {
    /** A processor that allows everything a 64-bit hypervisor of the recordings uses. */
    private static final VmxCapabilities CAPABLE = new VmxCapabilities(new CpuRegisters(
            0,
            new TreeMap<>(Map.ofEntries(
                    Map.entry("maxphyaddr", 39L),
                    Map.entry("ia32_vmx_basic", 0x00d8_1000_0000_002bL | 1L << 55),
                    Map.entry("ia32_vmx_true_pinbased_ctls", 0x0000_00ff_0000_0016L),
                    Map.entry("ia32_vmx_true_procbased_ctls", 0xffff_fffe_0400_6172L),
                    Map.entry("ia32_vmx_procbased_ctls2", 0x01ff_ffff_0000_0000L),
                    Map.entry("ia32_vmx_true_exit_ctls", 0xffff_ffff_0003_6dfbL),
                    Map.entry("ia32_vmx_true_entry_ctls", 0x00ff_ffff_0000_11fbL),
                    Map.entry("ia32_vmx_misc", 0x1e0L | 1L << 30),
                    Map.entry("ia32_vmx_vmfunc", 1L),
                    Map.entry("ia32_vmx_ept_vpid_cap", 0x0f01_0633_4141L),
                    Map.entry("ia32_vmx_cr0_fixed0", 0x8000_0021L),
                    Map.entry("ia32_vmx_cr0_fixed1", 0xffff_ffffL),
                    Map.entry("ia32_vmx_cr4_fixed0", 0x2000L),
                    Map.entry("ia32_vmx_cr4_fixed1", 0x01ff_2fffL)))));

    private static Vmcs recorded(PhysicalMemory memory) {
        return Vmcs.read(
                        memory, 0xf001000, VmcsLayouts.shipped().find("bochs-2").orElseThrow())
                .orElseThrow();
    }

    private static Set<String> ids(List<CheckResult> results, CheckResult.Outcome outcome) {
        Set<String> ids = new TreeSet<>();
        results.stream().filter(r -> r.outcome() == outcome).forEach(r -> ids.add(r.id()));
        return ids;
    }

    @Test
    void idsAreUniqueAndEveryRuleHasItsSection() {
        Set<String> ids = new HashSet<>();
        for (Check check : VmEntryChecks.rules()) {
            assertTrue(ids.add(check.id()), check.id());
            assertTrue(check.section().matches("2[5-9]\\.[0-9.]+"), check.section());
        }
        assertTrue(
                VmEntryChecks.rules().size() > 180, "" + VmEntryChecks.rules().size());
    }

    @Test
    void aRunningVmcsPassesEveryCheck() throws IOException, InterruptedException {
        PhysicalMemory memory = Recording.raw("bochs-nested-kvm.physmem");
        List<CheckResult> results = VmEntryChecks.run(recorded(memory), CAPABLE, Optional.of(memory));
        assertEquals(Set.of(), ids(results, CheckResult.Outcome.FAIL));
        assertEquals(Set.of(), ids(results, CheckResult.Outcome.NOT_EVALUABLE));
        assertTrue(results.size() > 90, "" + results.size());
        List<CheckResult> consistency = VmEntryChecks.consistency(recorded(memory), CAPABLE, Optional.of(memory));
        assertEquals(Set.of(), ids(consistency, CheckResult.Outcome.FAIL));
        assertTrue(ids(consistency, CheckResult.Outcome.PASS)
                .containsAll(Set.of("memory.host-rip", "memory.ept", "memory.link-pointer")));
    }

    @Test
    void whatNeedsCapabilitiesIsNotAPassWithoutThem() throws IOException, InterruptedException {
        PhysicalMemory memory = Recording.raw("bochs-nested-kvm.physmem");
        List<CheckResult> results = VmEntryChecks.run(recorded(memory), VmxCapabilities.unknown(), Optional.empty());
        Set<String> open = ids(results, CheckResult.Outcome.NOT_EVALUABLE);
        assertTrue(
                open.containsAll(Set.of(
                        "controls.pin",
                        "controls.primary",
                        "host.cr0.fixed",
                        "guest.cr4.fixed",
                        "guest.link-pointer.shadow")),
                open.toString());
        assertEquals(Set.of(), ids(results, CheckResult.Outcome.FAIL));
    }

    /** One field of a VMCS that passes is changed: the checks that must fail, and no others. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HOST_CR4                      | 0x1706f0            | host.cr4.vmxe host.cr4.fixed",
                "HOST_CR0                      | 0x50033             | host.cr0 host.cr0.fixed",
                "HOST_CS_SELECTOR              | 0x13                | host.cs.rpl",
                "HOST_CS_SELECTOR              | 0                   | host.cs",
                "HOST_TR_SELECTOR              | 0                   | host.tr",
                "HOST_RIP                      | 0x800000000000      | host.rip",
                "HOST_GS_BASE                  | 0x1000000000000000  | host.gs.base",
                "HOST_IA32_EFER                | 0x101               | host.efer.mode",
                "HOST_IA32_EFER                | 0xd03               | host.efer.reserved",
                "HOST_IA32_PAT                 | 0x0407050600070102  | host.pat",
                "HOST_CR3                      | 0x10000061b0004     | host.cr3",
                "EPT_POINTER                   | 0xf09805d           | controls.eptp.type",
                "EPT_POINTER                   | 0xf098056           | controls.eptp.length",
                "EPT_POINTER                   | 0xf09815e           | controls.eptp.reserved",
                "VIRTUAL_PROCESSOR_ID          | 0                   | controls.vpid",
                "MSR_BITMAP                    | 0xf000800           | controls.msr-bitmap",
                "PIN_BASED_VM_EXEC_CONTROL     | 0x77                | controls.virtual-nmis",
                "PIN_BASED_VM_EXEC_CONTROL     | 0x17f               | controls.pin",
                "VM_EXIT_CONTROLS              | 0xbedff             | host.size.guest",
                "VM_ENTRY_INTR_INFO            | 0x80000130          | controls.injection.type",
                "VM_ENTRY_INTR_INFO            | 0x80000203          | controls.injection.vector",
                "VM_ENTRY_INTR_INFO            | 0x80000b03          | controls.injection.error-code",
                "VMCS_LINK_POINTER             | 0xf0e8800           | guest.link-pointer",
                "VMCS_LINK_POINTER             | 0xf0e6000           | guest.link-pointer.shadow",
                "GUEST_RFLAGS                  | 0x200               | guest.rflags.reserved",
                "GUEST_RFLAGS                  | 0x20202             | guest.rflags.vm",
                "GUEST_ACTIVITY_STATE          | 4                   | guest.activity",
                "GUEST_INTERRUPTIBILITY_STATE  | 3                   | guest.interruptibility.sti-and-mov-ss",
                "GUEST_INTERRUPTIBILITY_STATE  | 0x20                | guest.interruptibility.reserved",
                "GUEST_CS_ACCESS_RIGHTS        | 0xe09b              | guest.cs.size",
                "GUEST_CS_ACCESS_RIGHTS        | 0xa09a              | guest.cs.type",
                "GUEST_CS_ACCESS_RIGHTS        | 0xa01b              | guest.cs.present",
                "GUEST_CS_ACCESS_RIGHTS        | 0xa0fb              | guest.cs.dpl",
                "GUEST_CS_ACCESS_RIGHTS        | 0xa19b              | guest.cs.reserved",
                "GUEST_TR_ACCESS_RIGHTS        | 0x83                | guest.tr.type",
                "GUEST_TR_ACCESS_RIGHTS        | 0x1008b             | guest.tr.usable",
                "GUEST_TR_SELECTOR             | 0x44                | guest.tr.ti",
                "GUEST_CS_BASE                 | 0x100000000         | guest.cs.base",
                "GUEST_GDTR_LIMIT              | 0x10000             | guest.gdtr.limit",
                "GUEST_RIP                     | 0x8000000000000000  | guest.rip",
                "GUEST_CR0                     | 0x80050032          | guest.cr0.paging",
                "GUEST_CR4                     | 0x1706f0            | guest.cr4.vmxe guest.cr4.fixed",
                "GUEST_CR4                     | 0x1726d0            | guest.ia32e",
                "GUEST_IA32_EFER               | 0xd03               | guest.efer.reserved",
                "GUEST_PENDING_DEBUG_EXCEPTIONS | 0x10               | guest.pending-debug.reserved",
                "CR3_TARGET_COUNT              | 5                   | controls.cr3-target-count",
            })
    void oneChangedFieldFailsItsChecks(VmcsField field, String value, String expected)
            throws IOException, InterruptedException {
        PhysicalMemory memory = Recording.raw("bochs-nested-kvm.physmem");
        Vmcs vmcs = recorded(memory);
        VmcsValues changed = f -> {
            if (f == field) {
                return Observed.known(Long.parseUnsignedLong(hex(value), 16));
            }
            // The recorded VMCS does not load IA32_EFER; where it is the field that is changed, let it.
            boolean efer = field.name().endsWith("EFER");
            return switch (f) {
                case VM_EXIT_CONTROLS -> vmcs.get(f).map(c -> efer ? c | 1L << 21 : c);
                case VM_ENTRY_CONTROLS -> vmcs.get(f).map(c -> efer ? c | 1L << 15 : c);
                default -> vmcs.get(f);
            };
        };
        Set<String> failed = ids(VmEntryChecks.run(changed, CAPABLE, Optional.of(memory)), CheckResult.Outcome.FAIL);
        assertTrue(failed.containsAll(List.of(expected.strip().split(" "))), failed.toString());
        assertTrue(failed.size() <= 7, failed.toString());
    }

    private static String hex(String value) {
        return value.startsWith("0x") ? value.substring(2) : value;
    }

    @Test
    void entriesOfMsrAreasAreChecked() {
        Map<VmcsField, Long> fields = new EnumMap<>(VmcsField.class);
        fields.put(VmcsField.VM_ENTRY_MSR_LOAD_COUNT, 2L);
        fields.put(VmcsField.VM_ENTRY_MSR_LOAD_ADDR, 0x3000L);
        VmcsValues values = field -> Observed.known(fields.getOrDefault(field, 0L));
        SparseMemory memory = new SparseMemory().putLong(0x3000, 0xc0000080L).putLong(0x3010, 0xc0000100L);
        List<CheckResult> results = VmEntryChecks.run(values, CAPABLE, Optional.of(memory));
        CheckResult area = results.stream()
                .filter(r -> r.id().equals("msrs.entry-load"))
                .findFirst()
                .orElseThrow();
        assertEquals(CheckResult.Outcome.FAIL, area.outcome());
        assertTrue(area.detail().contains("IA32_FS_BASE"), area.detail());
        memory.putLong(0x3010, 0xc0000081L);
        assertTrue(ids(VmEntryChecks.run(values, CAPABLE, Optional.of(memory)), CheckResult.Outcome.PASS)
                .contains("msrs.entry-load"));
    }

    @Test
    void aVmcsOfWhichNothingIsKnownPassesNothing() {
        VmcsValues nothing = field -> new Observed.Unreadable<>("not read");
        List<CheckResult> results = VmEntryChecks.run(nothing, CAPABLE, Optional.empty());
        assertTrue(results.stream().allMatch(r -> r.outcome() == CheckResult.Outcome.NOT_EVALUABLE));
        assertTrue(results.size() > 150);
    }
}
