package org.ringside.app.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.ringside.agent.dma.SnapshotDma;
import org.ringside.decoder.cpu.DeviceRegisters;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.vtd.DeviceReach;
import org.ringside.decoder.vtd.DevicesReaching;
import org.ringside.decoder.vtd.DmaDomain;
import org.ringside.decoder.vtd.DmaSource;
import org.ringside.decoder.vtd.DomainMap;
import org.ringside.decoder.vtd.RemappedDevice;
import org.ringside.decoder.vtd.RemappingUnit;
import org.ringside.decoder.vtd.RequesterId;
import org.ringside.decoder.vtd.UnitRegisters;
import org.ringside.decoder.vtd.UnitRules;
import org.ringside.decoder.vtd.dmar.DmarTable;
import org.ringside.decoder.vtd.finding.DmaEvidence;
import org.ringside.decoder.vtd.finding.DmaFinding;
import org.ringside.decoder.vtd.finding.DmaInspection;
import org.ringside.decoder.vtd.interrupt.InterruptRemappingTable;
import org.ringside.decoder.vtd.queue.InvalidationQueue;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.Trace;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "vtd",
        mixinStandardHelpOptions = true,
        description = {
            "The VT-d units of a snapshot: registers, buses, devices, domains and what each device reaches.",
            "Without one of --dmar, --interrupts, --faults, --queue, --device and --findings:",
            "buses, devices, domains and mappings. --json has all of it, findings of the checks with --findings.",
            "Exit status 1 if, with --writers, a device can write the page, or, with --findings, protection is broken."
        })
final class VtdCommand extends TraceCommand {
    @Parameters(index = "1", paramLabel = "SNAP", description = "A snapshot's name or number.")
    private String snapshot = "";

    @Option(
            names = "--unit",
            paramLabel = "ADDRESS",
            description = "Only the unit with its registers there, for example 0xfed90000.")
    private Optional<String> unit = Optional.empty();

    @Option(
            names = "--root",
            paramLabel = "ADDRESS",
            description = "A unit of which only the root table is known, as in RTADDR.")
    private Optional<String> root = Optional.empty();

    @Option(names = "--writers", paramLabel = "PAGE", description = "Which devices reach this physical page.")
    private Optional<String> writers = Optional.empty();

    @Option(names = "--dmar", description = "The firmware's DMAR table: units and the devices behind each.")
    private boolean dmarTable;

    @Option(names = "--interrupts", description = "Interrupt remapping: which device may raise which interrupt.")
    private boolean interrupts;

    @Option(names = "--faults", description = "Fault status and the recorded faults.")
    private boolean faults;

    @Option(names = "--queue", description = "The invalidation queue: what is pending, what was done.")
    private boolean queue;

    @Option(
            names = "--device",
            paramLabel = "BDF",
            description = "One device: its entries and what it can read and write, for example 00:1f.2.")
    private Optional<String> device = Optional.empty();

    @Option(names = "--findings", description = "What devices can do that they should not.")
    private boolean findings;

    @Option(
            names = "--baseline",
            paramLabel = "SNAP",
            description = "With --findings: an earlier snapshot of the machine, to find entries that changed.")
    private Optional<String> baseline = Optional.empty();

    @Option(
            names = "--mappings",
            paramLabel = "N",
            defaultValue = "65536",
            description = "Ranges listed of a domain at most, default ${DEFAULT-VALUE}.")
    private long mostMappings;

    VtdCommand(Console console) {
        super(console);
    }

