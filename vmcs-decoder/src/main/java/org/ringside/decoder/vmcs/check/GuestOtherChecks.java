package org.ringside.decoder.vmcs.check;

import static org.ringside.decoder.vmcs.VmcsField.*;
import static org.ringside.decoder.vmcs.VmxControl.*;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.vmcs.VmcsField;

/** Checks on guest state that is not in registers, and on the PDPTEs (SDM vol. 3, 27.3.1.5 and 27.3.1.6). */
final class GuestOtherChecks {
    private static final String STATE = "27.3.1.5";
    private static final String PDPTES = "27.3.1.6";
    private static final long PENDING_RESERVED = 0xffff_ffff_fffe_a7f0L;
    private static final long PDPTE_RESERVED = 0x1e6;

    private GuestOtherChecks() {}

    static List<Check> all() {
        List<Check> checks = new ArrayList<>();
        activity(checks);
        interruptibility(checks);
        pendingAndLink(checks);
        for (VmcsField pdpte : List.of(GUEST_PDPTE0, GUEST_PDPTE1, GUEST_PDPTE2, GUEST_PDPTE3)) {
            checks.add(new Check(
                    "guest.pdpte." + pdpte.name().charAt(pdpte.name().length() - 1),
                    PDPTES,
                    "reserved bits of a present PDPTE are 0",
                    in -> usesPae(in) && in.bit(pdpte, 0),
                    in -> (in.get(pdpte) & PDPTE_RESERVED) == 0 && in.withinWidth(in.get(pdpte) & ~0xfffL)));
        }
        return checks;
    }

    /** PAE paging with EPT: the PDPTEs come from the VMCS. */
    private static boolean usesPae(CheckInput in) {
        return in.on(ENABLE_EPT) && in.bit(GUEST_CR0, 31) && in.bit(GUEST_CR4, 5) && in.off(ENTRY_IA32E_MODE_GUEST);
    }

    private static void activity(List<Check> checks) {
        add(checks, "activity", "the activity state exists", in -> true, in -> in.get(GUEST_ACTIVITY_STATE) <= 3);
        add(
                checks,
                "activity.supported",
                "the processor supports the activity state",
                in -> in.get(GUEST_ACTIVITY_STATE) >= 1 && in.get(GUEST_ACTIVITY_STATE) <= 3,
                in -> (in.take(in.capabilities().misc()) >>> (5 + in.get(GUEST_ACTIVITY_STATE)) & 1) != 0);
        add(
                checks,
                "activity.hlt",
                "DPL of SS is 0 in the HLT state",
                in -> in.get(GUEST_ACTIVITY_STATE) == 1,
                in -> (in.get(GUEST_SS_ACCESS_RIGHTS) >>> 5 & 3) == 0);
        add(
                checks,
                "activity.blocking",
                "the activity state is active if events are blocked by STI or MOV SS",
                in -> (in.get(GUEST_INTERRUPTIBILITY_STATE) & 3) != 0,
                in -> in.get(GUEST_ACTIVITY_STATE) == 0);
        add(
                checks,
                "activity.injection",
                "an event is injected only in an activity state that takes it",
                in -> EventInjectionChecks.injects(in) && in.get(GUEST_ACTIVITY_STATE) != 0,
                GuestOtherChecks::stateTakesEvent);
    }

    private static boolean stateTakesEvent(CheckInput in) {
        int type = EventInjectionChecks.type(in);
        int vector = (int) in.get(VM_ENTRY_INTR_INFO) & 0xff;
        return switch ((int) in.get(GUEST_ACTIVITY_STATE)) {
            case 1 ->
                type == 0 || type == 2 || (type == 3 && (vector == 1 || vector == 18)) || (type == 7 && vector == 0);
            case 2 -> type == 2 || (type == 3 && vector == 18);
            default -> false;
        };
    }

