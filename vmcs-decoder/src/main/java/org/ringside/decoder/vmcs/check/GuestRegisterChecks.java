package org.ringside.decoder.vmcs.check;

import static org.ringside.decoder.vmcs.VmcsField.*;
import static org.ringside.decoder.vmcs.VmxControl.*;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.ringside.decoder.vmcs.VmcsField;
import org.ringside.decoder.vmcs.VmxControl;

/** Checks on the guest's control registers, MSRs, descriptor tables, RIP and RFLAGS (SDM vol. 3, 27.3.1.1, 27.3.1.3, 27.3.1.4). */
final class GuestRegisterChecks {
    private static final String REGISTERS = "27.3.1.1";
    private static final String TABLES = "27.3.1.3";
    private static final String FLAGS = "27.3.1.4";
    private static final long CR0_PE_PG = 1L | 1L << 31;
    private static final long RFLAGS_RESERVED = 0xffff_ffff_ffc0_8028L;
    private static final long DEBUGCTL_RESERVED = 0xffff_ffff_ffff_0038L;

    /** Bits 18, 23, 30:28, 54:48 and 63:57. */
    private static final long RTIT_CTL_RESERVED = 0xfe7f_0000_7084_0000L;

    private GuestRegisterChecks() {}

    static List<Check> all() {
        List<Check> checks = new ArrayList<>();
        control(checks);
        msrs(checks);
        tablesAndFlags(checks);
        return checks;
    }

    private static void control(List<Check> checks) {
        checks.add(Check.always(
                "guest.cr0.paging",
                REGISTERS,
                "with CR0.PG, CR0.PE is 1",
                in -> !in.bit(GUEST_CR0, 31) || in.bit(GUEST_CR0, 0)));
        checks.add(Check.always(
                "guest.cr0.fixed",
                REGISTERS,
                "guest CR0 has the bits that the CR0_FIXED MSRs demand (PE and PG are free for an unrestricted guest)",
                in -> {
                    long free = in.on(UNRESTRICTED_GUEST) ? CR0_PE_PG : 0;
                    long fixed0 = in.take(in.capabilities().cr0Fixed0()) & ~free;
                    return HostStateChecks.fixed(
                            in.get(GUEST_CR0), fixed0, in.take(in.capabilities().cr0Fixed1()));
                }));
        checks.add(Check.always(
                "guest.cr0.ne", REGISTERS, "guest CR0 has NE, and PE and PG unless unrestricted", in -> {
                    long needed = in.on(UNRESTRICTED_GUEST) ? 1L << 5 : 1L << 5 | CR0_PE_PG;
                    return (in.get(GUEST_CR0) & needed) == needed && in.get(GUEST_CR0) >>> 32 == 0;
                }));
        checks.add(Check.always("guest.cr4.vmxe", REGISTERS, "guest CR4 has VMXE", in -> in.bit(GUEST_CR4, 13)));
        checks.add(Check.always(
                "guest.cr4.fixed",
                REGISTERS,
                "guest CR4 has the bits that the CR4_FIXED MSRs demand",
                in -> HostStateChecks.fixed(
                        in.get(GUEST_CR4),
                        in.take(in.capabilities().cr4Fixed0()),
                        in.take(in.capabilities().cr4Fixed1()))));
        checks.add(new Check(
                "guest.cr4.cet",
                REGISTERS,
                "with CR4.CET, CR0.WP is 1",
                in -> in.bit(GUEST_CR4, 23),
                in -> in.bit(GUEST_CR0, 16)));
        Predicate<CheckInput> longMode = in -> in.on(ENTRY_IA32E_MODE_GUEST);
        checks.add(new Check(
                "guest.ia32e",
                REGISTERS,
                "an IA-32e mode guest has CR0.PG and CR4.PAE",
                longMode,
                in -> in.bit(GUEST_CR0, 31) && in.bit(GUEST_CR4, 5)));
        checks.add(new Check(
                "guest.cr4.pcide",
                REGISTERS,
                "CR4.PCIDE is 0 outside IA-32e mode",
                in -> in.off(ENTRY_IA32E_MODE_GUEST),
                in -> !in.bit(GUEST_CR4, 17)));
        checks.add(Check.always(
                "guest.cr3",
                REGISTERS,
                "guest CR3 has no bits beyond the physical-address width",
                in -> in.withinWidth(in.get(GUEST_CR3) & ~(3L << 61))));
    }

