package org.ringside.app.diff;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ringside.decoder.disasm.Instruction;

/**
 * What is at one address before and after; empty where an instruction of the other side covers the address.
 *
 * @param address of the instruction, in the space that was disassembled
 * @param before the earlier instruction that begins here
 * @param after the later one
 */
public record InstructionRow(long address, Optional<Instruction> before, Optional<Instruction> after) {
    /** Whether the two sides differ: in their bytes, not in how they are written. */
    public boolean differs() {
        return !before.map(Instruction::bytes).equals(after.map(Instruction::bytes));
    }

    /** Puts two listings that begin at the same address side by side. */
    public static List<InstructionRow> align(List<Instruction> before, List<Instruction> after) {
        List<InstructionRow> rows = new ArrayList<>();
        int i = 0;
        int j = 0;
        while (i < before.size() || j < after.size()) {
            Instruction old = i < before.size() ? before.get(i) : null;
            Instruction now = j < after.size() ? after.get(j) : null;
            int order = old == null ? 1 : now == null ? -1 : Long.compareUnsigned(old.address(), now.address());
            Instruction first = order <= 0 ? old : now;
            if (first == null) {
                break;
            }
            rows.add(new InstructionRow(
                    first.address(),
                    order <= 0 ? Optional.ofNullable(old) : Optional.empty(),
                    order >= 0 ? Optional.ofNullable(now) : Optional.empty()));
            i += order <= 0 ? 1 : 0;
            j += order >= 0 ? 1 : 0;
        }
        return rows;
    }
}