    private static void interruptibility(List<Check> checks) {
        add(
                checks,
                "interruptibility.reserved",
                "reserved bits of the interruptibility state are 0",
                in -> true,
                in -> in.get(GUEST_INTERRUPTIBILITY_STATE) < 32);
        add(
                checks,
                "interruptibility.sti-and-mov-ss",
                "blocking by STI and by MOV SS are not both 1",
                in -> true,
                in -> (in.get(GUEST_INTERRUPTIBILITY_STATE) & 3) != 3);
        add(
                checks,
                "interruptibility.sti",
                "blocking by STI is 0 if RFLAGS.IF is 0",
                in -> !in.bit(GUEST_RFLAGS, 9),
                in -> !in.bit(GUEST_INTERRUPTIBILITY_STATE, 0));
        add(
                checks,
                "interruptibility.interrupt",
                "events are not blocked by STI or MOV SS if an external interrupt is injected",
                in -> EventInjectionChecks.injects(in) && EventInjectionChecks.type(in) == 0,
                in -> (in.get(GUEST_INTERRUPTIBILITY_STATE) & 3) == 0);
        Predicate<CheckInput> nmi = in -> EventInjectionChecks.injects(in) && EventInjectionChecks.type(in) == 2;
        add(
                checks,
                "interruptibility.nmi",
                "events are not blocked by MOV SS if an NMI is injected",
                nmi,
                in -> !in.bit(GUEST_INTERRUPTIBILITY_STATE, 1));
        add(
                checks,
                "interruptibility.virtual-nmi",
                "virtual NMIs are not blocked if one is injected",
                in -> nmi.test(in) && in.on(VIRTUAL_NMIS),
                in -> !in.bit(GUEST_INTERRUPTIBILITY_STATE, 3));
        add(
                checks,
                "interruptibility.smi",
                "blocking by SMI is 1 on an entry to SMM",
                in -> in.on(ENTRY_TO_SMM),
                in -> in.bit(GUEST_INTERRUPTIBILITY_STATE, 2));
        add(
                checks,
                "interruptibility.enclave",
                "blocking by MOV SS is 0 after an enclave interruption",
                in -> in.bit(GUEST_INTERRUPTIBILITY_STATE, 4),
                in -> !in.bit(GUEST_INTERRUPTIBILITY_STATE, 1));
    }

    private static void pendingAndLink(List<Check> checks) {
        add(
                checks,
                "pending-debug.reserved",
                "reserved bits of the pending debug exceptions are 0",
                in -> true,
                in -> (in.get(GUEST_PENDING_DEBUG_EXCEPTIONS) & PENDING_RESERVED) == 0);
        add(
                checks,
                "pending-debug.bs",
                "BS is pending if and only if single-stepping, while events are blocked or the guest halts",
                in -> (in.get(GUEST_INTERRUPTIBILITY_STATE) & 3) != 0 || in.get(GUEST_ACTIVITY_STATE) == 1,
                in -> {
                    boolean stepping = in.bit(GUEST_RFLAGS, 8) && !in.bit(GUEST_IA32_DEBUGCTL, 1);
                    return in.bit(GUEST_PENDING_DEBUG_EXCEPTIONS, 14) == stepping;
                });
        Predicate<CheckInput> linked = in -> in.get(VMCS_LINK_POINTER) != -1;
        add(
                checks,
                "link-pointer",
                "the VMCS link pointer is page-aligned within the address width",
                linked,
                in -> in.aligned(VMCS_LINK_POINTER, PhysicalMemory.PAGE_SHIFT));
        add(
                checks,
                "link-pointer.shadow",
                "the VMCS of the link pointer is a shadow VMCS if and only if \"VMCS shadowing\" is 1",
                linked,
                in -> {
                    boolean shadow = (in.memory(in.get(VMCS_LINK_POINTER)) >>> 31 & 1) != 0;
                    return shadow == in.on(VMCS_SHADOWING);
                });
        add(
                checks,
                "link-pointer.revision",
                "the VMCS of the link pointer has the processor's revision identifier",
                linked,
                in -> {
                    long revision = in.memory(in.get(VMCS_LINK_POINTER)) & 0x7fff_ffffL;
                    return revision == (in.take(in.capabilities().basic()) & 0x7fff_ffffL);
                });
    }

    private static void add(
            List<Check> checks, String id, String rule, Predicate<CheckInput> when, Predicate<CheckInput> holds) {
        checks.add(new Check("guest." + id, STATE, rule, when, holds));
    }
}