    @Override
    int run(Trace trace) throws IOException {
        SnapshotInfo chosen = snapshot(trace, snapshot);
        PhysicalMemory memory = trace.memory(chosen.id());
        if (mostMappings < 1) {
            throw new CommandFailure("--mappings " + mostMappings + ": must be at least 1");
        }
        TableLimits limits = TableLimits.standard().withRanges(mostMappings);
        if (baseline.isPresent() && !findings) {
            throw new CommandFailure("--baseline is for --findings");
        }
        Optional<RequesterId> asked = requester();
        Optional<DmarTable> dmar = dmar(memory);
        List<RemappingUnit> found = units(trace, chosen, memory, dmar);
        List<UnitAnswer> answers = new ArrayList<>();
        for (RemappingUnit one : found) {
            answers.add(answer(memory, one, asked, limits));
        }
        Optional<List<DmaFinding>> checked =
                findings ? Optional.of(check(trace, chosen, memory, found, dmar)) : Optional.empty();
        if (wantsJson()) {
            write(json(trace, chosen, dmar, answers, checked));
        } else {
            print(dmar, answers, checked);
        }
        boolean writer = answers.stream()
                .flatMap(answer -> answer.reaching().stream())
                .anyMatch(reaching ->
                        reaching.everything() || reaching.found().stream().anyMatch(DeviceReach::canWrite));
        boolean violated = checked.stream().flatMap(List::stream).anyMatch(DmaFinding::isViolation);
        return writer || violated ? CommandLineInterface.FOUND : CommandLineInterface.FINE;
    }

    private ObjectNode json(
            Trace trace,
            SnapshotInfo chosen,
            Optional<DmarTable> dmar,
            List<UnitAnswer> answers,
            Optional<List<DmaFinding>> checked)
            throws IOException {
        ObjectNode json =
                Json.object().put("trace", trace.path().toAbsolutePath().toString());
        json.set("snapshot", Json.reference(chosen));
        if (baseline.isPresent()) {
            json.set("baseline", Json.reference(snapshot(trace, baseline.get())));
        }
        dmar.ifPresent(table -> json.set("dmar", VtdTablesJson.dmar(table)));
        json.set("units", Json.array(answers, answer -> VtdJson.unit(answer)));
        checked.ifPresent(list -> json.set("findings", Json.array(list, VtdTablesJson::finding)));
        return json;
    }

    private void print(Optional<DmarTable> dmar, List<UnitAnswer> answers, Optional<List<DmaFinding>> checked) {
        VtdText text = new VtdText(this::line);
        boolean some = dmarTable || interrupts || faults || queue || findings || device.isPresent();
        checked.ifPresent(text::findings);
        if (dmarTable) {
            text.dmar(dmar);
        }
        for (UnitAnswer answer : answers) {
            if (!some) {
                text.unit(answer);
                continue;
            }
            if (interrupts) {
                text.interrupts(answer);
            }
            if (faults) {
                text.faults(answer.unit());
            }
            if (queue) {
                text.queue(answer);
            }
            answer.device().ifPresent(text::device);
            answer.reaching().ifPresent(text::reaching);
        }
    }

    private Optional<RequesterId> requester() throws CommandFailure {
        if (device.isEmpty()) {
            return Optional.empty();
        }
        Optional<RequesterId> id = RequesterId.parse(device.get());
        if (id.isEmpty()) {
            throw new CommandFailure("--device %s: bus, device and function in hexadecimal, for example 00:1f.2"
                    .formatted(device.get()));
        }
        return id;
    }

    /** The table that the root pointer leads to; memory is searched for another only where it is asked for. */
    private Optional<DmarTable> dmar(PhysicalMemory memory) {
        return dmarTable || findings ? DmarTable.find(memory, () -> false) : DmarTable.listed(memory);
    }

    private List<DmaFinding> check(
            Trace trace,
            SnapshotInfo chosen,
            PhysicalMemory memory,
            List<RemappingUnit> found,
            Optional<DmarTable> dmar)
            throws IOException {
        DmaEvidence now = SnapshotDma.evidence(memory, trace.state(chosen.id()), found, dmar, true, () -> false);
        Optional<DmaEvidence> before = Optional.empty();
        if (baseline.isPresent()) {
            SnapshotInfo earlier = snapshot(trace, baseline.get());
            PhysicalMemory old = trace.memory(earlier.id());
            before = Optional.of(DmaEvidence.ofUnits(
                    old, units(trace, earlier, old, dmar), dmar, List.of(), TableLimits.standard()));
        }
        return DmaInspection.inspect(now, before);
    }

    /** A unit and what was asked of it. */
    record UnitAnswer(
            RemappingUnit unit,
            Map<DmaDomain, DomainMap> maps,
            Observed<InterruptRemappingTable> interrupts,
            Observed<InvalidationQueue> queue,
            Optional<DeviceAnswer> device,
            Optional<Reaching> reaching) {
        DomainMap mapOf(DmaDomain domain) {
            return Objects.requireNonNull(maps.get(domain), "every domain has a map");
        }
    }

