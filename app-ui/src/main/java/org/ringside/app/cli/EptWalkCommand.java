package org.ringside.app.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.ringside.decoder.ept.EptAccess;
import org.ringside.decoder.ept.EptOutcome;
import org.ringside.decoder.ept.ExtendedPageTables;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.nested.Journey;
import org.ringside.decoder.nested.MemorySpace;
import org.ringside.decoder.structure.StructureNode;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.translation.TableStep;
import org.ringside.decoder.translation.TableWalk;
import org.ringside.decoder.vmcs.ExitQualifications;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.Trace;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "walk",
        mixinStandardHelpOptions = true,
        description = {
            "The way of a guest-physical address through extended page tables, and what an access to it does.",
            "Exit status 1 if the access is not done: a VM exit (violation, misconfiguration) or #VE."
        })
final class EptWalkCommand extends TraceCommand {
    private static final int VIOLATION = 48;
    private static final int MISCONFIGURATION = 49;
    /** The defined bits of the exit qualification of an EPT violation. */
    private static final long QUALIFICATION_BITS = 0x1_ffffL;

    @Parameters(index = "1", paramLabel = "SNAP", description = "A snapshot's name or number.")
    private String snapshot = "";

    @Parameters(index = "2", paramLabel = "GPA", description = "A guest-physical address.")
    private String address = "";

    @Option(
            names = "--access",
            paramLabel = "r|w|x",
            defaultValue = "r",
            description = "Read, write or fetch, default ${DEFAULT-VALUE}.")
    private String access = "r";

    @Option(names = "--user", description = "The access is made in user mode, default in supervisor mode.")
    private boolean user;

    @Option(
            names = "--paging",
            description =
                    "The processor makes it to read (r) or to update (w) an entry of the guest's own page tables.")
    private boolean paging;

    @Option(
            names = "--no-linear",
            description = "It does not come from a linear address, like the load of PDPTEs by MOV CR3.")
    private boolean noLinear;

    @Option(names = "--shadow-stack", description = "It is a load from (r) or a store to (w) a shadow stack.")
    private boolean shadowStack;

    @Mixin
    private EptOptions tables = new EptOptions();

    EptWalkCommand(Console console) {
        super(console);
    }

    @Override
    int run(Trace trace) throws IOException {
        SnapshotInfo chosen = snapshot(trace, snapshot);
        long guestPhysical = AddressOptions.number("GPA", address);
        EptAccess wanted = access();
        MemorySpace guest = tables.open(
                trace.memory(chosen.id()), VmcsSubjectCommand.capabilities(trace, chosen), TableLimits.standard());
        ExtendedPageTables ept = guest.tables().orElseThrow();
        TableWalk walk = ept.walk(guestPhysical);
        EptOutcome outcome = ept.outcome(guestPhysical, wanted);
        List<Journey.Entry> entries = new ArrayList<>();
        for (TableStep step : walk.steps()) {
            Observed<Long> host = guest.outer()
                    .map(outer -> outer.hostPhysical(step.entryAddress()))
                    .orElseGet(() -> Observed.known(step.entryAddress()));
            entries.add(new Journey.Entry(step, host));
        }
        if (wantsJson()) {
            ObjectNode json =
                    Json.object().put("trace", trace.path().toAbsolutePath().toString());
            json.set("snapshot", Json.reference(chosen));
            json.put("eptp", Json.hex(ept.context().pointer().raw())).put("address", Json.hex(guestPhysical));
            WalkJson.walk(json, walk, entries);
            json.set("access", json(wanted));
            json.set("outcome", json(outcome));
            write(json);
        } else {
            line("%s, %s", guest, Json.hex(guestPhysical));
            WalkJson.print(this, walk, entries);
            print(outcome);
        }
        return switch (outcome) {
            case EptOutcome.Violation v -> CommandLineInterface.FOUND;
            case EptOutcome.VirtualizationException v -> CommandLineInterface.FOUND;
            case EptOutcome.Misconfiguration m -> CommandLineInterface.FOUND;
            case EptOutcome.Allowed a -> CommandLineInterface.FINE;
            case EptOutcome.SubPageDecides s -> CommandLineInterface.FINE;
            case EptOutcome.Unknown u -> CommandLineInterface.FINE;
        };
    }

