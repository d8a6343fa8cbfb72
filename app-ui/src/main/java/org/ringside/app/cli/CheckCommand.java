package org.ringside.app.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import org.ringside.agent.integrity.CheckAfterImport;
import org.ringside.agent.integrity.CheckReport;
import org.ringside.decoder.symbol.SymbolTable;
import org.ringside.trace.ProgressMonitor;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.Trace;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = "Run the integrity checks on two snapshots. Exit status 1 if one is violated.")
final class CheckCommand extends TraceCommand {
    @Parameters(index = "1", paramLabel = "A", description = "The snapshot that is trusted: name or number.")
    private String baseline = "";

    @Parameters(index = "2", paramLabel = "B", description = "The snapshot under suspicion: name or number.")
    private String current = "";

    @Option(names = "--record", description = "Also record the results in the trace, a violation as an alarm.")
    private boolean record;

    @Mixin
    private SymbolsOption symbols = new SymbolsOption();

    CheckCommand(Console console) {
        super(console);
    }

    @Override
    int run(Trace trace) throws IOException {
        SnapshotInfo trusted = snapshot(trace, baseline);
        SnapshotInfo suspected = snapshot(trace, current);
        SymbolTable table = symbols.load(trace.path()).orElseGet(SymbolTable::empty);
        List<CheckReport> reports = record
                ? CheckAfterImport.compare(trace, trusted, suspected, table, ProgressMonitor.none())
                : CheckAfterImport.evaluate(trace, trusted, suspected, ProgressMonitor.none());
        if (wantsJson()) {
            ObjectNode json =
                    Json.object().put("trace", trace.path().toAbsolutePath().toString());
            json.set("checks", Json.array(reports, report -> CheckText.json(report, table)));
            write(json);
        } else {
            reports.forEach(report -> CheckText.print(report, table, this));
        }
        return reports.stream().anyMatch(CheckReport::isViolated)
                ? CommandLineInterface.FOUND
                : CommandLineInterface.FINE;
    }
}
