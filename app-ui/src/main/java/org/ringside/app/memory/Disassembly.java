package org.ringside.app.memory;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.ringside.app.memory.DisassemblyLine.Kind;
import org.ringside.app.text.Messages;
import org.ringside.decoder.disasm.Disassembler;
import org.ringside.decoder.disasm.Instruction;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.symbol.SymbolPlace;
import org.ringside.decoder.symbol.SymbolTable;

/**
 * The instructions around an address, before and after. Blocks: for background threads.
 *
 * @param shown pages of what is shown
 * @param baseline pages of what it is compared with; null if nothing
 * @param symbols names by address; empty where addresses are not virtual
 */
record Disassembly(PageLoader shown, @Nullable PageLoader baseline, SymbolTable symbols) {
    private static final Messages MESSAGES = Messages.of(Disassembly.class);
    private static final int PAGE = PhysicalMemory.PAGE_SIZE;
    private static final int LONGEST_INSTRUCTION = 15;

    /** Of what lies before the address that was asked for, so many lines are shown. */
    private static final int LINES_BEFORE = 4;

    /**
     * Disassembles.
     *
     * @param focus the address that must begin an instruction
     * @param most lines at most
     */
    List<DisassemblyLine> around(long focus, int most) {
        Observed<Disassembler> opened = Disassembler.open();
        if (!(opened instanceof Observed.Known<Disassembler>(Disassembler disassembler))) {
            return List.of(message(focus, opened.reason()));
        }
        try (disassembler) {
            long from = start(focus);
            List<Instruction> after = decode(disassembler, shown, from, focus, most);
            if (after.isEmpty()) {
                return List.of(message(focus, MESSAGES.get("disassembly.none", reason(shown, focus))));
            }
            List<Instruction> before = baseline == null ? after : decode(disassembler, baseline, from, focus, most);
            List<DisassemblyLine> lines = merge(before, after);
            int first = 0;
            while (first < lines.size() && lines.get(first).address() - focus < 0) {
                first++;
            }
            return List.copyOf(lines.subList(
                    Math.max(0, first - LINES_BEFORE),
                    Math.min(lines.size(), Math.max(0, first - LINES_BEFORE) + most)));
        }
    }

    /** Instructions have no mark where they begin: a symbol is the best place to start from, the page's begin the next. */
    private long start(long focus) {
        long page = focus & -PAGE;
        return symbols.nearest(focus, PAGE).map(place -> focus - place.offset()).orElse(page);
    }

    private static List<Instruction> decode(
            Disassembler disassembler, PageLoader loader, long from, long focus, int most) {
        List<Instruction> instructions = new ArrayList<>();
        byte[] lead = bytes(loader, from, (int) (focus - from));
        if (lead.length == focus - from && lead.length > 0) {
            instructions.addAll(disassembler.disassemble(MemorySegment.ofArray(lead), from, lead.length));
        }
        byte[] code = bytes(loader, focus, most * LONGEST_INSTRUCTION);
        instructions.addAll(disassembler.disassemble(MemorySegment.ofArray(code), focus, most));
        return instructions;
    }

    /** The bytes that are known without a gap, at most {@code length}. */
    private static byte[] bytes(PageLoader loader, long address, int length) {
        byte[] bytes = new byte[length];
        int done = 0;
        while (done < length) {
            int offset = (int) ((address + done) & (PAGE - 1));
            int part = Math.min(PAGE - offset, length - done);
            if (!(loader.load((address + done) & -PAGE).bytes() instanceof Observed.Known<byte[]>(byte[] page))) {
                return Arrays.copyOf(bytes, done);
            }
            System.arraycopy(page, offset, bytes, done, part);
            done += part;
        }
        return bytes;
    }

    private static String reason(PageLoader loader, long address) {
        return loader.load(address & -PAGE).bytes().reason();
    }

    /** Both listings in one: where they differ, what was before and then what is now. */
    private List<DisassemblyLine> merge(List<Instruction> before, List<Instruction> after) {
        List<DisassemblyLine> lines = new ArrayList<>();
        int old = 0;
        int now = 0;
        while (now < after.size()) {
            Instruction instruction = after.get(now);
            label(instruction.address()).ifPresent(lines::add);
            if (old < before.size() && same(before.get(old), instruction)) {
                lines.add(line(Kind.SAME, instruction));
                old++;
                now++;
                continue;
            }
            int oldEnd = old;
            int nowEnd = now;
            // Until both are at the same instruction again.
            while (nowEnd < after.size() && oldEnd < before.size() && !same(before.get(oldEnd), after.get(nowEnd))) {
                if (before.get(oldEnd).address() - after.get(nowEnd).address() <= 0) {
                    oldEnd++;
                } else {
                    nowEnd++;
                }
            }
            if (oldEnd >= before.size()) {
                nowEnd = after.size();
            }
            before.subList(Math.min(old, before.size()), Math.min(oldEnd, before.size()))
                    .forEach(gone -> lines.add(line(Kind.REMOVED, gone)));
            after.subList(now, nowEnd).forEach(added -> lines.add(line(Kind.ADDED, added)));
            old = oldEnd;
            now = nowEnd;
        }
        return lines;
    }

    private static boolean same(Instruction one, Instruction other) {
        return one.address() == other.address() && one.bytes().equals(other.bytes());
    }

    private Optional<DisassemblyLine> label(long address) {
        return symbols.nearest(address, 0)
                .map(place -> new DisassemblyLine(Kind.LABEL, address, 0, "", place.symbol() + ":", ""));
    }

    private DisassemblyLine line(Kind kind, Instruction instruction) {
        OptionalLong target =
                instruction.branchTarget().isPresent() ? instruction.branchTarget() : instruction.memoryTarget();
        String name = target.isEmpty()
                ? ""
                : symbols.nearest(target.getAsLong(), PAGE)
                        .map(SymbolPlace::toString)
                        .orElse("");
        return new DisassemblyLine(
                kind, instruction.address(), instruction.length(), instruction.bytes(), instruction.text(), name);
    }

    private static DisassemblyLine message(long address, String text) {
        return new DisassemblyLine(Kind.MESSAGE, address, 0, "", text, "");
    }
}
