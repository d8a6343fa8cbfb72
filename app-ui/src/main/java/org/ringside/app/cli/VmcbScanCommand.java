package org.ringside.app.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Optional;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.svm.CarvedVmcb;
import org.ringside.decoder.svm.Vmcb;
import org.ringside.decoder.svm.VmcbCarver;
import org.ringside.decoder.svm.VmcbField;
import org.ringside.decoder.svm.VmcbTree;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.Trace;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "scan",
        mixinStandardHelpOptions = true,
        description = {
            "Finds the VMCBs of a snapshot by what VMRUN demands of them, with the score and what nearly was one; and the pages where",
            "VMRUN keeps the host's state."
        })
final class VmcbScanCommand extends TraceCommand {
    @Parameters(index = "1", paramLabel = "SNAP", description = "A snapshot's name or number.")
    private String snapshot = "";

    @Option(names = "--reasons", description = "Also print each test behind a score.")
    private boolean reasons;

    VmcbScanCommand(Console console) {
        super(console);
    }

    @Override
    int run(Trace trace) throws IOException {
        SnapshotInfo chosen = snapshot(trace, snapshot);
        PhysicalMemory memory = trace.memory(chosen.id());
        VmcbCarver.Result result;
        try (Cancellation cancellation = Cancellation.onInterrupt()) {
            result = new VmcbCarver(memory, cancellation::isWanted).scan();
        }
        if (wantsJson()) {
            ObjectNode json =
                    Json.object().put("trace", trace.path().toAbsolutePath().toString());
            json.set("snapshot", Json.reference(chosen));
            json.setAll(SvmJson.scan(result, one -> read(memory, one)));
            write(json);
        } else {
            result.vmcbs().forEach(one -> print(one, read(memory, one)));
            if (result.vmcbs().isEmpty()) {
                line("no VMCBs");
            }
            for (CarvedVmcb other : result.runnersUp()) {
                line("not enough: %s", other);
                reasons(other);
            }
            line("%,d pages looked at%s", result.pages(), result.complete() ? "" : "; stopped before the end");
        }
        return CommandLineInterface.FINE;
    }

    private static Optional<Vmcb> read(PhysicalMemory memory, CarvedVmcb one) {
        return Vmcb.read(memory, one.address()).toOptional();
    }

    private void print(CarvedVmcb one, Optional<Vmcb> vmcb) {
        line(
                "%-12s %s (%d %%: %d of %d points)",
                Json.hex(one.address()),
                one.kind().title(),
                one.score().percent(),
                one.score().points(),
                one.score().possible());
        reasons(one);
        if (vmcb.isEmpty()) {
            return;
        }
        String registers = "CR3 %s RIP %s"
                .formatted(
                        Json.hex(vmcb.get().element(VmcbField.CR3, 0)),
                        Json.hex(vmcb.get().element(VmcbField.RIP, 0)));
        if (one.kind() == CarvedVmcb.Kind.HOST_SAVE_AREA) {
            line("  host %s", registers);
        } else {
            line("  %s", VmcbTree.summary(vmcb.get()));
            if (!vmcb.get().encryptedState()) {
                line("  guest %s", registers);
            }
        }
    }

    private void reasons(CarvedVmcb one) {
        if (reasons) {
            one.score().tests().forEach(test -> line("    %s", test));
        }
    }
}
