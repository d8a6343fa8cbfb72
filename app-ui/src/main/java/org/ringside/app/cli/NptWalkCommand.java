package org.ringside.app.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.nested.Journey;
import org.ringside.decoder.nested.NestedGuests;
import org.ringside.decoder.npt.NestedPageTables;
import org.ringside.decoder.npt.NptAccess;
import org.ringside.decoder.npt.NptOutcome;
import org.ringside.decoder.paging.PagingContext;
import org.ringside.decoder.structure.StructureNode;
import org.ringside.decoder.svm.ExitInformation;
import org.ringside.decoder.svm.GuestPaging;
import org.ringside.decoder.translation.TableLimits;
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
            "The way of a guest-physical address through nested page tables, and what an access to it does; with --virtual the way of a",
            "linear address of the guest, through the guest's own tables first. Exit status 1 if the access is not done."
        })
final class NptWalkCommand extends TraceCommand {
    private static final String NESTED_PAGE_FAULT = "VMEXIT_NPF";

    @Parameters(index = "1", paramLabel = "SNAP", description = "A snapshot's name or number.")
    private String snapshot = "";

    @Parameters(
            index = "2",
            paramLabel = "ADDRESS",
            description = "A guest-physical address; with --virtual a linear one.")
    private String address = "";

    @Option(
            names = "--access",
            paramLabel = "r|w|x",
            defaultValue = "r",
            description = "Read, write or fetch, default ${DEFAULT-VALUE}.")
    private String access = "r";

    @Option(names = "--user", description = "The access is made in user mode, default in supervisor mode.")
    private boolean user;

    @Option(names = "--paging", description = "The processor makes it to walk the guest's own page tables.")
    private boolean paging;

    @Option(names = "--virtual", description = "ADDRESS is a linear address of the guest of the VMCB.")
    private boolean virtual;

    @Mixin
    private NptOptions tables = new NptOptions();

    NptWalkCommand(Console console) {
        super(console);
    }

    @Override
    int run(Trace trace) throws IOException {
        SnapshotInfo chosen = snapshot(trace, snapshot);
        long from = AddressOptions.number("ADDRESS", address);
        NptAccess wanted = access();
        PhysicalMemory memory = trace.memory(chosen.id());
        NptOptions.Chosen guest = tables.open(memory);
        NestedGuests nested = NestedGuests.ofNestedPaging(memory, List.of(guest.context()), TableLimits.standard());
        Journey journey = virtual ? nested.virtual(1, paging(guest), from) : nested.physical(1, from);
        Optional<NptOutcome> outcome = last(journey)
                .map(guestPhysical -> new NestedPageTables(memory, guest.context()).outcome(guestPhysical, wanted));
        if (wantsJson()) {
            ObjectNode json =
                    Json.object().put("trace", trace.path().toAbsolutePath().toString());
            json.set("snapshot", Json.reference(chosen));
            guest.vmcb().ifPresent(vmcb -> json.put("vmcb", Json.hex(vmcb.address())));
            SvmJson.context(json, guest.context());
            json.put("address", Json.hex(from)).put("kind", virtual ? "virtual" : "physical");
            json.set("stages", Json.array(journey.stages(), NptWalkCommand::json));
            switch (journey.hostPhysical()) {
                case Observed.Known<Long>(Long host) -> json.put("hostPhysical", Json.hex(host));
                case Observed<Long> missing -> json.put("missing", missing.reason());
            }
            json.set("access", json(wanted));
            outcome.ifPresent(known -> json.set("outcome", json(known)));
            write(json);
        } else {
            print(journey, outcome);
        }
        return outcome.filter(known -> known instanceof NptOutcome.NestedPageFault)
                        .isPresent()
                ? CommandLineInterface.FOUND
                : CommandLineInterface.FINE;
    }

