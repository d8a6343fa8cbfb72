package org.ringside.decoder.vmcs.check;

import static org.ringside.decoder.vmcs.VmcsField.*;
import static org.ringside.decoder.vmcs.VmxControl.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.ringside.decoder.vmcs.VmcsField;
import org.ringside.decoder.vmcs.VmxControl;

/** Checks of flexible return and event delivery, on host and guest state (SDM vol. 3, 27.2.2, 27.2.4 and 27.3.1). */
final class FredChecks {
    private static final String HOST = "27.2.2";
    private static final String HOST_SIZE = "27.2.4";
    private static final String GUEST = "27.3.1.1";
    private static final String GUEST_SEGMENTS = "27.3.1.2";
    private static final String GUEST_STATE = "27.3.1.5";
    private static final int CR4_FRED = 32;
    private static final int LONG_CODE = 13;
    /** Bits 2, 5:4 and 11. */
    private static final long CONFIG_RESERVED = 0x834;

    private FredChecks() {}

    static List<Check> all() {
        List<Check> checks = new ArrayList<>();
        registers(
                checks,
                "host",
                HOST,
                EXIT_LOAD_IA32_FRED,
                HOST_IA32_FRED_CONFIG,
                List.of(HOST_IA32_FRED_RSP1, HOST_IA32_FRED_RSP2, HOST_IA32_FRED_RSP3),
                List.of(HOST_IA32_FRED_SSP1, HOST_IA32_FRED_SSP2, HOST_IA32_FRED_SSP3));
        registers(
                checks,
                "guest",
                GUEST,
                ENTRY_LOAD_IA32_FRED,
                GUEST_IA32_FRED_CONFIG,
                List.of(GUEST_IA32_FRED_RSP1, GUEST_IA32_FRED_RSP2, GUEST_IA32_FRED_RSP3),
                List.of(GUEST_IA32_FRED_SSP1, GUEST_IA32_FRED_SSP2, GUEST_IA32_FRED_SSP3));
        checks.add(new Check(
                "host.size.fred",
                HOST_SIZE,
                "a 32-bit host has no CR4.FRED",
                in -> in.off(EXIT_HOST_ADDRESS_SPACE_SIZE),
                in -> !in.bit(HOST_CR4, CR4_FRED)));
        guest(checks);
        return checks;
    }

    private static void guest(List<Check> checks) {
        Predicate<CheckInput> fred = in -> in.bit(GUEST_CR4, CR4_FRED);
        checks.add(new Check(
                "guest.cr4.fred",
                GUEST,
                "a guest with CR4.FRED is in IA-32e mode",
                fred,
                in -> in.on(ENTRY_IA32E_MODE_GUEST)));
        checks.add(new Check(
                "guest.fred.privilege",
                GUEST_SEGMENTS,
                "with CR4.FRED the DPL of SS is 0 or 3",
                fred,
                in -> privilege(in) == 0 || privilege(in) == 3));
        checks.add(new Check(
                "guest.fred.ring-0",
                GUEST_SEGMENTS,
                "with CR4.FRED, CS.L is 1 if the DPL of SS is 0",
                in -> fred.test(in) && privilege(in) == 0,
                in -> in.bit(GUEST_CS_ACCESS_RIGHTS, LONG_CODE)));
        checks.add(new Check(
                "guest.fred.sti",
                GUEST_STATE,
                "with CR4.FRED there is no blocking by STI if the DPL of SS is 3",
                in -> fred.test(in) && privilege(in) == 3,
                in -> !in.bit(GUEST_INTERRUPTIBILITY_STATE, 0)));
    }

    private static long privilege(CheckInput in) {
        return in.get(GUEST_SS_ACCESS_RIGHTS) >>> 5 & 3;
    }

    private static void registers(
            List<Check> checks,
            String who,
            String section,
            VmxControl loads,
            VmcsField config,
            List<VmcsField> stacks,
            List<VmcsField> shadowStacks) {
        checks.add(new Check(
                who + ".fred.config",
                section,
                "bits 2, 5:4 and 11 of IA32_FRED_CONFIG are 0 and it is canonical",
                in -> in.on(loads),
                in -> (in.get(config) & CONFIG_RESERVED) == 0 && in.canonical(in.get(config))));
        stacks.forEach(stack -> checks.add(pointer(who, section, loads, stack, 64)));
        shadowStacks.forEach(stack -> checks.add(pointer(who, section, loads, stack, 8)));
    }

    private static Check pointer(String who, String section, VmxControl loads, VmcsField field, int alignment) {
        String name = field.name().substring(field.name().lastIndexOf('_') + 1).toLowerCase(Locale.ROOT);
        return new Check(
                "%s.fred.%s".formatted(who, name),
                section,
                "the %s is a multiple of %d and canonical".formatted(field.title(), alignment),
                in -> in.on(loads),
                in -> (in.get(field) & (alignment - 1)) == 0 && in.canonical(in.get(field)));
    }
}
