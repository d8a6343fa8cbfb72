package org.ringside.app.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.ringside.trace.CustodyCheck;
import org.ringside.trace.CustodyEntry;
import org.ringside.trace.CustodyItem;
import org.ringside.trace.CustodyReport;
import org.ringside.trace.Digest;
import org.ringside.trace.Trace;
import org.ringside.trace.TraceFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "custody",
        mixinStandardHelpOptions = true,
        description = {
            "Verify a trace: the chain of its custody log, every page, event and hash, and files indexed in place.",
            "Exit status 1 if something is not as it was recorded."
        })
final class CustodyCommand extends RingsideCommand {
    @Parameters(index = "0", paramLabel = "TRACE", description = "A trace, *.ringside.")
    private Path trace = Path.of("");

    CustodyCommand(Console console) {
        super(console);
    }

    @Override
    int run() throws IOException {
        if (!Files.exists(trace)) {
            throw TraceCommand.missing(trace);
        }
        CustodyReport report;
        try (Cancellation cancellation = Cancellation.onInterrupt();
                ProgressLine progress = new ProgressLine(console(), "", cancellation)) {
            report = CustodyCheck.verify(trace, progress);
        }
        if (wantsJson()) {
            write(json(report));
        } else {
            print(report);
        }
        return report.intact() ? CommandLineInterface.FINE : CommandLineInterface.FOUND;
    }

    /** The log of a trace that was found intact; of a damaged one nothing is repeated as if it were true. */
    private List<CustodyEntry> entries(CustodyReport report) throws IOException {
        if (!report.intact()) {
            return List.of();
        }
        try (Trace open = TraceFile.open(trace)) {
            return open.custody();
        }
    }

    private ObjectNode json(CustodyReport report) throws IOException {
        ObjectNode json =
                Json.object().put("trace", trace.toAbsolutePath().toString()).put("intact", report.intact());
        json.set(
                "problems",
                Json.array(
                        report.problems(),
                        problem -> Json.object().put("where", problem.where()).put("what", problem.what())));
        json.set("notes", Json.strings(report.notes()));
        report.head().ifPresent(head -> json.put("head", head.toString()));
        json.put("entryCount", report.entries())
                .put("snapshots", report.snapshots())
                .put("pages", report.pages())
                .put("events", report.events());
        json.set("entries", Json.array(entries(report), CustodyCommand::json));
        return json;
    }

    private static ObjectNode json(CustodyEntry entry) {
        ObjectNode json = Json.object().put("id", entry.id());
        json.set("time", Json.time(entry.time()));
        json.put("clock", entry.clock())
                .put("tool", entry.tool())
                .put("action", entry.action())
                .put("detail", entry.detail());
        json.set(
                "items",
                Json.strings(entry.items().stream().map(CustodyItem::toString).toList()));
        return json.put("previous", entry.previous().toString())
                .put("hash", entry.hash().toString());
    }

    private void print(CustodyReport report) throws IOException {
        for (CustodyEntry entry : entries(report)) {
            line("%3d  %s  %s  %s", entry.id(), entry.time(), entry.tool(), entry.action());
            line("     %s", entry.detail());
            line("     %s", entry.hash());
        }
        report.problems().forEach(problem -> line("PROBLEM  %s", problem));
        report.notes().forEach(note -> line("note: %s", note));
        line(
                "%s: %s; %,d custody entries, %,d snapshots, %,d different pages, %,d events verified%s",
                trace,
                report.intact()
                        ? "intact"
                        : "NOT INTACT, %,d problems".formatted(report.problems().size()),
                report.entries(),
                report.snapshots(),
                report.pages(),
                report.events(),
                report.head()
                        .map(Digest::toString)
                        .map(head -> ", head " + head)
                        .orElse(""));
    }
}
