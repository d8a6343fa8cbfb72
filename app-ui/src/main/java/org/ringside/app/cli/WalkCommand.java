package org.ringside.app.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ringside.decoder.cpu.CpuRegisters;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.nested.Journey;
import org.ringside.decoder.nested.MemorySpace;
import org.ringside.decoder.nested.NestedGuests;
import org.ringside.decoder.nested.VmcsPaging;
import org.ringside.decoder.paging.PageWalker;
import org.ringside.decoder.paging.PagingContext;
import org.ringside.decoder.paging.ReverseMap;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.Trace;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "walk",
        mixinStandardHelpOptions = true,
        description = {
            "The way of an address through the page tables of every level, entry by entry, down to host-physical memory.",
            "By default a virtual address: of the guest of the last --vmcs, or without --vmcs of the captured registers."
        })
final class WalkCommand extends TraceCommand {
    @Parameters(index = "1", paramLabel = "SNAP", description = "A snapshot's name or number.")
    private String snapshot = "";

    @Parameters(
            index = "2",
            arity = "0..1",
            paramLabel = "ADDRESS",
            description = "Where to begin; not with --reverse.")
    private Optional<String> address = Optional.empty();

    @ArgGroup(exclusive = true)
    private Start start = new Start();

    @Option(
            names = "--cr3",
            paramLabel = "VALUE",
            description = "The page tables of this root, in the innermost memory.")
    private Optional<String> cr3 = Optional.empty();

    @Option(
            names = "--vcpu",
            paramLabel = "N",
            defaultValue = "0",
            description = "Whose captured registers, default ${DEFAULT-VALUE}.")
    private int vcpu;

    @Option(
            names = "--most",
            paramLabel = "N",
            defaultValue = "256",
            description = "With --reverse: mappings listed at most in each memory, default ${DEFAULT-VALUE}.")
    private int most = 256;

    @Mixin
    private LevelOptions levels = new LevelOptions();

    @Mixin
    private LayoutOptions layouts = new LayoutOptions();

    /** What the walk begins with. */
    static final class Start {
        @Option(names = "--physical", description = "ADDRESS is a physical address of the innermost memory.")
        private boolean physical;

        @Option(
                names = "--host",
                description =
                        "ADDRESS is a virtual address of the hypervisor of the last --vmcs: its host CR3, not its guest's.")
        private boolean host;

        @Option(
                names = "--reverse",
                paramLabel = "PHYSICAL",
                description = "The other way: every address that leads to this host-physical page, in every memory.")
        private Optional<String> reverse = Optional.empty();
    }

    WalkCommand(Console console) {
        super(console);
    }

    @Override
    int run(Trace trace) throws IOException {
        SnapshotInfo chosen = snapshot(trace, snapshot);
        PhysicalMemory host = trace.memory(chosen.id());
        TableLimits limits = TableLimits.standard();
        LevelOptions.Levels reached =
                levels.open(host, layouts, VmcsSubjectCommand.capabilities(trace, chosen), limits);
        Optional<CpuRegisters> registers = trace.state(chosen.id()).cpus().stream()
                .filter(cpu -> cpu.vcpu() == vcpu)
                .findFirst();
        ObjectNode json =
                Json.object().put("trace", trace.path().toAbsolutePath().toString());
        json.set("snapshot", Json.reference(chosen));
        if (start.reverse.isPresent()) {
            if (most < 1) {
                throw new CommandFailure("--most " + most + ": must be at least 1");
            }
            reverse(json, reached, registers, AddressOptions.number("--reverse", start.reverse.get()), limits);
        } else {
            journey(json, reached, registers, limits);
        }
        return CommandLineInterface.FINE;
    }

    private void journey(
            ObjectNode json, LevelOptions.Levels reached, Optional<CpuRegisters> registers, TableLimits limits)
            throws CommandFailure {
        long from = AddressOptions.number(
                "ADDRESS", address.orElseThrow(() -> new CommandFailure("ADDRESS is needed, or --reverse PHYSICAL")));
        int innermost = reached.memories().size() - 1;
        if (start.host && innermost == 0) {
            throw new CommandFailure("--host: the hypervisor of which VMCS? Name it with --vmcs");
        }
        int level = start.host ? innermost - 1 : innermost;
        NestedGuests nested = new NestedGuests(
                reached.memories().getFirst().memory(), reached.innermost().path(), limits);
        Journey journey = start.physical
                ? nested.physical(level, from)
                : nested.virtual(level, paging(reached, registers, level), from);
        if (wantsJson()) {
            json.put("address", Json.hex(from))
                    .put("level", level)
                    .put("kind", start.physical ? "physical" : "virtual");
            json.set("stages", Json.array(journey.stages(), WalkCommand::json));
            end(json, journey);
            write(json);
        } else {
            for (Journey.Stage stage : journey.stages()) {
                line(
                        "%s: %s, %s, root %s",
                        stage.name(),
                        Json.hex(stage.input()),
                        stage.walk().format().name(),
                        Json.hex(stage.walk().root()));
                WalkJson.print(this, stage.walk(), stage.entries());
            }
            line(
                    "%s",
                    journey.hostPhysical() instanceof Observed.Known<Long>(Long physical)
                            ? "host-physical " + Json.hex(physical)
                            : "does not reach host-physical memory");
        }
    }

    private static ObjectNode json(Journey.Stage stage) {
        ObjectNode json = Json.object().put("name", stage.name()).put("input", Json.hex(stage.input()));
        WalkJson.walk(json, stage.walk(), stage.entries());
        return json;
    }

