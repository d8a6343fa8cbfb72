package org.ringside.decoder.paging;

import java.util.ArrayList;
import java.util.List;
import org.ringside.decoder.structure.BitFieldLayout;
import org.ringside.decoder.structure.SpecificationReference;

/**
 * The error code that a page fault pushes (Intel SDM vol. 3, section 4.7).
 *
 * @param bits as pushed
 */
public record PageFaultErrorCode(int bits) {
    public static final int PRESENT = 1;
    public static final int WRITE = 1 << 1;
    public static final int USER = 1 << 2;
    public static final int RESERVED = 1 << 3;
    public static final int FETCH = 1 << 4;
    public static final int PROTECTION_KEY = 1 << 5;
    public static final int SHADOW_STACK = 1 << 6;
    public static final int HLAT = 1 << 7;
    public static final int SGX = 1 << 15;

    /** Every bit of it. */
    public static final BitFieldLayout LAYOUT = BitFieldLayout.of(
                    "paging", "Page-fault error code", 32, new SpecificationReference("Intel SDM vol. 3", "4.7"))
            .flag(0, "P", "", "no translation: an entry is not present", "the translation forbids the access")
            .flag(1, "W/R", "", "the access was a read", "the access was a write")
            .flag(2, "U/S", "", "supervisor-mode access", "user-mode access")
            .flag(3, "RSVD", "an entry has a reserved bit set")
            .flag(4, "I/D", "", "data access, or fetches are not told apart", "instruction fetch")
            .flag(5, "PK", "a protection key forbids the access")
            .flag(6, "SS", "shadow-stack access")
            .flag(7, "HLAT", "HLAT paging found no translation")
            .ignored(14, 8)
            .flag(15, "SGX", "violation of access control by SGX, unrelated to paging")
            .ignored(31, 16)
            .build();

    private static final String[] NAMES = {"P", "W/R", "U/S", "RSVD", "I/D", "PK", "SS", "HLAT"};

    /** For example {@code "0x7 (P, W/R, U/S)"}. */
    @Override
    public String toString() {
        List<String> set = new ArrayList<>();
        for (int bit = 0; bit < NAMES.length; bit++) {
            if ((bits >>> bit & 1) != 0) {
                set.add(NAMES[bit]);
            }
        }
        if ((bits & SGX) != 0) {
            set.add("SGX");
        }
        return set.isEmpty() ? "0x0" : "0x%x (%s)".formatted(bits, String.join(", ", set));
    }
}