    private EptAccess access() throws CommandFailure {
        EptAccess.Kind kind = switch (access) {
            case "r", "read" -> EptAccess.Kind.READ;
            case "w", "write" -> EptAccess.Kind.WRITE;
            case "x", "execute", "fetch" -> EptAccess.Kind.FETCH;
            default -> throw new CommandFailure("--access %s: must be r, w or x".formatted(access));
        };
        if (paging && (kind == EptAccess.Kind.FETCH || user)) {
            throw new CommandFailure("--paging: the processor reads or writes its page tables, and not in user mode");
        }
        if (shadowStack && (kind == EptAccess.Kind.FETCH || paging)) {
            throw new CommandFailure(
                    "--shadow-stack: a shadow stack is read or written, and not by the walk of page tables");
        }
        EptAccess made = new EptAccess(kind, user, !noLinear, paging);
        return shadowStack ? made.toShadowStack() : made;
    }

    private static ObjectNode json(EptAccess access) {
        return Json.object()
                .put("kind", access.kind().name().toLowerCase(Locale.ROOT))
                .put("user", access.user())
                .put("paging", access.paging())
                .put("shadowStack", access.shadowStack())
                .put("linear", access.linearAddress());
    }

    private static ObjectNode json(EptOutcome outcome) {
        ObjectNode json = Json.object();
        switch (outcome) {
            case EptOutcome.Allowed allowed ->
                json.put("result", "allowed")
                        .put("target", Json.hex(allowed.translation().output()));
            case EptOutcome.Violation violation -> {
                json.put("result", "violation").put("exitReason", VIOLATION);
                qualification(json, violation.qualification(), violation.predicted(), violation.step());
            }
            case EptOutcome.VirtualizationException exception -> {
                json.put("result", "virtualization-exception");
                qualification(json, exception.qualification(), exception.predicted(), exception.step());
            }
            case EptOutcome.Misconfiguration wrong -> {
                json.put("result", "misconfiguration")
                        .put("exitReason", MISCONFIGURATION)
                        .put("entry", Json.hex(wrong.step().entryAddress()));
                json.set("findings", Json.array(wrong.findings(), Json::finding));
            }
            case EptOutcome.SubPageDecides decides ->
                json.put("result", "sub-page-decides")
                        .put("entry", Json.hex(decides.step().entryAddress()));
            case EptOutcome.Unknown unknown -> json.put("result", "not-evaluable");
        }
        return json.put("reason", outcome.reason());
    }

    private static void qualification(ObjectNode json, long qualification, long predicted, TableStep step) {
        json.put("qualification", Json.hex(qualification))
                .put("qualificationPredicted", Json.hex(predicted & QUALIFICATION_BITS))
                .put("entry", Json.hex(step.entryAddress()));
        json.set("qualificationBits", StructureJson.bits(decoded(qualification)));
    }

    private static StructureNode.Field decoded(long qualification) {
        return ExitQualifications.EPT_VIOLATION.decode(
                "Exit qualification", Observed.known(qualification), Optional.empty());
    }

    private void print(EptOutcome outcome) {
        switch (outcome) {
            case EptOutcome.Allowed allowed -> line("allowed: %s", allowed.reason());
            case EptOutcome.Violation violation -> {
                line("EPT violation (exit reason %d): %s", VIOLATION, violation.reason());
                print(violation.qualification());
            }
            case EptOutcome.VirtualizationException exception -> {
                line("virtualization exception (#VE) in the guest: %s", exception.reason());
                print(exception.qualification());
            }
            case EptOutcome.Misconfiguration wrong -> {
                line("EPT misconfiguration (exit reason %d): %s", MISCONFIGURATION, wrong.reason());
                wrong.findings().forEach(finding -> line("  %s", finding.message()));
            }
            case EptOutcome.SubPageDecides decides -> line("%s", decides.reason());
            case EptOutcome.Unknown unknown -> line("cannot be told: %s", unknown.reason());
        }
    }

    private void print(long qualification) {
        line("  exit qualification %s", Json.hex(qualification));
        for (StructureNode child : decoded(qualification).children()) {
            if (child instanceof StructureNode.Field bit && bit.value().orElse(0L) != 0) {
                line("    %s%s", bit.name(), bit.meaning().isEmpty() ? "" : ": " + bit.meaning());
            }
        }
    }
}
