package org.ringside.decoder.vmcs;

/** Width of a VMCS field: bits 14:13 of its encoding (SDM vol. 3, 25.11.2 and appendix B). */
public enum VmcsFieldWidth {
    WORD(0, 16),
    QUADWORD(1, 64),
    DOUBLEWORD(2, 32),
    /** 64 bits on processors that support Intel 64, 32 on others; captured processors support it. */
    NATURAL(3, 64);

    private final int number;
    private final int bits;

    VmcsFieldWidth(int number, int bits) {
        this.number = number;
        this.bits = bits;
    }

    public int bits() {
        return bits;
    }

    public int bytes() {
        return bits / 8;
    }

    /** Width number in an encoding: 0 for 16 bits, 1 for 64, 2 for 32, 3 for natural width. */
    public int number() {
        return number;
    }

    /** The width of a number, 0 to 3. */
    static VmcsFieldWidth of(int number) {
        return switch (number) {
            case 0 -> WORD;
            case 1 -> QUADWORD;
            case 2 -> DOUBLEWORD;
            default -> NATURAL;
        };
    }
}