    private static void end(ObjectNode json, Journey journey) {
        switch (journey.hostPhysical()) {
            case Observed.Known<Long>(Long physical) -> json.put("hostPhysical", Json.hex(physical));
            case Observed<Long> none -> json.put("missing", none.reason());
        }
    }

    /** The address space of the walk. */
    private PagingContext paging(LevelOptions.Levels reached, Optional<CpuRegisters> registers, int level)
            throws CommandFailure {
        PhysicalMemory memory = reached.memories().get(level).memory();
        Observed<PagingContext> captured;
        if (reached.last().isPresent()) {
            captured = start.host
                    ? VmcsPaging.host(reached.last().get())
                    : VmcsPaging.guest(reached.last().get());
        } else {
            captured = registers
                    .map(PagingContext::of)
                    .orElseGet(
                            () -> new Observed.Unreadable<>("no registers of vCPU %d were captured".formatted(vcpu)));
        }
        if (cr3.isPresent()) {
            long root = AddressOptions.number("--cr3", cr3.get());
            return captured instanceof Observed.Known<PagingContext>(PagingContext known)
                    ? known.withCr3(root)
                    : PagingContext.assumed(memory, root);
        }
        return captured.toOptional()
                .orElseThrow(() -> new CommandFailure(
                        "cannot walk virtual addresses: %s; give --cr3, or --vmcs for a guest's, or import the snapshot with --registers"
                                .formatted(captured.reason())));
    }

    /** A way that leads to the page. */
    private record Found(MemorySpace memory, Optional<Long> cr3, long address, String rights) {}

    private void reverse(
            ObjectNode json,
            LevelOptions.Levels reached,
            Optional<CpuRegisters> registers,
            long target,
            TableLimits limits)
            throws CommandFailure {
        long page = target & -PhysicalMemory.PAGE_SIZE;
        List<Found> found = new ArrayList<>();
        boolean complete = true;
        for (MemorySpace memory : reached.memories()) {
            List<Long> addresses = memory.addressesOf(page);
            complete &= addresses.size() <= most;
            for (long here : addresses.subList(0, Math.min(most, addresses.size()))) {
                if (memory.level() > 0) {
                    found.add(new Found(memory, Optional.empty(), here, rights(memory, here)));
                }
            }
        }
        for (AddressSpaceOf space : spaces(reached, registers)) {
            PageWalker walker = new PageWalker(space.memory().memory(), space.paging());
            for (long here :
                    space.memory().addressesOf(page).stream().limit(most).toList()) {
                ReverseMap mappings = walker.mappingsOf(here, most, limits);
                complete &= mappings.complete();
                mappings.mappings()
                        .forEach(mapping -> found.add(new Found(
                                space.memory(),
                                Optional.of(space.paging().cr3()),
                                mapping.linear(),
                                mapping.range().rights().toString())));
            }
        }
        if (wantsJson()) {
            json.put("page", Json.hex(page)).put("complete", complete);
            json.set("mappings", Json.array(found, WalkCommand::json));
            write(json);
        } else {
            found.forEach(one -> line(
                    "%s %s %s in %s",
                    one.cr3()
                            .map(root -> "virtual (CR3 " + Json.hex(root) + ")")
                            .orElse("physical"),
                    Json.hex(one.address()),
                    one.rights(),
                    one.memory()));
            line(
                    "%d mappings of host-physical page %s%s",
                    found.size(), Json.hex(page), complete ? "" : " (not all of them)");
        }
    }

    private static String rights(MemorySpace memory, long address) {
        return memory.tables()
                .map(tables -> tables.translate(address)
                        .map(translation -> translation.rights().toString())
                        .orElse("?"))
                .orElse("");
    }

    private static ObjectNode json(Found found) {
        ObjectNode json = Json.object()
                .put("level", found.memory().level())
                .put("memory", found.memory().space().toString())
                .put("kind", found.cr3().isPresent() ? "virtual" : "physical");
        found.cr3().ifPresent(root -> json.put("cr3", Json.hex(root)));
        return json.put("address", Json.hex(found.address())).put("rights", found.rights());
    }

    /** A known address space in one of the memories. */
    private record AddressSpaceOf(MemorySpace memory, PagingContext paging) {}

    /** The hypervisor's and the guest's of each VMCS; without one those of the captured registers, and that of {@code --cr3}. */
    private List<AddressSpaceOf> spaces(LevelOptions.Levels reached, Optional<CpuRegisters> registers)
            throws CommandFailure {
        List<AddressSpaceOf> spaces = new ArrayList<>();
        if (reached.vmcss().isEmpty() || cr3.isPresent()) {
            if (cr3.isPresent() || registers.isPresent()) {
                int level = reached.memories().size() - 1;
                spaces.add(new AddressSpaceOf(reached.innermost(), paging(reached, registers, level)));
            }
            return spaces;
        }
        for (int i = 0; i < reached.vmcss().size(); i++) {
            MemorySpace below = reached.memories().get(i);
            MemorySpace above = reached.memories().get(i + 1);
            VmcsPaging.host(reached.vmcss().get(i))
                    .toOptional()
                    .ifPresent(paging -> spaces.add(new AddressSpaceOf(below, paging)));
            VmcsPaging.guest(reached.vmcss().get(i))
                    .toOptional()
                    .ifPresent(paging -> spaces.add(new AddressSpaceOf(above, paging)));
        }
        return spaces.stream().distinct().toList();
    }
}
