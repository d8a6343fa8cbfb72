package org.ringside.decoder.svm.check;

import static org.ringside.decoder.svm.VmcbField.*;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.ringside.decoder.svm.ControlAreaLayouts;
import org.ringside.decoder.svm.PermissionMaps;
import org.ringside.decoder.svm.VmcbField;

/** Checks on the control area. */
final class ControlChecks {
    private static final String CONSISTENCY = "15.5.1";
    private static final int NP_ENABLE = 0;
    private static final int SEV = 1;
    private static final int SEV_ES = 2;
    private static final int SHADOW_STACK_CHECK = 4;
    private static final int AVIC_ENABLE = 31;
    private static final int EVENT_VALID = 31;
    private static final long N_CR3_RESERVED = ControlAreaLayouts.N_CR3.reservedZeroMask();
    private static final int EXCEPTION = 3;

    private ControlChecks() {}

    static List<Check> all() {
        List<Check> checks = new ArrayList<>();
        checks.add(Check.always(
                "control.vmrun-intercept", CONSISTENCY, "VMRUN is intercepted", in -> in.bit(INTERCEPT_VECTOR_4, 0)));
        checks.add(Check.always("control.asid", CONSISTENCY, "the ASID is not 0", in -> in.get(GUEST_ASID) != 0));
        checks.add(Check.always(
                "control.iopm",
                CONSISTENCY + ", 15.10.1",
                "the I/O permissions map ends below the highest physical address",
                in -> in.withinWidth(in.get(IOPM_BASE_PA), PermissionMaps.PORT_MAP_BYTES)));
        checks.add(Check.always(
                "control.msrpm",
                CONSISTENCY + ", 15.11",
                "the MSR permissions map ends below the highest physical address",
                in -> in.withinWidth(in.get(MSRPM_BASE_PA), PermissionMaps.MSR_MAP_BYTES)));
        checks.add(Check.always("control.tlb", "15.16.1", "TLB_CONTROL has no reserved encoding", in -> {
            long control = in.get(TLB_CONTROL) & 0xff;
            return control == 0 || control == 1 || control == 3 || control == 7;
        }));
        injection(checks);
        nestedPaging(checks);
        virtualInterrupts(checks);
        encryption(checks);
        return checks;
    }

    private static void injection(List<Check> checks) {
        Predicate<CheckInput> injects = in -> in.bit(EVENTINJ, EVENT_VALID);
        checks.add(new Check(
                "injection.type", "15.20", "the event to inject has a type that exists", injects, in -> switch ((int)
                        type(in)) {
                    case 0, 2, EXCEPTION, 4 -> true;
                    default -> false;
                }));
        checks.add(new Check(
                "injection.exception",
                "15.20",
                "the exception to inject has the vector of an exception",
                in -> injects.test(in) && type(in) == EXCEPTION,
                in -> isException(in.get(EVENTINJ) & 0xff)));
        checks.add(new Check(
                "injection.64-bit-mode",
                "15.20",
                "the exception to inject can occur: #OF and #BR cannot in 64-bit mode",
                in -> injects.test(in) && type(in) == EXCEPTION && !in.values().encryptedState(),
                in -> {
                    boolean longCode = (in.get(EFER) >>> 10 & 1) != 0 && in.bit(CS_ATTRIBUTES, 9);
                    long vector = in.get(EVENTINJ) & 0xff;
                    return !longCode || (vector != 4 && vector != 5);
                }));
        checks.add(new Check(
                "injection.encrypted-state",
                "15.35.8",
                "neither software interrupts nor vectors 3 and 4 are injected in a guest with encrypted state",
                in -> injects.test(in) && in.bit(NESTED_CONTROL, SEV_ES),
                in -> {
                    long vector = in.get(EVENTINJ) & 0xff;
                    return type(in) != 4 && !(type(in) == EXCEPTION && (vector == 3 || vector == 4));
                }));
    }

    private static long type(CheckInput in) {
        return in.get(EVENTINJ) >>> 8 & 7;
    }

    private static boolean isException(long vector) {
        return vector < 32 && vector != 2;
    }

