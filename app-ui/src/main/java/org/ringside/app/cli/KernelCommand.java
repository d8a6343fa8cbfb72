package org.ringside.app.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ringside.agent.kernel.image.KernelFinder;
import org.ringside.agent.kernel.image.KernelSearch;
import org.ringside.agent.kernel.image.LinuxKernel;
import org.ringside.agent.kernel.image.SymbolComparison;
import org.ringside.agent.kernel.objects.KernelModules;
import org.ringside.agent.kernel.objects.KernelTasks;
import org.ringside.agent.kernel.objects.PerCpuAreas;
import org.ringside.decoder.cpu.CpuRegisters;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.Severity;
import org.ringside.decoder.symbol.Symbol;
import org.ringside.decoder.symbol.SymbolTable;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.Trace;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "kernel",
        mixinStandardHelpOptions = true,
        description = {
            "Find Linux in a snapshot's memory, without a symbol file: where it lies, its own symbols and types, its modules and tasks.",
            "With --vmcs: in the memory of a guest. Exit status 1 if a module is hidden, a list is broken, or the given symbols disagree."
        })
final class KernelCommand extends TraceCommand {
    @Parameters(index = "1", paramLabel = "SNAP", description = "A snapshot's name or number.")
    private String snapshot = "";

    @Option(
            names = "--dump-symbols",
            description = "Write the symbols found, in the form of System.map, and nothing else.")
    private boolean dump;

    @Mixin
    private SymbolsOption symbols = new SymbolsOption();

    @Mixin
    private LevelOptions levels = new LevelOptions();

    @Mixin
    private LayoutOptions layouts = new LayoutOptions();

    KernelCommand(Console console) {
        super(console);
    }

    /**
     * All that is said of a kernel.
     *
     * @param kernel the kernel
     * @param modules its modules
     * @param tasks its tasks
     * @param areas its per-CPU areas
     * @param comparison its symbols beside the given ones; empty if none were given
     */
    record Picture(
            LinuxKernel kernel,
            Observed<KernelModules> modules,
            Observed<KernelTasks> tasks,
            Observed<PerCpuAreas> areas,
            Optional<SymbolComparison> comparison) {
        static Picture of(LinuxKernel kernel, Optional<SymbolTable> given) {
            return new Picture(
                    kernel,
                    KernelModules.of(kernel),
                    KernelTasks.of(kernel),
                    PerCpuAreas.of(kernel),
                    given.map(file -> SymbolComparison.of(kernel.symbols(), file)));
        }

        List<Finding> findings() {
            List<Finding> all = new ArrayList<>(kernel.kallsyms().findings());
            modules.toOptional().ifPresent(found -> all.addAll(found.findings()));
            tasks.toOptional().ifPresent(found -> all.addAll(found.findings()));
            areas.toOptional().ifPresent(found -> all.addAll(found.findings()));
            return all;
        }

        boolean isOutOfOrder() {
            return comparison.filter(compared -> compared.disagreeing() > 0).isPresent()
                    || findings().stream()
                            .anyMatch(finding -> finding.severity().compareTo(Severity.ERROR) >= 0);
        }
    }

    @Override
    int run(Trace trace) throws IOException {
        SnapshotInfo chosen = snapshot(trace, snapshot);
        PhysicalMemory host = trace.memory(chosen.id());
        PhysicalMemory memory = levels.open(
                        host, layouts, VmcsSubjectCommand.capabilities(trace, chosen), TableLimits.standard())
                .innermost()
                .memory();
        List<CpuRegisters> cpus = levels.isEmpty() ? trace.state(chosen.id()).cpus() : List.of();
        KernelSearch search = KernelFinder.search(memory, cpus, () -> false);
        if (dump) {
            return dump(search);
        }
        Optional<SymbolTable> given =
                search instanceof KernelSearch.Found ? symbols.load(trace.path()) : Optional.empty();
        Optional<Picture> picture = search instanceof KernelSearch.Found(LinuxKernel kernel, var others, var findings)
                ? Optional.of(Picture.of(kernel, given))
                : Optional.empty();
        if (wantsJson()) {
            ObjectNode json =
                    Json.object().put("trace", trace.path().toAbsolutePath().toString());
            json.set("snapshot", Json.reference(chosen));
            KernelJson.search(json, search);
            picture.ifPresent(found -> KernelJson.picture(json, found));
            write(json);
        } else {
            KernelText.print(this, search);
            picture.ifPresent(found -> KernelText.print(this, found));
        }
        return picture.map(Picture::isOutOfOrder).orElse(false)
                ? CommandLineInterface.FOUND
                : CommandLineInterface.FINE;
    }

    private int dump(KernelSearch search) throws CommandFailure {
        if (!(search instanceof KernelSearch.Found(LinuxKernel kernel, var others, var findings))) {
            throw new CommandFailure(
                    "no kernel with symbols was found; without --dump-symbols the command says what is missing");
        }
        SymbolTable table = kernel.symbols();
        for (int i = 0; i < table.size(); i++) {
            Symbol symbol = table.symbol(i);
            line("%016x %c %s", symbol.address(), symbol.type(), symbol.name());
        }
        return CommandLineInterface.FINE;
    }
}
