package org.ringside.decoder.vmcs.check;

import static org.ringside.decoder.vmcs.VmcsField.*;
import static org.ringside.decoder.vmcs.VmxControl.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.ringside.decoder.vmcs.VmcsField;
import org.ringside.decoder.vmcs.VmxControl;

/** Checks on the host-state area (SDM vol. 3, 27.2.2 to 27.2.4). */
final class HostStateChecks {
    private static final String REGISTERS = "27.2.2";
    private static final String SEGMENTS = "27.2.3";
    private static final String SIZE = "27.2.4";

    /** All but bits 8:0 and 10. */
    static final long SPEC_CTRL_RESERVED = ~0x5ffL;

    private HostStateChecks() {}

    static List<Check> all() {
        List<Check> checks = new ArrayList<>();
        registers(checks);
        segments(checks);
        size(checks);
        return checks;
    }

    private static void registers(List<Check> checks) {
        checks.add(Check.always(
                "host.cr0",
                REGISTERS,
                "host CR0 has PE, NE and PG, as VMX operation demands",
                in -> (in.get(HOST_CR0) & 0x8000_0021L) == 0x8000_0021L && in.get(HOST_CR0) >>> 32 == 0));
        checks.add(Check.always(
                "host.cr0.fixed",
                REGISTERS,
                "host CR0 has the bits that the CR0_FIXED MSRs demand",
                in -> fixed(
                        in.get(HOST_CR0),
                        in.take(in.capabilities().cr0Fixed0()),
                        in.take(in.capabilities().cr0Fixed1()))));
        checks.add(Check.always("host.cr4.vmxe", REGISTERS, "host CR4 has VMXE", in -> in.bit(HOST_CR4, 13)));
        checks.add(Check.always(
                "host.cr4.fixed",
                REGISTERS,
                "host CR4 has the bits that the CR4_FIXED MSRs demand",
                in -> fixed(
                        in.get(HOST_CR4),
                        in.take(in.capabilities().cr4Fixed0()),
                        in.take(in.capabilities().cr4Fixed1()))));
        checks.add(new Check(
                "host.cr4.cet",
                REGISTERS,
                "with CR4.CET, CR0.WP is 1",
                in -> in.bit(HOST_CR4, 23),
                in -> in.bit(HOST_CR0, 16)));
        checks.add(Check.always(
                "host.cr3",
                REGISTERS,
                "host CR3 has no bits beyond the physical-address width",
                in -> in.withinWidth(in.get(HOST_CR3))));
        canonical(checks, "host.sysenter-esp", REGISTERS, HOST_IA32_SYSENTER_ESP);
        canonical(checks, "host.sysenter-eip", REGISTERS, HOST_IA32_SYSENTER_EIP);
        msr(
                checks,
                "perf-global-ctrl",
                EXIT_LOAD_IA32_PERF_GLOBAL_CTRL,
                "reserved bits are 0",
                in -> in.get(HOST_IA32_PERF_GLOBAL_CTRL) >>> 49 == 0);
        msr(checks, "pat", EXIT_LOAD_IA32_PAT, "each byte is a memory type", in -> isPat(in.get(HOST_IA32_PAT)));
        msr(
                checks,
                "efer.reserved",
                EXIT_LOAD_IA32_EFER,
                "reserved bits are 0",
                in -> (in.get(HOST_IA32_EFER) & ~0xd01L) == 0);
        msr(checks, "efer.mode", EXIT_LOAD_IA32_EFER, "LMA and LME are as \"Host address-space size\"", in -> {
            boolean wide = in.on(EXIT_HOST_ADDRESS_SPACE_SIZE);
            return in.bit(HOST_IA32_EFER, 10) == wide && in.bit(HOST_IA32_EFER, 8) == wide;
        });
        msr(
                checks,
                "s-cet",
                EXIT_LOAD_CET_STATE,
                "IA32_S_CET has no reserved bits and is canonical",
                in -> isSupervisorCet(in, in.get(HOST_IA32_S_CET)));
        msr(
                checks,
                "ssp",
                EXIT_LOAD_CET_STATE,
                "SSP is a multiple of 4 and canonical",
                in -> (in.get(HOST_SSP) & 3) == 0 && in.canonical(in.get(HOST_SSP)));
        msr(
                checks,
                "ssp-table",
                EXIT_LOAD_CET_STATE,
                "the interrupt SSP table address is canonical",
                in -> in.canonical(in.get(HOST_INTERRUPT_SSP_TABLE_ADDR)));
        msr(
                checks,
                "spec-ctrl",
                EXIT_LOAD_IA32_SPEC_CTRL,
                "reserved bits of IA32_SPEC_CTRL are 0",
                in -> (in.get(HOST_IA32_SPEC_CTRL) & SPEC_CTRL_RESERVED) == 0);
        msr(checks, "pkrs", EXIT_LOAD_PKRS, "bits 63:32 are 0", in -> in.get(HOST_IA32_PKRS) >>> 32 == 0);
    }