    private static void nestedPaging(List<Check> checks) {
        Predicate<CheckInput> nested = in -> in.bit(NESTED_CONTROL, NP_ENABLE);
        checks.add(new Check(
                "nested-paging.host",
                "15.25.3",
                "with nested paging the host has paging enabled",
                nested,
                in -> (in.host("cr0") >>> 31 & 1) != 0));
        checks.add(new Check(
                "nested-paging.n-cr3",
                "15.25.4",
                "N_CR3 has no bit set that must be 0",
                nested,
                in -> (in.get(N_CR3) & N_CR3_RESERVED) == 0 && in.withinWidth(in.get(N_CR3), 1)));
        checks.add(new Check(
                "nested-paging.g-pat",
                "15.25.4, 7.8.1",
                "every entry of G_PAT has a type that exists and no reserved bit",
                in -> nested.test(in) && !in.values().encryptedState(),
                in -> isPat(in.get(G_PAT))));
        checks.add(new Check(
                "nested-paging.shadow-stack-check",
                "15.25.14",
                "the supervisor shadow-stack check is enabled with nested paging only",
                in -> in.bit(NESTED_CONTROL, SHADOW_STACK_CHECK),
                nested));
    }

    private static boolean isPat(long pat) {
        for (int entry = 0; entry < 8; entry++) {
            long type = pat >>> (8 * entry) & 0xff;
            if (type > 7 || type == 2 || type == 3) {
                return false;
            }
        }
        return true;
    }

    private static void virtualInterrupts(List<Check> checks) {
        checks.add(new Check(
                "virtual-nmi.intercept",
                "15.21.10",
                "with NMI virtualization NMIs are intercepted",
                in -> in.bit(VIRTUAL_INTERRUPT_CONTROL, 26),
                in -> in.bit(INTERCEPT_VECTOR_3, 1)));
        Predicate<CheckInput> avic = in -> in.bit(VIRTUAL_INTERRUPT_CONTROL, AVIC_ENABLE);
        avicPointer(checks, "avic.backing-page", AVIC_BACKING_PAGE, avic);
        avicPointer(checks, "avic.physical-table", AVIC_PHYSICAL_TABLE, avic);
        avicPointer(
                checks,
                "avic.logical-table",
                AVIC_LOGICAL_TABLE,
                in -> avic.test(in) && !in.bit(VIRTUAL_INTERRUPT_CONTROL, 30));
        checks.add(new Check(
                "avic.x2avic",
                "15.29.10",
                "x2AVIC is enabled with AVIC only",
                in -> in.bit(VIRTUAL_INTERRUPT_CONTROL, 30),
                avic));
    }

    private static void avicPointer(List<Check> checks, String id, VmcbField field, Predicate<CheckInput> when) {
        checks.add(new Check(
                id,
                "15.29.4",
                "the %s lies below the highest physical address".formatted(field.title()),
                when,
                in -> in.withinWidth(in.get(field), 1)));
    }

    private static void encryption(List<Check> checks) {
        checks.add(new Check(
                "sev.nested-paging",
                "15.34.3",
                "SEV is enabled with nested paging only",
                in -> in.bit(NESTED_CONTROL, SEV),
                in -> in.bit(NESTED_CONTROL, NP_ENABLE)));
        checks.add(new Check(
                "sev.asid",
                "15.34.3",
                "the ASID is not above the number of encrypted guests",
                in -> in.bit(NESTED_CONTROL, SEV),
                in -> {
                    in.lacks("CPUID Fn8000_001F_ECX[NumEncryptedGuests] was not captured");
                    return false;
                }));
        checks.add(new Check(
                "sev-es.sev",
                "15.35.2",
                "encrypted state is enabled with SEV only",
                in -> in.bit(NESTED_CONTROL, SEV_ES),
                in -> in.bit(NESTED_CONTROL, SEV)));
        checks.add(new Check(
                "sev-es.lbr",
                "15.35.2",
                "encrypted state is enabled with LBR virtualization",
                in -> in.bit(NESTED_CONTROL, SEV_ES),
                in -> in.bit(VIRTUALIZATION_CONTROL, 0)));
        checks.add(new Check(
                "sev-es.vmsa",
                "15.35.8",
                "the VMSA pointer is the address of a page",
                in -> in.bit(NESTED_CONTROL, SEV_ES),
                in -> in.get(VMSA_POINTER) != 0
                        && (in.get(VMSA_POINTER) & 0xfff0_0000_0000_0fffL) == 0
                        && in.withinWidth(in.get(VMSA_POINTER), 1)));
    }
}
