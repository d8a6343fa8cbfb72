package org.ringside.app.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.ringside.agent.integrity.CheckAfterImport;
import org.ringside.agent.integrity.CheckReport;
import org.ringside.app.text.LongText;
import org.ringside.decoder.symbol.SymbolTable;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.Trace;
import org.ringside.trace.TraceFile;
import org.ringside.trace.TraceTime;
import org.ringside.trace.importer.ImageImport;
import org.ringside.trace.importer.ImportRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        description = {
            "Import memory images into a trace, one snapshot each, in the order given.",
            "Afterwards the integrity checks compare each with the snapshot before it of the same machine;"
                    + " what they find becomes an alarm in the trace, and exit status 1.",
            "--name, --registers, --map and --time may be repeated: the first is for the first source, and so on;"
                    + " sources without their own take the default (a single --map is for all)."
        })
final class ImportCommand extends RingsideCommand {
    @Option(
            names = "--into",
            paramLabel = "T.ringside",
            description = "The trace; made if missing. Default: the first source's name.")
    private Optional<Path> into = Optional.empty();

    @Option(names = "--name", paramLabel = "N", description = "The snapshot's name. Default: the source's file name.")
    private List<String> names = List.of();

    @Option(
            names = "--machine",
            paramLabel = "M",
            defaultValue = "machine",
            description = "The machine's name, default ${DEFAULT-VALUE}.")
    private String machine = "machine";

    @Option(
            names = "--registers",
            paramLabel = "F",
            description = "Text of QEMU's \"info registers\" of the same moment.")
    private List<Path> registers = List.of();

    @Option(
            names = "--map",
            paramLabel = "F",
            description =
                    "Memory map of a raw image with holes: lines of FIRST-LAST @OFFSET, /proc/iomem, or QEMU's info mtree -f.")
    private List<Path> maps = List.of();

    @Option(names = "--in-place", description = "Keep the bytes in the source's file; the trace holds their hashes.")
    private boolean inPlace;

    @Option(
            names = "--time",
            paramLabel = "ISO-8601",
            description = "When the memory was captured. Default: the file's time.")
    private List<String> times = List.of();

    @Option(names = "--no-check", description = "Do not run the integrity checks.")
    private boolean noCheck;

    @Mixin
    private SymbolsOption symbols = new SymbolsOption();

    @Parameters(
            arity = "1..*",
            paramLabel = "SOURCE",
            description = "Memory images; the format is recognised by content.")
    private List<Path> sources = List.of();

    ImportCommand(Console console) {
        super(console);
    }

    @Override
    int run() throws IOException {
        List<ImportRequest> requests = requests();
        Path target = into.orElseGet(() -> besideHere(sources.getFirst()));
        boolean existed = Files.exists(target);
        List<Imported> imported = new ArrayList<>();
        try (Cancellation cancellation = Cancellation.onInterrupt();
                Trace trace = TraceFile.openOrCreate(target)) {
            SymbolTable table = symbols.load(target).orElseGet(SymbolTable::empty);
            for (ImportRequest request : requests) {
                importOne(trace, request, table, cancellation, imported);
            }
            return report(trace, imported, table);
        } catch (CancellationException cancelled) {
            throw (CancellationException)
                    new CancellationException("cancelled" + whatStays(target, imported)).initCause(cancelled);
        } catch (IOException failure) {
            throw imported.isEmpty()
                    ? failure
                    : new CommandFailure(failure.getMessage() + whatStays(target, imported), failure);
        } finally {
            if (!existed && imported.isEmpty()) {
                deleteTrace(target);
            }
        }
    }

    private record Imported(SnapshotInfo snapshot, List<CheckReport> checks) {}

    private String whatStays(Path target, List<Imported> imported) {
        return imported.isEmpty()
                ? "; nothing was changed"
                : "; %d of %d images were imported before and stay in %s"
                        .formatted(imported.size(), sources.size(), target);
    }

