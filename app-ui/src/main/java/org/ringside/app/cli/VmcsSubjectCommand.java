package org.ringside.app.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.nested.MemorySpace;
import org.ringside.decoder.nested.VmxSurvey;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.vmcs.BochsVmcsText;
import org.ringside.decoder.vmcs.LayoutScore;
import org.ringside.decoder.vmcs.Vmcs;
import org.ringside.decoder.vmcs.VmcsDump;
import org.ringside.decoder.vmcs.VmcsLayout;
import org.ringside.decoder.vmcs.VmcsValues;
import org.ringside.decoder.vmcs.VmxCapabilities;
import org.ringside.decoder.vmcs.VmxCapabilityText;
import org.ringside.trace.MachineState;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.Trace;
import org.ringside.trace.TraceFile;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A command on one VMCS: of a snapshot, or of a text that a kernel or an emulator printed. */
abstract class VmcsSubjectCommand extends RingsideCommand {
    private static final long LONGEST_DUMP = 16L << 20;
    private static final long LONGEST_CAPABILITIES = 1L << 20;

    @Parameters(index = "0", arity = "0..1", paramLabel = "TRACE", description = "A trace, *.ringside.")
    private Optional<Path> trace = Optional.empty();

    @Parameters(index = "1", arity = "0..1", paramLabel = "SNAP", description = "A snapshot's name or number.")
    private Optional<String> snapshot = Optional.empty();

    @Parameters(
            index = "2",
            arity = "0..1",
            paramLabel = "ADDRESS",
            description =
                    "Physical address of the VMCS, in the innermost memory that --vmcs leads to; with L0: before it in the host's.")
    private Optional<String> address = Optional.empty();

    @Option(
            names = "--dump",
            paramLabel = "FILE",
            description = {
                "Instead of a snapshot: a kernel log with what KVM prints of a VMCS (kvm_intel.dump_invalid_vmcs=1), or what",
                "Bochs's debugger answers to show \"cpu0.VMX\"; of several answers the last."
            })
    private Optional<Path> dump = Optional.empty();

    @Option(
            names = "--capabilities",
            paramLabel = "FILE",
            description = {
                "The VMX capability MSRs (0x480 to 0x493) of the processor that runs the VMCS, as text: lines with number or name and",
                "value, as rdmsr and its like print them; /proc/cpuinfo in it adds the physical-address width. Default: as captured."
            })
    private Optional<Path> capabilities = Optional.empty();

    @Mixin
    private LayoutOptions layouts = new LayoutOptions();

    @Mixin
    private LevelOptions levels = new LevelOptions();

    VmcsSubjectCommand(Console console) {
        super(console);
    }

    /**
     * The VMCS that the command is about.
     *
     * @param title for a person
     * @param values its fields
     * @param region where it lies; empty for a dump
     * @param score how well its layout fits; empty for a dump
     * @param memory what its values are addresses of, if that is known
     * @param capabilities of the processor
     * @param json what every document about it begins with
     */
    record Subject(
            String title,
            VmcsValues values,
            Optional<Vmcs> region,
            Optional<LayoutScore> score,
            Optional<MemorySpace> memory,
            VmxCapabilities capabilities,
            ObjectNode json) {}

    /** Does what the command is for. */
    abstract int run(Subject subject) throws IOException;

    @Override
    final int run() throws IOException {
        if (dump.isPresent()) {
            if (trace.isPresent()) {
                throw new CommandFailure("--dump takes the place of TRACE SNAP ADDRESS; give one or the other");
            }
            return run(ofDump(dump.get()));
        }
        if (trace.isEmpty() || snapshot.isEmpty() || address.isEmpty()) {
            throw new CommandFailure("TRACE, SNAP and ADDRESS are needed, or --dump FILE");
        }
        if (!Files.exists(trace.get())) {
            throw TraceCommand.missing(trace.get());
        }
        try (Trace open = TraceFile.open(trace.get())) {
            return run(ofSnapshot(open, TraceCommand.snapshot(open, snapshot.get()), address.get()));
        }
    }