    /** A device and what each of its address spaces reaches. */
    record DeviceAnswer(
            RequesterId id,
            Optional<RemappedDevice> device,
            Map<DmaSource, DomainMap> reach,
            List<String> interrupts) {}

    /** Who reaches a page. */
    record Reaching(long page, boolean everything, boolean complete, List<DeviceReach> found) {}

    private UnitAnswer answer(
            PhysicalMemory memory, RemappingUnit found, Optional<RequesterId> asked, TableLimits limits)
            throws CommandFailure {
        Map<DmaDomain, DomainMap> maps = new HashMap<>();
        found.tables()
                .toOptional()
                .ifPresent(tables -> tables.domains().forEach(domain -> maps.put(domain, domain.map(memory, limits))));
        Observed<UnitRegisters> registers = found.registers()
                .<Observed<UnitRegisters>>map(Observed::known)
                .orElseGet(() -> new Observed.Unreadable<>("the unit's registers were not captured"));
        Observed<InterruptRemappingTable> table =
                registers.flatMap(captured -> InterruptRemappingTable.of(memory, captured));
        Optional<Reaching> reaching = Optional.empty();
        if (writers.isPresent()) {
            long page = AddressOptions.number("--writers", writers.get()) & -PhysicalMemory.PAGE_SIZE;
            DevicesReaching who = DevicesReaching.of(memory, found, TableLimits.standard());
            reaching =
                    Optional.of(new Reaching(page, who.everyDeviceReachesEverything(), who.complete(), who.page(page)));
        }
        return new UnitAnswer(
                found,
                maps,
                table,
                registers.flatMap(captured -> InvalidationQueue.of(memory, captured)),
                asked.map(id -> device(id, found, maps, table)),
                reaching);
    }

    private static DeviceAnswer device(
            RequesterId id,
            RemappingUnit found,
            Map<DmaDomain, DomainMap> maps,
            Observed<InterruptRemappingTable> interrupts) {
        Map<DmaSource, DomainMap> reach = new TreeMap<>();
        for (DmaDomain domain :
                found.tables().map(tables -> tables.domainsOf(id)).orElse(List.of())) {
            domain.sources().stream()
                    .filter(source -> source.device().equals(id))
                    .forEach(source ->
                            reach.put(source, Objects.requireNonNull(maps.get(domain), "every domain has a map")));
        }
        List<String> allowed = interrupts.map(InterruptRemappingTable::entries).orElse(List.of()).stream()
                .filter(entry -> entry.allows(id))
                .map(entry -> "%d: %s".formatted(entry.index(), entry.meaning()))
                .toList();
        return new DeviceAnswer(id, found.tables().toOptional().flatMap(tables -> tables.device(id)), reach, allowed);
    }

    private List<RemappingUnit> units(Trace trace, SnapshotInfo chosen, PhysicalMemory memory, Optional<DmarTable> dmar)
            throws IOException {
        if (root.isPresent()) {
            return List.of(RemappingUnit.atRoot(memory, AddressOptions.number("--root", root.get())));
        }
        List<DeviceRegisters> captured = trace.state(chosen.id()).devices().stream()
                .filter(RemappingUnit::recognises)
                .toList();
        List<DeviceRegisters> wanted = captured;
        if (unit.isPresent()) {
            long base = AddressOptions.number("--unit", unit.get());
            wanted = captured.stream().filter(device -> device.base() == base).toList();
        }
        if (wanted.isEmpty()) {
            List<String> bases =
                    captured.stream().map(device -> Json.hex(device.base())).toList();
            throw new CommandFailure("%s: no registers of %s were captured; %s"
                    .formatted(
                            chosen.name(),
                            unit.map(base -> "a VT-d unit at " + base).orElse("any VT-d unit"),
                            bases.isEmpty()
                                    ? "give --root with its root table's address, or import the snapshot with --registers"
                                    : "there are: " + String.join(", ", bases)));
        }
        int width = dmar.map(DmarTable::hostAddressWidth).orElse(UnitRules.UNKNOWN.hostAddressWidth());
        return wanted.stream()
                .map(device -> RemappingUnit.decode(memory, device, width))
                .toList();
    }
}