    private static PagingContext paging(NptOptions.Chosen guest) throws CommandFailure {
        if (guest.vmcb().isEmpty()) {
            throw new CommandFailure("--virtual: the guest's CR3 is in its VMCB; give --vmcb instead of --ncr3");
        }
        return switch (GuestPaging.of(guest.vmcb().get())) {
            case Observed.Known<PagingContext>(PagingContext context) -> context;
            case Observed<PagingContext> missing -> throw new CommandFailure("--virtual: " + missing.reason());
        };
    }

    /** The guest-physical address that the nested tables are asked for, if the guest's own tables lead to one. */
    private Optional<Long> last(Journey journey) {
        return virtual
                ? journey.stages().getFirst().output().toOptional()
                : Optional.of(journey.stages().getFirst().input());
    }

    private NptAccess access() throws CommandFailure {
        NptAccess.Kind kind = switch (access) {
            case "r", "read" -> NptAccess.Kind.READ;
            case "w", "write" -> NptAccess.Kind.WRITE;
            case "x", "execute", "fetch" -> NptAccess.Kind.FETCH;
            default -> throw new CommandFailure("--access %s: must be r, w or x".formatted(access));
        };
        if (paging && kind == NptAccess.Kind.FETCH) {
            throw new CommandFailure("--paging: the processor reads or writes the guest's page tables");
        }
        return new NptAccess(kind, !user, paging);
    }

    private static ObjectNode json(Journey.Stage stage) {
        ObjectNode json = Json.object().put("name", stage.name()).put("input", Json.hex(stage.input()));
        WalkJson.walk(json, stage.walk(), stage.entries());
        return json;
    }

    private static ObjectNode json(NptAccess access) {
        return Json.object()
                .put("kind", access.kind().name().toLowerCase(Locale.ROOT))
                .put("user", !access.supervisor())
                .put("paging", access.guestTable());
    }

    private static ObjectNode json(NptOutcome outcome) {
        ObjectNode json = Json.object();
        switch (outcome) {
            case NptOutcome.Allowed allowed ->
                json.put("result", "allowed")
                        .put("target", Json.hex(allowed.translation().output()));
            case NptOutcome.NestedPageFault fault -> {
                json.put("result", "nested-page-fault")
                        .put("exit", NESTED_PAGE_FAULT)
                        .put("exitInfo1", Json.hex(fault.exitInfo1()))
                        .put("exitInfo2", Json.hex(fault.exitInfo2()))
                        .put("entry", Json.hex(fault.step().entryAddress()));
                json.set("exitInfo1Bits", StructureJson.bits(decoded(fault)));
            }
            case NptOutcome.Unknown unknown -> json.put("result", "not-evaluable");
        }
        return json.put("reason", outcome.reason());
    }

    private static StructureNode.Field decoded(NptOutcome.NestedPageFault fault) {
        return ExitInformation.NESTED_PAGE_FAULT.decode(
                "EXITINFO1", Observed.known(fault.exitInfo1()), Optional.empty());
    }

    private void print(Journey journey, Optional<NptOutcome> outcome) {
        for (Journey.Stage stage : journey.stages()) {
            line(
                    "%s: %s, %s, root %s",
                    stage.name(),
                    Json.hex(stage.input()),
                    stage.walk().format().name(),
                    Json.hex(stage.walk().root()));
            WalkJson.print(this, stage.walk(), stage.entries());
        }
        switch (outcome.orElse(null)) {
            case NptOutcome.Allowed allowed -> line("allowed: %s", allowed.reason());
            case NptOutcome.NestedPageFault fault -> {
                line("nested page fault (%s): %s", NESTED_PAGE_FAULT, fault.reason());
                line("  EXITINFO1 %s, EXITINFO2 %s", Json.hex(fault.exitInfo1()), Json.hex(fault.exitInfo2()));
                for (StructureNode child : decoded(fault).children()) {
                    if (child instanceof StructureNode.Field bit && bit.value().orElse(0L) != 0) {
                        line("    %s: %s", bit.name(), bit.meaning());
                    }
                }
            }
            case NptOutcome.Unknown unknown -> line("cannot be told: %s", unknown.reason());
            case null ->
                line("the guest's own tables lead nowhere: its kernel gets a page fault, the hypervisor nothing");
        }
    }
}