    /** Adds to {@code imported} as soon as the snapshot is in the trace, and again, with what the checks found, after them. */
    private void importOne(
            Trace trace, ImportRequest request, SymbolTable table, Cancellation cancellation, List<Imported> imported)
            throws IOException {
        try (ProgressLine progress = new ProgressLine(console(), request.image().getFileName() + ": ", cancellation)) {
            SnapshotInfo snapshot = ImageImport.run(trace, request, progress).snapshot();
            imported.add(new Imported(snapshot, List.of()));
            if (!noCheck) {
                imported.set(
                        imported.size() - 1,
                        new Imported(snapshot, CheckAfterImport.run(trace, snapshot, table, progress)));
            }
        }
    }

    private List<ImportRequest> requests() throws IOException {
        checkCount("--name", names.size());
        checkCount("--registers", registers.size());
        checkCount("--map", maps.size());
        checkCount("--time", times.size());
        List<ImportRequest> requests = new ArrayList<>();
        for (int i = 0; i < sources.size(); i++) {
            Path source = sources.get(i);
            if (!Files.exists(source)) {
                throw new CommandFailure(source + ": no such file");
            }
            Optional<Path> map = maps.size() == 1 ? at(maps, 0) : at(maps, i);
            Optional<String> time = at(times, i);
            requests.add(new ImportRequest(
                    source,
                    at(names, i),
                    machine,
                    at(registers, i),
                    map,
                    inPlace,
                    time.isPresent() ? Optional.of(time(time.get())) : Optional.empty()));
        }
        return requests;
    }

    private void checkCount(String option, int count) throws CommandFailure {
        if (count > sources.size()) {
            throw new CommandFailure("%s is given %d times for %d source%s; give it once for each source at most"
                    .formatted(option, count, sources.size(), sources.size() == 1 ? "" : "s"));
        }
    }

    private static TraceTime time(String text) throws CommandFailure {
        try {
            return TraceTime.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException | ArithmeticException e) {
            throw new CommandFailure("--time " + text + ": write it as 2026-01-31T12:00:00Z", e);
        }
    }

    private static <T> Optional<T> at(List<T> list, int index) {
        return index < list.size() ? Optional.of(list.get(index)) : Optional.empty();
    }

    /** The source's name with our extension, in the current directory. */
    private static Path besideHere(Path source) {
        String name = String.valueOf(source.getFileName());
        int dot = name.lastIndexOf('.');
        return Path.of((dot > 0 ? name.substring(0, dot) : name) + ".ringside");
    }

    /** An import that failed leaves no empty trace behind where there was none. */
    private static void deleteTrace(Path target) throws IOException {
        for (String suffix : List.of("", "-wal", "-shm", "-journal")) {
            Files.deleteIfExists(Path.of(target + suffix));
        }
    }

    private int report(Trace trace, List<Imported> imported, SymbolTable table) {
        boolean found = imported.stream().flatMap(one -> one.checks().stream()).anyMatch(CheckReport::isViolated);
        if (wantsJson()) {
            ObjectNode json =
                    Json.object().put("trace", trace.path().toAbsolutePath().toString());
            ArrayNode list = Json.array();
            for (Imported one : imported) {
                ObjectNode entry = Json.snapshot(one.snapshot());
                entry.set("checks", Json.array(one.checks(), check -> CheckText.json(check, table)));
                list.add(entry);
            }
            json.set("imported", list);
            json.set(
                    "sources",
                    Json.array(imported, one -> Json.source(one.snapshot().source())));
            write(json);
        } else {
            for (Imported one : imported) {
                SnapshotInfo snapshot = one.snapshot();
                line(
                        "%s: snapshot %d %s, %,d pages (%,d zero), %s, SHA-256 %s",
                        trace.path(),
                        snapshot.id().value(),
                        snapshot.name(),
                        snapshot.capturedPages(),
                        snapshot.zeroPages(),
                        snapshot.source().format(),
                        snapshot.source().sha256());
                snapshot.source()
                        .notes()
                        .forEach(note -> line("  note: %s", LongText.of(note).brief()));
                one.checks().forEach(check -> CheckText.print(check, table, this));
            }
        }
        return found ? CommandLineInterface.FOUND : CommandLineInterface.FINE;
    }
}
