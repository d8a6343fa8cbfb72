package org.ringside.decoder.vmcs.check;

import static org.ringside.decoder.vmcs.VmcsField.*;

import java.util.List;
import org.ringside.decoder.cpu.ModelSpecificRegisters;
import org.ringside.decoder.vmcs.VmcsField;

/** Checks on the entries of the MSR-load and MSR-store areas (SDM vol. 3, 27.4, 28.4 and 28.6). */
final class MsrAreaChecks {
    /** More than any processor recommends; the rest of a longer area is not read. */
    private static final int MOST_ENTRIES = 4096;

    private static final int ENTRY_BYTES = 16;

    private MsrAreaChecks() {}

    static List<Check> all() {
        return List.of(
                area("msrs.entry-load", "27.4", VM_ENTRY_MSR_LOAD_COUNT, VM_ENTRY_MSR_LOAD_ADDR, true),
                area("msrs.exit-store", "28.4", VM_EXIT_MSR_STORE_COUNT, VM_EXIT_MSR_STORE_ADDR, false),
                area("msrs.exit-load", "28.6", VM_EXIT_MSR_LOAD_COUNT, VM_EXIT_MSR_LOAD_ADDR, true));
    }

    private static Check area(String id, String section, VmcsField count, VmcsField address, boolean load) {
        return new Check(
                id,
                section,
                "every entry of the area at the %s names an MSR that may be %s there"
                        .formatted(address.title(), load ? "loaded" : "stored"),
                in -> in.get(count) != 0,
                in -> {
                    long entries = Math.min(in.get(count), MOST_ENTRIES);
                    long start = in.get(address);
                    for (long i = 0; i < entries; i++) {
                        if (!isAllowed(in, start + i * ENTRY_BYTES, load)) {
                            return false;
                        }
                    }
                    return true;
                });
    }

    private static boolean isAllowed(CheckInput in, long address, boolean load) {
        long word = in.memory(address);
        int register = (int) word;
        boolean x2apic = Integer.compareUnsigned(register, 0x800) >= 0 && Integer.compareUnsigned(register, 0x8ff) <= 0;
        boolean segmentBase = register == 0xc000_0100 || register == 0xc000_0101;
        boolean smm = register == 0x9e || (register == 0x9b && load);
        boolean allowed = word >>> 32 == 0 && !x2apic && !smm && !(load && segmentBase);
        if (!allowed) {
            in.note("%s at 0x%x".formatted(ModelSpecificRegisters.name(register), address));
        }
        return allowed;
    }
}
