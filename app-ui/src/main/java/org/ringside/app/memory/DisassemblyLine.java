package org.ringside.app.memory;

/**
 * A line of disassembly.
 *
 * @param kind what it tells
 * @param address of the instruction's first byte
 * @param length bytes of the instruction; 0 for a line that is none
 * @param bytes in hexadecimal
 * @param text the instruction, the label or the message
 * @param target where the instruction leads or points to, by symbol; may be empty
 */
record DisassemblyLine(Kind kind, long address, int length, String bytes, String text, String target) {
    /** What a line tells. */
    enum Kind {
        /** An instruction that is the same in the baseline, or is not compared. */
        SAME,
        /** An instruction of the baseline that is gone. */
        REMOVED,
        /** An instruction that is not in the baseline. */
        ADDED,
        /** The name of the symbol that begins here. */
        LABEL,
        /** Why there are no instructions. */
        MESSAGE
    }
}
