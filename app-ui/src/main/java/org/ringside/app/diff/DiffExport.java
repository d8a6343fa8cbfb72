package org.ringside.app.diff;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.ringside.agent.integrity.ByteString;
import org.ringside.agent.kernel.KernelMappings.Mapping;
import org.ringside.decoder.disasm.Instruction;
import org.ringside.decoder.symbol.SymbolPlace;
import org.ringside.decoder.symbol.SymbolTable;
import org.ringside.trace.ProgressMonitor;

/** A comparison for other programs and for reports. Blocks: not for the UI thread, but for {@link #text}. */
public final class DiffExport {
    private static final String CSV_HEAD =
            "address,virtual_address,pages,change,kind,changed_bytes,first_changed,symbol\n";

    private DiffExport() {}

    /** Comma-separated values (RFC 4180), a line for each run. */
    public static void csv(
            Comparison comparison, List<ChangedRun> runs, SymbolTable symbols, Writer out, ProgressMonitor monitor)
            throws IOException {
        out.write(CSV_HEAD);
        for (int i = 0; i < runs.size(); i++) {
            Line line = Line.of(comparison, runs.get(i), symbols, monitor, i, runs.size());
            out.write("%s,%s,%d,%s,%s,%s,%s,%s%n"
                    .formatted(
                            hex(line.run.address()),
                            line.virtual.map(DiffExport::hex).orElse(""),
                            line.run.pages(),
                            DiffFilter.name(line.run.change()),
                            kind(line.run.kind()),
                            line.changed(),
                            line.first(),
                            quoted(line.symbol.map(SymbolPlace::toString).orElse("")))
                    .replace(System.lineSeparator(), "\n"));
        }
    }

    /** JSON: addresses as lower-case hexadecimal strings. */
    public static void json(
            Comparison comparison, List<ChangedRun> runs, SymbolTable symbols, Writer out, ProgressMonitor monitor)
            throws IOException {
        ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        ObjectNode root = mapper.createObjectNode();
        root.put("before", comparison.baseline().name());
        root.put("after", comparison.current().name());
        root.put("pages", comparison.pages());
        ArrayNode list = root.putArray("runs");
        for (int i = 0; i < runs.size(); i++) {
            Line line = Line.of(comparison, runs.get(i), symbols, monitor, i, runs.size());
            ObjectNode node = list.addObject();
            node.put("address", hex(line.run.address()));
            line.virtual.ifPresent(address -> node.put("virtualAddress", hex(address)));
            node.put("pages", line.run.pages());
            node.put("change", DiffFilter.name(line.run.change()));
            node.put("kind", kind(line.run.kind()));
            node.put("changedBytes", line.summary.changedBytes());
            node.put("changedBytesComplete", line.summary.complete());
            line.summary.first().ifPresent(address -> node.put("firstChanged", hex(address)));
            line.symbol.ifPresent(symbol -> node.put("symbol", symbol.toString()));
        }
        mapper.writeValue(out, root);
    }

    /** A run's detail as one would write it in a report; fast. */
    public static String text(RunDetail detail) {
        StringBuilder text = new StringBuilder();
        ChangedRun run = detail.run();
        text.append("%s, %,d %s at physical %s, %s%n"
                .formatted(
                        run.kind().title(),
                        run.pages(),
                        run.pages() == 1 ? "page" : "pages",
                        hex(run.address()),
                        DiffFilter.name(run.change())));
        for (Mapping mapping : detail.mappings()) {
            text.append("  mapped at %s %s%n".formatted(hex(mapping.address()), mapping.rights()));
        }
        for (RunDetail.Change change : detail.changes()) {
            text.append("%n%s: %,d bytes at physical %s%s%n"
                    .formatted(
                            change.title(),
                            change.span().length(),
                            hex(change.span().address()),
                            change.virtual()
                                    .map(address -> ", virtual " + hex(address))
                                    .orElse("")));
        }
        detail.lines().forEach(line -> text.append(hexLine(line)));
        for (PointerChange pointer : detail.pointers()) {
            text.append("%n%s: %s%s -> %s%s%n"
                    .formatted(
                            hex(pointer.address()),
                            hex(pointer.before()),
                            named(pointer.oldName()),
                            hex(pointer.after()),
                            named(pointer.newName())));
        }
        for (CodeChange code : detail.code()) {
            text.append("%n%s%n".formatted(code.title()));
            code.rows().forEach(row -> text.append(instructions(row)));
        }
        detail.notes().forEach(note -> text.append(note).append('\n'));
        return text.toString().replace(System.lineSeparator(), "\n");
    }

    private static String hexLine(HexLine line) {
        String before = line.before().map(DiffExport::spaced).orElse("not captured");
        String after = line.after().map(DiffExport::spaced).orElse("not captured");
        return line.changed().isEmpty()
                ? "  %s  %s%n".formatted(hex(line.address()), before)
                : "- %s  %s%n+ %s  %s%n".formatted(hex(line.address()), before, hex(line.address()), after);
    }

    private static String instructions(InstructionRow row) {
        if (!row.differs()) {
            return row.before()
                    .map(instruction -> "  " + instruction(instruction))
                    .orElse("");
        }
        return row.before().map(instruction -> "- " + instruction(instruction)).orElse("")
                + row.after()
                        .map(instruction -> "+ " + instruction(instruction))
                        .orElse("");
    }

    private static String instruction(Instruction instruction) {
        return "%s  %-24s %s%n".formatted(hex(instruction.address()), instruction.bytes(), instruction.text());
    }

    static String spaced(ByteString bytes) {
        return bytes.toString().replaceAll("(..)(?!$)", "$1 ");
    }

    private static String named(Optional<SymbolPlace> symbol) {
        return symbol.map(place -> " <" + place + ">").orElse("");
    }

    static String hex(long value) {
        return "0x%x".formatted(value);
    }

    private static String kind(MemoryKind kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String quoted(String text) {
        return text.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r')
                ? "\"" + text.replace("\"", "\"\"") + "\""
                : text;
    }

    private record Line(ChangedRun run, RunSummary summary, Optional<Long> virtual, Optional<SymbolPlace> symbol) {
        static Line of(
                Comparison comparison,
                ChangedRun run,
                SymbolTable symbols,
                ProgressMonitor monitor,
                int done,
                int total) {
            monitor.checkCancelled();
            monitor.progress("writing changes", done, total);
            RunSummary summary = RunSummary.of(comparison, run);
            long address = summary.first().orElse(run.address());
            return new Line(
                    run,
                    summary,
                    comparison.kernelAddress(run.address()).map(Mapping::address),
                    comparison.symbol(address, symbols));
        }

        String changed() {
            return summary.changedBytes() + (summary.complete() ? "" : "+");
        }

        String first() {
            return summary.first().isPresent() ? hex(summary.first().getAsLong()) : "";
        }
    }

    /** The text of several details, for the clipboard. */
    static String text(List<RunDetail> details) {
        return details.stream().map(DiffExport::text).collect(Collectors.joining("\n"));
    }
}