    private Subject ofDump(Path file) throws IOException {
        if (Files.size(file) > LONGEST_DUMP) {
            throw new CommandFailure(file + ": more than 16 MiB; cut the lines with the VMCS out of it");
        }
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        Optional<VmcsDump> printed = VmcsDump.parse(text);
        List<BochsVmcsText> listed = printed.isPresent() ? List.of() : BochsVmcsText.parse(text);
        if (printed.isEmpty() && listed.isEmpty()) {
            throw new CommandFailure(
                    file
                            + ": no VMCS in it; expected lines like: *** Guest State *** and CR0: actual=0x…, or VMX = { and vmcsptr = 0x…");
        }
        VmcsValues values = printed.isPresent() ? printed.get() : listed.getLast();
        ObjectNode json = Json.object().put("dump", file.toAbsolutePath().toString());
        json.set("notes", Json.strings(printed.map(VmcsDump::notes).orElse(List.of())));
        return new Subject(
                "VMCS printed in " + file.getFileName(),
                values,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                given(json).orElseGet(VmxCapabilities::unknown),
                json);
    }

    private Subject ofSnapshot(Trace open, SnapshotInfo chosen, String where) throws IOException {
        PhysicalMemory host = open.memory(chosen.id());
        ObjectNode json =
                Json.object().put("trace", open.path().toAbsolutePath().toString());
        Optional<VmxCapabilities> told = given(json);
        VmxCapabilities processor = told.isPresent() ? told.get() : capabilities(open, chosen);
        LevelOptions.Levels reached = levels.open(host, layouts, processor, TableLimits.standard());
        LevelOptions.Place place = LevelOptions.place(reached.memories(), "ADDRESS", where);
        LayoutOptions.Chosen read = layouts.read(place.memory().memory(), place.value());
        Vmcs vmcs = read.vmcs();
        Optional<MemorySpace> memory = owner(host, reached, place, vmcs);
        json.set("snapshot", Json.reference(chosen));
        json.put("address", Json.hex(vmcs.address()))
                .put("pageSpace", place.memory().space().toString());
        memory.ifPresent(known -> json.put("space", known.space().toString()).put("level", known.level()));
        json.put("revision", "0x%x".formatted(vmcs.revision())).put("shadow", vmcs.isShadow());
        vmcs.launched().toOptional().ifPresent(launched -> json.put("launched", launched));
        VmxJson.score(json, read.score());
        json.put("verified", vmcs.layout().verified());
        return new Subject(
                "VMCS at %s of %s".formatted(Json.hex(vmcs.address()), place.memory()),
                vmcs,
                Optional.of(vmcs),
                Optional.of(read.score()),
                memory,
                processor,
                json);
    }

    /** What {@code --capabilities} says; {@code json} is told what was read. */
    private Optional<VmxCapabilities> given(ObjectNode json) throws IOException {
        if (capabilities.isEmpty()) {
            return Optional.empty();
        }
        Path file = capabilities.get();
        if (Files.size(file) > LONGEST_CAPABILITIES) {
            throw new CommandFailure(file + ": more than 1 MiB; cut the lines with the MSRs out of it");
        }
        VmxCapabilityText text = VmxCapabilityText.parse(Files.readString(file, StandardCharsets.ISO_8859_1))
                .orElseThrow(() -> new CommandFailure(
                        file + ": no VMX capability MSR in it; expected lines like: 0x480 00da040000000004"));
        ObjectNode said =
                Json.object().put("file", file.toAbsolutePath().toString()).put("msrs", text.msrs());
        said.set("notes", Json.strings(text.notes()));
        json.set("capabilities", said);
        return Optional.of(text.capabilities());
    }

    /** What was captured of the processor's capability MSRs. */
    static VmxCapabilities capabilities(Trace open, SnapshotInfo chosen) throws IOException {
        MachineState state = open.state(chosen.id());
        return state.cpus().isEmpty()
                ? VmxCapabilities.unknown()
                : new VmxCapabilities(state.cpus().getFirst());
    }

    /** Whose memory the values speak of: the one that was gone into; for a hypervisor's copy of its guest's VMCS the survey tells. */
    private Optional<MemorySpace> owner(
            PhysicalMemory host, LevelOptions.Levels reached, LevelOptions.Place place, Vmcs vmcs) throws IOException {
        boolean foreign = place.memory().level() == 0
                && (vmcs.isShadow() || vmcs.layout().keeper() == VmcsLayout.Keeper.HYPERVISOR);
        if (reached.memories().size() > 1 || !foreign) {
            return Optional.of(reached.innermost());
        }
        return VmxSurvey.of(host, layouts.layouts(), Set.of(), () -> false).regions().stream()
                .filter(region -> region.address() == vmcs.address())
                .findFirst()
                .flatMap(region -> region.owner());
    }
}
