package org.ringside.decoder.paging;

import java.util.function.Function;
import org.ringside.decoder.cpu.CpuRegisters;
import org.ringside.decoder.memory.Observed;

/**
 * The register bits that decide about accesses, as far as they were captured.
 *
 * @param registers holds {@code cr0}, {@code cr4}, {@code rflags}, {@code pkru} and {@code ia32_pkrs}
 */
public record AccessControls(CpuRegisters registers) {
    private static final int PAIRS = 16;

    /** One bit that an access may depend on. */
    enum Bit {
        WRITE_PROTECT("CR0.WP", "cr0", 16),
        SMEP("CR4.SMEP", "cr4", 20),
        SMAP("CR4.SMAP", "cr4", 21),
        PKE("CR4.PKE", "cr4", 22),
        CET("CR4.CET", "cr4", 23),
        PKS("CR4.PKS", "cr4", 24),
        LASS("CR4.LASS", "cr4", 27),
        AC("RFLAGS.AC", "rflags", 18),
        USER_KEY_ACCESS("PKRU.AD", "pkru", 0),
        USER_KEY_WRITE("PKRU.WD", "pkru", 1),
        SUPERVISOR_KEY_ACCESS("IA32_PKRS.AD", "ia32_pkrs", 0),
        SUPERVISOR_KEY_WRITE("IA32_PKRS.WD", "ia32_pkrs", 1);

        private final String title;
        private final String register;
        private final int position;

        Bit(String title, String register, int position) {
            this.title = title;
            this.register = register;
            this.position = position;
        }

        /** The bit's name; of a protection key with the key's number. */
        String title(int key) {
            return isKey() ? title + key : title;
        }

        private boolean isKey() {
            return register.startsWith("pk") || register.endsWith("pkrs");
        }
    }

    /** The bit, of protection key {@code key} (0 to 15) where it is one of a key. */
    Observed<Boolean> get(Bit bit, int key) {
        int position = bit.position + (bit.isKey() ? 2 * (key % PAIRS) : 0);
        Function<Long, Boolean> test = value -> (value >>> position & 1) != 0;
        return registers.get(bit.register).map(test);
    }
}