    private static void segments(List<Check> checks) {
        for (VmcsField selector : List.of(
                HOST_ES_SELECTOR,
                HOST_CS_SELECTOR,
                HOST_SS_SELECTOR,
                HOST_DS_SELECTOR,
                HOST_FS_SELECTOR,
                HOST_GS_SELECTOR,
                HOST_TR_SELECTOR)) {
            checks.add(Check.always(
                    "host.%s.rpl".formatted(name(selector)),
                    SEGMENTS,
                    "RPL and TI of the %s are 0".formatted(selector.title()),
                    in -> (in.get(selector) & 7) == 0));
        }
        checks.add(Check.always("host.cs", SEGMENTS, "host CS is not 0", in -> in.get(HOST_CS_SELECTOR) != 0));
        checks.add(Check.always("host.tr", SEGMENTS, "host TR is not 0", in -> in.get(HOST_TR_SELECTOR) != 0));
        checks.add(new Check(
                "host.ss",
                SEGMENTS,
                "host SS is not 0 in a 32-bit host",
                in -> in.off(EXIT_HOST_ADDRESS_SPACE_SIZE),
                in -> in.get(HOST_SS_SELECTOR) != 0));
        for (VmcsField base : List.of(HOST_FS_BASE, HOST_GS_BASE, HOST_TR_BASE, HOST_GDTR_BASE, HOST_IDTR_BASE)) {
            canonical(checks, "host.%s.base".formatted(name(base)), SEGMENTS, base);
        }
    }

    private static void size(List<Check> checks) {
        Predicate<CheckInput> wide = in -> in.on(EXIT_HOST_ADDRESS_SPACE_SIZE);
        Predicate<CheckInput> narrow = in -> in.off(EXIT_HOST_ADDRESS_SPACE_SIZE);
        checks.add(new Check("host.size.pae", SIZE, "a 64-bit host has CR4.PAE", wide, in -> in.bit(HOST_CR4, 5)));
        checks.add(new Check(
                "host.rip",
                SIZE,
                "host RIP of a 64-bit host is canonical",
                wide,
                in -> in.canonical(in.get(HOST_RIP))));
        checks.add(new Check(
                "host.size.guest",
                SIZE,
                "a 32-bit host has no IA-32e mode guest",
                narrow,
                in -> in.off(ENTRY_IA32E_MODE_GUEST)));
        checks.add(new Check(
                "host.size.pcide", SIZE, "a 32-bit host has no CR4.PCIDE", narrow, in -> !in.bit(HOST_CR4, 17)));
        checks.add(new Check(
                "host.size.rip",
                SIZE,
                "host RIP of a 32-bit host has 32 bits",
                narrow,
                in -> in.get(HOST_RIP) >>> 32 == 0));
    }

    static boolean fixed(long value, long fixed0, long fixed1) {
        return (value & fixed0) == fixed0 && (value & ~fixed1) == 0;
    }

    static boolean isPat(long pat) {
        for (int entry = 0; entry < 8; entry++) {
            long type = pat >>> (8 * entry) & 0xff;
            if (type > 7 || type == 2 || type == 3) {
                return false;
            }
        }
        return true;
    }

    static boolean isSupervisorCet(CheckInput in, long value) {
        return (value & 0x3c0) == 0 && (value & 0xc00) != 0xc00 && in.canonical(value);
    }

    private static void msr(
            List<Check> checks, String id, VmxControl control, String rule, Predicate<CheckInput> holds) {
        checks.add(new Check("host." + id, REGISTERS, rule, in -> in.on(control), holds));
    }

    private static void canonical(List<Check> checks, String id, String section, VmcsField field) {
        checks.add(Check.always(
                id, section, "the %s is canonical".formatted(field.title()), in -> in.canonical(in.get(field))));
    }

    private static String name(VmcsField field) {
        String name = field.name();
        int start = name.indexOf('_') + 1;
        return name.substring(start, name.indexOf('_', start)).toLowerCase(Locale.ROOT);
    }
}
