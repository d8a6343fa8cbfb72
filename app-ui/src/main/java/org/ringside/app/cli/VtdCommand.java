package org.ringside.app.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.ringside.decoder.cpu.DeviceRegisters;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.translation.MappedRange;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.vtd.DeviceReach;
import org.ringside.decoder.vtd.DevicesReaching;
import org.ringside.decoder.vtd.DmaDomain;
import org.ringside.decoder.vtd.DmaTarget;
import org.ringside.decoder.vtd.DomainMap;
import org.ringside.decoder.vtd.RemappedDevice;
import org.ringside.decoder.vtd.RemappingBus;
import org.ringside.decoder.vtd.RemappingTables;
import org.ringside.decoder.vtd.RemappingUnit;
import org.ringside.decoder.vtd.ScalableContextEntry;
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
            "With --writers: exit status 1 if a device can write the page."
        })
final class VtdCommand extends TraceCommand {
    private static final int MOST_MAPPINGS_IN_TEXT = 8;

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
        List<UnitAnswer> answers = new ArrayList<>();
        for (RemappingUnit found : units(trace, chosen, memory)) {
            answers.add(answer(memory, found, limits));
        }
        if (wantsJson()) {
            ObjectNode json =
                    Json.object().put("trace", trace.path().toAbsolutePath().toString());
            json.set("snapshot", Json.reference(chosen));
            json.set("units", Json.array(answers, answer -> VtdJson.unit(answer)));
            write(json);
        } else {
            answers.forEach(this::print);
        }
        boolean found = answers.stream()
                .flatMap(answer -> answer.reaching().stream())
                .anyMatch(reaching ->
                        reaching.everything() || reaching.found().stream().anyMatch(DeviceReach::canWrite));
        return found ? CommandLineInterface.FOUND : CommandLineInterface.FINE;
    }

    /** A unit and what was asked of it. */
    record UnitAnswer(RemappingUnit unit, Map<DmaDomain, DomainMap> maps, Optional<Reaching> reaching) {
        DomainMap mapOf(DmaDomain domain) {
            return Objects.requireNonNull(maps.get(domain), "every domain has a map");
        }
    }

    /** Who reaches a page. */
    record Reaching(long page, boolean everything, boolean complete, List<DeviceReach> found) {}

    private UnitAnswer answer(PhysicalMemory memory, RemappingUnit found, TableLimits limits) throws CommandFailure {
        Map<DmaDomain, DomainMap> maps = new HashMap<>();
        found.tables()
                .toOptional()
                .ifPresent(tables -> tables.domains().forEach(domain -> maps.put(domain, domain.map(memory, limits))));
        if (writers.isEmpty()) {
            return new UnitAnswer(found, maps, Optional.empty());
        }
        long page = AddressOptions.number("--writers", writers.get()) & -PhysicalMemory.PAGE_SIZE;
        DevicesReaching reaching = DevicesReaching.of(memory, found, TableLimits.standard());
        return new UnitAnswer(
                found,
                maps,
                Optional.of(new Reaching(
                        page, reaching.everyDeviceReachesEverything(), reaching.complete(), reaching.page(page))));
    }

    private List<RemappingUnit> units(Trace trace, SnapshotInfo chosen, PhysicalMemory memory) throws IOException {
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
        return wanted.stream()
                .map(device -> RemappingUnit.decode(memory, device))
                .toList();
    }

    private void print(UnitAnswer answer) {
        RemappingUnit found = answer.unit();
        line(
                "%s%s: %s, translation %s",
                found.name(),
                found.base().map(base -> " at " + Json.hex(base)).orElse(""),
                found.mode().title(),
                found.translationEnabled().map(on -> on ? "on" : "off").orElse("not known"));
        if (found.tables() instanceof Observed.Known<RemappingTables>(RemappingTables tables)) {
            line("root table %s", Json.hex(tables.root()));
            for (RemappingBus bus : tables.buses()) {
                line(
                        "bus %02x, context table %s",
                        bus.number(), Json.hex(bus.entry().contextTable()));
                bus.devices().forEach(this::print);
            }
            tables.domains().forEach(domain -> print(domain, answer.mapOf(domain)));
        } else {
            line("no tables: %s", found.tables().reason());
        }
        found.allFindings().forEach(finding -> line("%s: %s", finding.severity(), finding.message()));
        answer.reaching().ifPresent(this::print);
    }

    private void print(RemappedDevice device) {
        line(
                "  %s  %s",
                device.id(),
                device.target().map(DmaTarget::meaning).orElse("requests without PASID are blocked"));
        if (device.entry() instanceof ScalableContextEntry) {
            device.pasids()
                    .forEach(pasid -> line("    PASID %d  %s", pasid.pasid(), pasid.target().meaning()));
        }
    }

    private void print(DmaDomain domain, DomainMap map) {
        line(
                "domain %d: %s, %,d ranges, %,d KiB%s",
                domain.id(),
                String.join(
                        ", ", domain.sources().stream().map(Object::toString).toList()),
                map.ranges().size(),
                map.summary().mappedBytes() >> 10,
                map.summary().complete() ? "" : " (not all of them)");
        for (MappedRange range : map.ranges()
                .subList(0, Math.min(MOST_MAPPINGS_IN_TEXT, map.ranges().size()))) {
            line("  %s", range);
        }
        if (map.ranges().size() > MOST_MAPPINGS_IN_TEXT) {
            line("  … and %,d more (all with --json)", map.ranges().size() - MOST_MAPPINGS_IN_TEXT);
        }
        map.findings().forEach(finding -> line("  %s: %s", finding.severity(), finding.message()));
    }

    private void print(Reaching reaching) {
        if (reaching.everything()) {
            line("translation is off: every device reaches page %s", Json.hex(reaching.page()));
        }
        for (DeviceReach reach : reaching.found()) {
            line(
                    "page %s: %s as DMA address %s, %s",
                    Json.hex(reaching.page()),
                    String.join(
                            ", ", reach.devices().stream().map(Object::toString).toList()),
                    Json.hex(reach.dmaAddress()),
                    reach.rights());
        }
        if (reaching.found().isEmpty() && !reaching.everything()) {
            line(
                    "page %s: no device reaches it%s",
                    Json.hex(reaching.page()), reaching.complete() ? "" : " by the tables that were captured");
        }
    }
}
