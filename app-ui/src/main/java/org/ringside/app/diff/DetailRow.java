package org.ringside.app.diff;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ringside.decoder.disasm.Instruction;
import org.ringside.decoder.symbol.SymbolTable;

/** A line of the detail of a run. */
sealed interface DetailRow {
    /** A heading of a section. */
    record Heading(String title, String note) implements DetailRow {}

    record Bytes(HexLine line) implements DetailRow {}

    record Pointer(PointerChange change) implements DetailRow {}

    /**
     * @param oldTarget name of where the earlier instruction's branch or memory operand leads; empty if none
     * @param newTarget the later one's
     */
    record Code(InstructionRow row, String oldTarget, String newTarget) implements DetailRow {}

    record Note(String text) implements DetailRow {}

    /** Everything of a detail, the most telling first: instructions, pointers, bytes. */
    static List<DetailRow> of(RunDetail detail, SymbolTable symbols) {
        List<DetailRow> rows = new ArrayList<>();
        detail.notes().forEach(note -> rows.add(new Note(note)));
        for (CodeChange code : detail.code()) {
            rows.add(new Heading(code.title(), "instructions"));
            code.rows()
                    .forEach(row ->
                            rows.add(new Code(row, target(row.before(), symbols), target(row.after(), symbols))));
        }
        if (!detail.pointers().isEmpty()) {
            rows.add(new Heading("Pointers", "64-bit words that held or hold kernel addresses"));
            detail.pointers().forEach(change -> rows.add(new Pointer(change)));
        }
        if (!detail.lines().isEmpty()) {
            rows.add(new Heading("Bytes", bytes(detail)));
            long expected = detail.lines().getFirst().address();
            for (HexLine line : detail.lines()) {
                if (line.address() != expected) {
                    rows.add(new Note("⋯"));
                }
                rows.add(new Bytes(line));
                expected = line.address() + HexLine.BYTES;
            }
        }
        return rows;
    }

    private static String bytes(RunDetail detail) {
        int changes = detail.changes().size();
        return changes == 0 ? "captured on one side only" : changes == 1 ? "1 span differs" : changes + " spans differ";
    }

    private static String target(Optional<Instruction> instruction, SymbolTable symbols) {
        return instruction
                .flatMap(found -> found.branchTarget().isPresent()
                        ? Optional.of(found.branchTarget().getAsLong())
                        : found.memoryTarget().isPresent()
                                ? Optional.of(found.memoryTarget().getAsLong())
                                : Optional.empty())
                .flatMap(address -> KernelNames.of(address, symbols))
                .map(place -> "→ " + place)
                .orElse("");
    }
}
