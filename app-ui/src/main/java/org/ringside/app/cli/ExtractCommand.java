package org.ringside.app.cli;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ringside.agent.extract.EvidenceSelection;
import org.ringside.decoder.symbol.Symbol;
import org.ringside.decoder.symbol.SymbolTable;
import org.ringside.trace.ProgressMonitor;
import org.ringside.trace.Trace;
import org.ringside.trace.TraceExtract;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "extract",
        mixinStandardHelpOptions = true,
        description = {
            "Make a small trace of a large one, with what tells what happened: pages that changed, page tables, VT-d tables,",
            "VMCSs and extended page tables, kernel code and read-only kernel data, as much as fits. The rest is recorded as not",
            "captured. Names, registers and events are kept; with symbols, they are put beside the new trace."
        })
final class ExtractCommand extends TraceCommand {
    private static final Pattern SIZE = Pattern.compile("(\\d{1,9})(K|M|G)?");

    /** Each attempt comes close to the budget from above; this many are more than were ever needed. */
    private static final int MOST_ATTEMPTS = 12;

    private static final int SYMBOL_COMPRESSION = 19;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "T.ringside",
            description = "The trace to make; must not exist.")
    private Path output = Path.of("");

    @Option(
            names = "--budget",
            paramLabel = "SIZE",
            defaultValue = "8M",
            description = "Its size at most, with K, M or G; default ${DEFAULT-VALUE}.")
    private String budget = "";

    @Mixin
    private SymbolsOption symbols = new SymbolsOption();

    ExtractCommand(Console console) {
        super(console);
    }

    /** What was kept. */
    private record Kept(EvidenceSelection selection, long others, long bytes) {}

    @Override
    int run(Trace trace) throws IOException {
        long most = bytes(budget);
        Optional<SymbolTable> table = symbols.load(trace.path());
        Kept kept;
        try (Cancellation cancellation = Cancellation.onInterrupt();
                ProgressLine progress = new ProgressLine(console(), "", cancellation)) {
            kept = extract(trace, most, progress);
        }
        if (table.isPresent()) {
            writeSymbols(table.get(), symbolFile());
        }
        report(kept, table.isPresent());
        return CommandLineInterface.FINE;
    }

    /** Leaves out more of the least telling pages until it fits. */
    private Kept extract(Trace trace, long most, ProgressMonitor progress) throws IOException {
        EvidenceSelection selection = EvidenceSelection.of(trace, progress);
        long others = selection.codePages() + selection.readOnlyPages();
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            long kept = others;
            TraceExtract.run(trace, output, snapshot -> selection.ranges(kept), progress);
            long size = Files.size(output);
            if (size <= most) {
                return new Kept(selection, others, size);
            }
            Files.delete(output);
            if (others == 0) {
                throw new CommandFailure(
                        "%s: what changed and the tables alone take %,d bytes; raise --budget".formatted(output, size));
            }
            others = Math.min(others - 1, (long) (0.99 * others * most / size));
        }
        throw new CommandFailure("%s: does not fit in %,d bytes; raise --budget".formatted(output, most));
    }

    private static long bytes(String text) throws CommandFailure {
        Matcher size = SIZE.matcher(text);
        if (!size.matches()) {
            throw new CommandFailure("--budget " + text + ": write it as 8M");
        }
        int shift = switch (size.group(2)) {
            case "K" -> 10;
            case "M" -> 20;
            case "G" -> 30;
            case null, default -> 0;
        };
        return Long.parseLong(size.group(1)) << shift;
    }

    private Path symbolFile() {
        String name = String.valueOf(output.getFileName());
        String stem = name.endsWith(".ringside") ? name.substring(0, name.length() - ".ringside".length()) : name;
        return output.resolveSibling(stem + ".symbols.zst");
    }

    private static void writeSymbols(SymbolTable table, Path file) throws IOException {
        try (OutputStream out = new ZstdOutputStream(Files.newOutputStream(file), SYMBOL_COMPRESSION)) {
            for (int i = 0; i < table.size(); i++) {
                Symbol symbol = table.symbol(i);
                String module = symbol.module().isEmpty() ? "" : "\t[" + symbol.module() + "]";
                out.write("%016x %c %s%s\n"
                        .formatted(symbol.address(), symbol.type(), symbol.name(), module)
                        .getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    private void report(Kept kept, boolean withSymbols) {
        EvidenceSelection selection = kept.selection();
        long code = Math.min(kept.others(), selection.codePages());
        long readOnly = kept.others() - code;
        if (wantsJson()) {
            write(Json.object()
                    .put("output", output.toAbsolutePath().toString())
                    .put("bytes", kept.bytes())
                    .put("essentialPages", selection.essentialPages())
                    .put("codePages", code)
                    .put("codePagesLeftOut", selection.codePages() - code)
                    .put("readOnlyPages", readOnly)
                    .put("readOnlyPagesLeftOut", selection.readOnlyPages() - readOnly)
                    .put("symbols", withSymbols));
        } else {
            line("%s: %,d bytes", output, kept.bytes());
            line("  %,d pages that changed or hold tables", selection.essentialPages());
            line("  %,d of %,d other pages of kernel code", code, selection.codePages());
            line("  %,d of %,d other pages of read-only kernel data", readOnly, selection.readOnlyPages());
        }
    }
}
