package org.ringside.decoder.disasm;

import java.util.OptionalLong;

/**
 * One instruction, or one byte that is none.
 *
 * @param address of its first byte
 * @param length bytes, 1 to 15
 * @param bytes in hexadecimal, separated by blanks, for example {@code "b8 37 13 00 00"}
 * @param mnemonic for example {@code "mov"}; {@code ".byte"} for a byte that no instruction starts with
 * @param operands in Intel syntax; empty if there are none
 * @param branchTarget where a direct call or jump goes
 * @param memoryTarget the address of a memory operand relative to the instruction pointer
 * @param data whether this is {@code .byte}
 */
public record Instruction(
        long address,
        int length,
        String bytes,
        String mnemonic,
        String operands,
        OptionalLong branchTarget,
        OptionalLong memoryTarget,
        boolean data) {
    /** Mnemonic and operands, for example {@code "mov eax, 0x1337"}. */
    public String text() {
        return operands.isEmpty() ? mnemonic : mnemonic + " " + operands;
    }

    /** Address of the following instruction. */
    public long next() {
        return address + length;
    }
}
