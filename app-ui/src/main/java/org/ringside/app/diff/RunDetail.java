package org.ringside.app.diff;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.ringside.agent.integrity.ByteChange;
import org.ringside.agent.integrity.ByteString;
import org.ringside.agent.kernel.KernelMappings.Mapping;
import org.ringside.decoder.disasm.Disassembler;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.memory.PhysicalMemory.LittleEndian;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.symbol.SymbolPlace;
import org.ringside.decoder.symbol.SymbolTable;
import org.ringside.trace.ProgressMonitor;
import org.ringside.trace.snapshot.PageRun;

/**
 * What changed in a run of pages, to the byte.
 *
 * @param run the pages
 * @param mappings kernel addresses of the first page
 * @param changes spans that differ, in physical memory
 * @param lines both sides of the bytes around the changes
 * @param pointers words that held or hold kernel addresses
 * @param code instructions, where the memory is executable
 * @param notes what was left out or could not be done, one sentence each
 */
public record RunDetail(
        ChangedRun run,
        List<Mapping> mappings,
        List<Change> changes,
        List<HexLine> lines,
        List<PointerChange> pointers,
        List<CodeChange> code,
        List<String> notes) {
    private static final int MOST_CHANGES = 256;
    private static final int MOST_LINES = 1024;
    private static final int MOST_CODE = 32;
    private static final int LINES_AROUND = 1;

    public RunDetail {
        mappings = List.copyOf(mappings);
        changes = List.copyOf(changes);
        lines = List.copyOf(lines);
        pointers = List.copyOf(pointers);
        code = List.copyOf(code);
        notes = List.copyOf(notes);
    }

    /**
     * A span that differs.
     *
     * @param span where, in physical memory
     * @param virtual the kernel's address of it, if it has one
     * @param symbol the symbol at or below it
     */
    public record Change(ByteSpan span, Optional<Long> virtual, Optional<SymbolPlace> symbol) {
        /** The symbol, or else the kernel's address, or else the physical one. */
        public String title() {
            return symbol.map(SymbolPlace::toString)
                    .or(() -> virtual.map(address -> "0x%x".formatted(address)))
                    .orElse("physical 0x%x".formatted(span.address()));
        }
    }

    /** Reads and compares; blocks. */
    public static RunDetail of(Comparison comparison, ChangedRun run, SymbolTable symbols, ProgressMonitor monitor) {
        Builder builder = new Builder(comparison, run, symbols);
        Observed<Disassembler> opened =
                run.kind().isExecutable() ? Disassembler.open() : new Observed.NotApplicable<>("not executable");
        try (Disassembler disassembler = opened.toOptional().orElse(null)) {
            for (long i = 0; i < run.pages() && !builder.isFull(); i++) {
                monitor.checkCancelled();
                builder.add(run.address() + i * PhysicalMemory.PAGE_SIZE, Optional.ofNullable(disassembler));
            }
        }
        if (run.kind().isExecutable() && !opened.isKnown()) {
            builder.notes.add("No disassembly: " + opened.reason());
        }
        return builder.build();
    }

    private static final class Builder {
        private final Comparison comparison;
        private final ChangedRun run;
        private final SymbolTable symbols;
        private final List<Change> changes = new ArrayList<>();
        private final List<HexLine> lines = new ArrayList<>();
        private final List<PointerChange> pointers = new ArrayList<>();
        private final List<CodeChange> code = new ArrayList<>();
        private final List<String> notes = new ArrayList<>();

        Builder(Comparison comparison, ChangedRun run, SymbolTable symbols) {
            this.comparison = comparison;
            this.run = run;
            this.symbols = symbols;
        }

        boolean isFull() {
            return changes.size() >= MOST_CHANGES || lines.size() >= MOST_LINES;
        }

        void add(long page, Optional<Disassembler> disassembler) {
            Observed<MemorySegment> before = comparison.before().page(page);
            Observed<MemorySegment> after = comparison.after().page(page);
            if (before instanceof Observed.Known<MemorySegment>(MemorySegment old)
                    && after instanceof Observed.Known<MemorySegment>(MemorySegment now)) {
                compare(page, old, now, disassembler);
            } else if (run.change() == PageRun.Change.CHANGED) {
                notes.add("Page 0x%x cannot be compared: %s"
                        .formatted(page, before.isKnown() ? after.reason() : before.reason()));
            } else {
                onlyOneSide(page, before, after);
            }
        }

        private void compare(long page, MemorySegment old, MemorySegment now, Optional<Disassembler> disassembler) {
            int unit = run.kind().isExecutable() ? 1 : Long.BYTES;
            List<ByteChange> found = ByteChange.between(old, now, ByteChange.DEFAULT_GAP, unit);
            int lastLine = -1;
            for (ByteChange change : found) {
                if (isFull()) {
                    return;
                }
                changes.add(change(page, change));
                lastLine = addLines(page, old, now, change, lastLine);
                addPointers(page, old, now, change);
                disassembler.ifPresent(opened -> addCode(opened, page, old, now, change));
            }
        }

        private Change change(long page, ByteChange change) {
            long address = page + change.offset();
            return new Change(
                    ByteSpan.physical(address, change.length()),
                    comparison.kernelAddress(address).map(Mapping::address),
                    comparison.symbol(address, symbols));
        }

        private int addLines(long page, MemorySegment old, MemorySegment now, ByteChange change, int lastLine) {
            int lineCount = PhysicalMemory.PAGE_SIZE / HexLine.BYTES;
            int first = Math.max(lastLine + 1, change.offset() / HexLine.BYTES - LINES_AROUND);
            int last = Math.min(lineCount - 1, (change.offset() + change.length() - 1) / HexLine.BYTES + LINES_AROUND);
            for (int line = first; line <= last && lines.size() < MOST_LINES; line++) {
                long offset = (long) line * HexLine.BYTES;
                lines.add(new HexLine(
                        page + offset,
                        Optional.of(ByteString.of(old.asSlice(offset, HexLine.BYTES))),
                        Optional.of(ByteString.of(now.asSlice(offset, HexLine.BYTES)))));
            }
            return Math.max(last, lastLine);
        }

        private void addPointers(long page, MemorySegment old, MemorySegment now, ByteChange change) {
            long first = change.offset() & -Long.BYTES;
            for (long offset = first; offset < change.offset() + change.length(); offset += Long.BYTES) {
                long was = old.get(LittleEndian.LONG, offset);
                long is = now.get(LittleEndian.LONG, offset);
                boolean address = PointerChange.isKernelAddress(was) || PointerChange.isKernelAddress(is);
                if (was != is && address && pointers.size() < MOST_CHANGES) {
                    pointers.add(new PointerChange(page + offset, was, is, name(was), name(is)));
                }
            }
        }

        private Optional<SymbolPlace> name(long value) {
            return PointerChange.isKernelAddress(value) ? KernelNames.of(value, symbols) : Optional.empty();
        }

        private void addCode(
                Disassembler disassembler, long page, MemorySegment old, MemorySegment now, ByteChange change) {
            if (code.size() >= MOST_CODE) {
                return;
            }
            Optional<Long> virtual = comparison.kernelAddress(page).map(Mapping::address);
            long offsetInSymbol = virtual.flatMap(address -> symbols.nearest(address + change.offset()))
                    .map(SymbolPlace::offset)
                    .orElse(Long.MAX_VALUE);
            // Without a symbol in the page, decoding from its first byte falls into step within a few instructions.
            int start = offsetInSymbol <= change.offset() ? (int) (change.offset() - offsetInSymbol) : 0;
            String title = changes.getLast().title();
            code.add(CodeChange.of(
                    disassembler,
                    title,
                    old,
                    now,
                    virtual.orElse(page),
                    start,
                    change.offset(),
                    change.offset() + change.length()));
        }

        private void onlyOneSide(long page, Observed<MemorySegment> before, Observed<MemorySegment> after) {
            for (long offset = 0;
                    offset < PhysicalMemory.PAGE_SIZE && lines.size() < MOST_LINES;
                    offset += HexLine.BYTES) {
                lines.add(new HexLine(page + offset, slice(before, offset), slice(after, offset)));
            }
        }

        private static Optional<ByteString> slice(Observed<MemorySegment> page, long offset) {
            return page.toOptional().map(bytes -> ByteString.of(bytes.asSlice(offset, HexLine.BYTES)));
        }

        RunDetail build() {
            if (isFull()) {
                notes.add("Only the first %,d changes are shown.".formatted(changes.size()));
            }
            List<Mapping> mappings = comparison.mappings(run.address()).stream()
                    .distinct()
                    .sorted(Comparator.comparing(mapping -> !mapping.rights().execute()))
                    .toList();
            return new RunDetail(run, mappings, changes, lines, pointers, code, notes);
        }
    }
}
