package org.ringside.decoder.disasm;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.OptionalLong;

/**
 * Where the parts of Capstone's {@code cs_insn} lie; they moved when version 5 widened {@code bytes}.
 *
 * @param bytesLength room for the instruction's bytes
 * @param mnemonic offset of the mnemonic, a C string of at most 32 bytes
 * @param operands offset of the operands, a C string of at most 160 bytes
 * @param size bytes of the structure up to the end of the operands
 */
record InstructionLayout(int bytesLength, int mnemonic, int operands, int size) {
    private static final int ADDRESS = 8;
    private static final int SIZE = 16;
    private static final int BYTES = 18;
    private static final int MNEMONIC_LENGTH = 32;
    private static final int OPERANDS_LENGTH = 160;
    private static final HexFormat HEX = HexFormat.ofDelimiter(" ");

    static final InstructionLayout VERSION_4 = of(16);
    static final InstructionLayout VERSION_5 = of(24);

    private static InstructionLayout of(int bytesLength) {
        int mnemonic = BYTES + bytesLength;
        int operands = mnemonic + MNEMONIC_LENGTH;
        return new InstructionLayout(bytesLength, mnemonic, operands, operands + OPERANDS_LENGTH);
    }

    /** The instruction in {@code insn}, which has at least {@link #size} bytes. */
    Instruction read(MemorySegment insn) {
        long address = insn.get(ValueLayout.JAVA_LONG_UNALIGNED, ADDRESS);
        int claimed = Short.toUnsignedInt(insn.get(ValueLayout.JAVA_SHORT_UNALIGNED, SIZE));
        int length = Math.min(claimed, bytesLength);
        byte[] code = insn.asSlice(BYTES, length).toArray(ValueLayout.JAVA_BYTE);
        String name = text(insn, mnemonic, MNEMONIC_LENGTH);
        String rest = text(insn, operands, OPERANDS_LENGTH);
        return new Instruction(
                address,
                length,
                HEX.formatHex(code),
                name,
                rest,
                branchTarget(name, rest),
                memoryTarget(rest, address + length),
                name.equals(".byte"));
    }

    private static String text(MemorySegment insn, int offset, int most) {
        byte[] bytes = insn.asSlice(offset, most).toArray(ValueLayout.JAVA_BYTE);
        int length = 0;
        while (length < most && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.US_ASCII);
    }

    /** A direct branch has a number for its only operand; prefixes such as {@code notrack} precede the mnemonic proper. */
    static OptionalLong branchTarget(String mnemonic, String operands) {
        String branch = mnemonic.substring(mnemonic.lastIndexOf(' ') + 1);
        boolean branches =
                branch.startsWith("j") || branch.startsWith("loop") || branch.equals("call") || branch.equals("xbegin");
        return branches ? number(operands) : OptionalLong.empty();
    }

    /** The address in {@code [rip + 0x…]} or {@code [rip - 0x…]}. */
    static OptionalLong memoryTarget(String operands, long next) {
        int at = operands.indexOf("[rip");
        int end = at < 0 ? -1 : operands.indexOf(']', at);
        if (end < 0) {
            return OptionalLong.empty();
        }
        String inside = operands.substring(at + 4, end).replace(" ", "");
        if (inside.isEmpty()) {
            return OptionalLong.of(next);
        }
        OptionalLong displacement = number(inside.substring(1));
        if (displacement.isEmpty() || (inside.charAt(0) != '+' && inside.charAt(0) != '-')) {
            return OptionalLong.empty();
        }
        long distance = displacement.getAsLong();
        return OptionalLong.of(inside.charAt(0) == '+' ? next + distance : next - distance);
    }

    /** Capstone writes small numbers in decimal, others with {@code 0x}. */
    private static OptionalLong number(String text) {
        try {
            return OptionalLong.of(
                    text.startsWith("0x") ? Long.parseUnsignedLong(text, 2, text.length(), 16) : digits(text));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    private static long digits(String text) {
        if (text.length() > 1 || text.isEmpty() || text.charAt(0) < '0' || text.charAt(0) > '9') {
            throw new NumberFormatException(text);
        }
        return (long) text.charAt(0) - '0';
    }
}
