package org.ringside.app.diff;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.ringside.decoder.disasm.Disassembler;
import org.ringside.decoder.disasm.Instruction;
import org.ringside.decoder.memory.PhysicalMemory;

/**
 * The instructions around one change, before and after.
 *
 * @param title where it is, for example {@code "__x64_sys_getppid"}
 * @param rows from a little before the change to a little after it
 */
public record CodeChange(String title, List<InstructionRow> rows) {
    /** Instructions shown before and after those that differ. */
    private static final int CONTEXT = 4;

    /** Rows of one change at most. */
    private static final int MOST_ROWS = 200;

    public CodeChange {
        rows = List.copyOf(rows);
    }

    /**
     * Disassembles both sides of a change.
     *
     * @param disassembler of the calling thread
     * @param before the page as it was
     * @param after the page as it is
     * @param pageAddress address of the page's first byte as the code sees it
     * @param start where in the page an instruction is known to begin, at or before the change
     * @param changeStart first byte that differs, from the start of the page
     * @param changeEnd first byte after those that differ
     */
    static CodeChange of(
            Disassembler disassembler,
            String title,
            MemorySegment before,
            MemorySegment after,
            long pageAddress,
            int start,
            int changeStart,
            int changeEnd) {
        int length = Math.min(PhysicalMemory.PAGE_SIZE, changeEnd + 15 * (CONTEXT + 1)) - start;
        List<Instruction> old = disassembler.disassemble(before.asSlice(start, length), pageAddress + start, length);
        List<Instruction> now = disassembler.disassemble(after.asSlice(start, length), pageAddress + start, length);
        List<InstructionRow> rows = InstructionRow.align(old, now);
        int first = 0;
        while (first < rows.size() && end(rows.get(first)) <= pageAddress + changeStart) {
            first++;
        }
        int last = first;
        for (int i = first; i < rows.size() && rows.get(i).address() < pageAddress + changeEnd; i++) {
            last = i;
        }
        int from = Math.max(0, first - CONTEXT);
        int until = Math.min(rows.size(), Math.min(last + 1 + CONTEXT, from + MOST_ROWS));
        return new CodeChange(title, rows.subList(from, until));
    }

    private static long end(InstructionRow row) {
        return Math.max(
                row.before().map(Instruction::next).orElse(Long.MIN_VALUE),
                row.after().map(Instruction::next).orElse(Long.MIN_VALUE));
    }
}