    private static void msrs(List<Check> checks) {
        when(
                checks,
                "debugctl",
                ENTRY_LOAD_DEBUG_CONTROLS,
                "reserved bits of IA32_DEBUGCTL are 0",
                in -> (in.get(GUEST_IA32_DEBUGCTL) & DEBUGCTL_RESERVED) == 0);
        when(checks, "dr7", ENTRY_LOAD_DEBUG_CONTROLS, "bits 63:32 of DR7 are 0", in -> in.get(GUEST_DR7) >>> 32 == 0);
        canonical(checks, REGISTERS, "guest.sysenter-esp", GUEST_IA32_SYSENTER_ESP);
        canonical(checks, REGISTERS, "guest.sysenter-eip", GUEST_IA32_SYSENTER_EIP);
        when(
                checks,
                "perf-global-ctrl",
                ENTRY_LOAD_IA32_PERF_GLOBAL_CTRL,
                "reserved bits are 0",
                in -> in.get(GUEST_IA32_PERF_GLOBAL_CTRL) >>> 49 == 0);
        when(
                checks,
                "pat",
                ENTRY_LOAD_IA32_PAT,
                "each byte is a memory type",
                in -> HostStateChecks.isPat(in.get(GUEST_IA32_PAT)));
        when(
                checks,
                "efer.reserved",
                ENTRY_LOAD_IA32_EFER,
                "reserved bits are 0",
                in -> (in.get(GUEST_IA32_EFER) & ~0xd01L) == 0);
        when(
                checks,
                "efer.lma",
                ENTRY_LOAD_IA32_EFER,
                "LMA is as \"IA-32e mode guest\"",
                in -> in.bit(GUEST_IA32_EFER, 10) == in.on(ENTRY_IA32E_MODE_GUEST));
        checks.add(new Check(
                "guest.efer.lme",
                REGISTERS,
                "with paging, LME equals LMA",
                in -> in.on(ENTRY_LOAD_IA32_EFER) && in.bit(GUEST_CR0, 31),
                in -> in.bit(GUEST_IA32_EFER, 8) == in.bit(GUEST_IA32_EFER, 10)));
        when(
                checks,
                "bndcfgs",
                ENTRY_LOAD_IA32_BNDCFGS,
                "bits 11:2 are 0 and the base is canonical",
                in -> (in.get(GUEST_IA32_BNDCFGS) & 0xffc) == 0 && in.canonical(in.get(GUEST_IA32_BNDCFGS) & ~0xfffL));
        when(
                checks,
                "s-cet",
                ENTRY_LOAD_CET_STATE,
                "IA32_S_CET has no reserved bits and is canonical",
                in -> HostStateChecks.isSupervisorCet(in, in.get(GUEST_IA32_S_CET)));
        when(
                checks,
                "ssp",
                ENTRY_LOAD_CET_STATE,
                "SSP is a multiple of 4 and canonical",
                in -> (in.get(GUEST_SSP) & 3) == 0 && in.canonical(in.get(GUEST_SSP)));
        when(
                checks,
                "ssp-table",
                ENTRY_LOAD_CET_STATE,
                "the interrupt SSP table address is canonical",
                in -> in.canonical(in.get(GUEST_INTERRUPT_SSP_TABLE_ADDR)));
        when(
                checks,
                "rtit-ctl",
                ENTRY_LOAD_IA32_RTIT_CTL,
                "reserved bits are 0",
                in -> (in.get(GUEST_IA32_RTIT_CTL) & RTIT_CTL_RESERVED) == 0);
        when(
                checks,
                "spec-ctrl",
                ENTRY_LOAD_IA32_SPEC_CTRL,
                "reserved bits of IA32_SPEC_CTRL are 0",
                in -> (in.get(GUEST_IA32_SPEC_CTRL) & HostStateChecks.SPEC_CTRL_RESERVED) == 0);
        when(checks, "pkrs", ENTRY_LOAD_PKRS, "bits 63:32 are 0", in -> in.get(GUEST_IA32_PKRS) >>> 32 == 0);
        when(checks, "uinv", ENTRY_LOAD_UINV, "bits 15:8 are 0", in -> in.get(GUEST_UINV) <= 255);
        when(
                checks,
                "lbr-ctl",
                ENTRY_LOAD_GUEST_IA32_LBR_CTL,
                "reserved bits are 0",
                in -> (in.get(GUEST_IA32_LBR_CTL) & ~0x7f_000fL) == 0);
    }

    private static void tablesAndFlags(List<Check> checks) {
        canonical(checks, TABLES, "guest.gdtr.base", GUEST_GDTR_BASE);
        canonical(checks, TABLES, "guest.idtr.base", GUEST_IDTR_BASE);
        checks.add(Check.always(
                "guest.gdtr.limit", TABLES, "the limit of GDTR has 16 bits", in -> in.get(GUEST_GDTR_LIMIT) <= 0xffff));
        checks.add(Check.always(
                "guest.idtr.limit", TABLES, "the limit of IDTR has 16 bits", in -> in.get(GUEST_IDTR_LIMIT) <= 0xffff));
        checks.add(Check.always("guest.rip", FLAGS, "RIP is canonical in 64-bit mode, has 32 bits otherwise", in -> {
            boolean wide = in.on(ENTRY_IA32E_MODE_GUEST) && in.bit(GUEST_CS_ACCESS_RIGHTS, 13);
            return wide ? in.canonical(in.get(GUEST_RIP)) : in.get(GUEST_RIP) >>> 32 == 0;
        }));
        checks.add(Check.always(
                "guest.rflags.reserved",
                FLAGS,
                "reserved bits of RFLAGS are 0, bit 1 is 1",
                in -> (in.get(GUEST_RFLAGS) & RFLAGS_RESERVED) == 0 && in.bit(GUEST_RFLAGS, 1)));
        checks.add(new Check(
                "guest.rflags.vm",
                FLAGS,
                "RFLAGS.VM is 0 in IA-32e mode and without CR0.PE",
                in -> in.on(ENTRY_IA32E_MODE_GUEST) || !in.bit(GUEST_CR0, 0),
                in -> !in.bit(GUEST_RFLAGS, 17)));
        checks.add(new Check(
                "guest.rflags.if",
                FLAGS,
                "RFLAGS.IF is 1 if an external interrupt is injected",
                in -> EventInjectionChecks.injects(in) && EventInjectionChecks.type(in) == 0,
                in -> in.bit(GUEST_RFLAGS, 9)));
    }

    private static void when(
            List<Check> checks, String id, VmxControl control, String rule, Predicate<CheckInput> holds) {
        checks.add(new Check("guest." + id, REGISTERS, rule, in -> in.on(control), holds));
    }

    private static void canonical(List<Check> checks, String section, String id, VmcsField field) {
        checks.add(Check.always(
                id, section, "the %s is canonical".formatted(field.title()), in -> in.canonical(in.get(field))));
    }
}
