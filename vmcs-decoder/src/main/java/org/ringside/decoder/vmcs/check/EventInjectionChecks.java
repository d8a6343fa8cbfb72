package org.ringside.decoder.vmcs.check;

import static org.ringside.decoder.vmcs.VmcsField.*;

import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.ringside.decoder.vmcs.VmxControl;

/** Checks on the fields that inject an event (SDM vol. 3, 27.2.1.3). */
final class EventInjectionChecks {
    private static final String SECTION = "27.2.1.3";
    private static final int NMI = 2;
    private static final int HARDWARE_EXCEPTION = 3;
    private static final int OTHER_EVENT = 7;
    private static final int NESTED = 13;
    private static final int BASIC_NESTED = 58;
    private static final int CR4_FRED = 32;
    private static final Set<Integer> WITH_ERROR_CODE = Set.of(8, 10, 11, 12, 13, 14, 17, 21);

    private EventInjectionChecks() {}

    static List<Check> all() {
        return List.of(
                injection("type", "the interruption type is not reserved", in -> type(in) != 1),
                injection("vector", "the vector fits the type", in -> {
                    int vector = vector(in);
                    return switch (type(in)) {
                        case NMI -> vector == 2;
                        case HARDWARE_EXCEPTION -> vector < 32;
                        // A pending MTF VM exit; with FRED also SYSCALL and SYSENTER.
                        case OTHER_EVENT -> vector == 0 || (vector <= 2 && in.bit(GUEST_CR4, CR4_FRED));
                        default -> true;
                    };
                }),
                injection(
                        "reserved",
                        "reserved bits of the interruption information are 0",
                        in -> (in.get(VM_ENTRY_INTR_INFO) & 0x7fff_d000L) == 0),
                new Check(
                        "controls.injection.nested",
                        SECTION,
                        "a nested exception is a hardware exception, on a processor that supports them",
                        in -> injects(in) && in.bit(VM_ENTRY_INTR_INFO, NESTED),
                        in -> type(in) == HARDWARE_EXCEPTION
                                && (in.take(in.capabilities().basic()) >>> BASIC_NESTED & 1) != 0),
                injection(
                        "error-code",
                        "an error code is delivered with hardware exceptions that have one, and only with them",
                        EventInjectionChecks::errorCodeFits),
                new Check(
                        "controls.injection.error-code-value",
                        SECTION,
                        "bits 31:16 of the error code are 0",
                        in -> injects(in) && in.bit(VM_ENTRY_INTR_INFO, 11),
                        in -> in.get(VM_ENTRY_EXCEPTION_ERROR_CODE) >>> 16 == 0),
                new Check(
                        "controls.injection.instruction-length",
                        SECTION,
                        "the instruction length of a software event is 1 to 15 (0 where the processor allows it)",
                        in -> injects(in) && type(in) >= 4 && type(in) <= 6,
                        EventInjectionChecks::lengthFits));
    }

    private static Check injection(String id, String rule, Predicate<CheckInput> holds) {
        return new Check("controls.injection." + id, SECTION, rule, EventInjectionChecks::injects, holds);
    }

    static boolean injects(CheckInput in) {
        return in.bit(VM_ENTRY_INTR_INFO, 31);
    }

    static int type(CheckInput in) {
        return (int) (in.get(VM_ENTRY_INTR_INFO) >>> 8 & 7);
    }

    private static int vector(CheckInput in) {
        return (int) in.get(VM_ENTRY_INTR_INFO) & 0xff;
    }

    private static boolean errorCodeFits(CheckInput in) {
        boolean delivers = in.bit(VM_ENTRY_INTR_INFO, 11);
        boolean protectedMode = in.off(VmxControl.UNRESTRICTED_GUEST) || in.bit(GUEST_CR0, 0);
        if (type(in) != HARDWARE_EXCEPTION || !protectedMode) {
            return !delivers;
        }
        if (WITH_ERROR_CODE.contains(vector(in)) == delivers) {
            return true;
        }
        // Processors with IA32_VMX_BASIC[56] leave it to the hypervisor.
        return (in.take(in.capabilities().basic()) >>> 56 & 1) != 0;
    }

    private static boolean lengthFits(CheckInput in) {
        long length = in.get(VM_ENTRY_INSTRUCTION_LENGTH);
        if (length == 0) {
            return (in.take(in.capabilities().misc()) >>> 30 & 1) != 0;
        }
        return length <= 15;
    }
}
