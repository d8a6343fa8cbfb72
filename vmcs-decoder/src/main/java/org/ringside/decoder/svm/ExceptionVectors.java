package org.ringside.decoder.svm;

/** Exceptions by vector, as AMD processors raise them (AMD64 APM vol. 2, table 8-1). */
final class ExceptionVectors {
    private static final String[] NAMES = {
        "#DE",
        "#DB",
        "Vector 2",
        "#BP",
        "#OF",
        "#BR",
        "#UD",
        "#NM",
        "#DF",
        "Vector 9",
        "#TS",
        "#NP",
        "#SS",
        "#GP",
        "#PF",
        "Vector 15",
        "#MF",
        "#AC",
        "#MC",
        "#XF",
        "Vector 20",
        "#CP",
        "Vector 22",
        "Vector 23",
        "Vector 24",
        "Vector 25",
        "Vector 26",
        "Vector 27",
        "#HV",
        "#VC",
        "#SX",
        "Vector 31"
    };

    private ExceptionVectors() {}

    /** The name of a vector from 0 to 31, for example {@code "#PF"}. */
    static String name(int vector) {
        return NAMES[vector];
    }

    /** Whether there is an exception of this vector. */
    static boolean isException(long vector) {
        return vector >= 0 && vector < NAMES.length && NAMES[(int) vector].startsWith("#");
    }

    /** What a vector is, beside its number; empty for interrupts. */
    static String describe(long vector) {
        return isException(vector) ? name((int) vector) : vector == 2 ? "NMI" : "";
    }
}
