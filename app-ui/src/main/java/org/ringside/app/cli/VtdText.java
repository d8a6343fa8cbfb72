package org.ringside.app.cli;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.ringside.app.cli.VtdCommand.DeviceAnswer;
import org.ringside.app.cli.VtdCommand.Reaching;
import org.ringside.app.cli.VtdCommand.UnitAnswer;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.StructureNode;
import org.ringside.decoder.translation.MappedRange;
import org.ringside.decoder.vtd.DeviceReach;
import org.ringside.decoder.vtd.DmaDomain;
import org.ringside.decoder.vtd.DmaTarget;
import org.ringside.decoder.vtd.DomainMap;
import org.ringside.decoder.vtd.FaultRecord;
import org.ringside.decoder.vtd.RemappedDevice;
import org.ringside.decoder.vtd.RemappingBus;
import org.ringside.decoder.vtd.RemappingTables;
import org.ringside.decoder.vtd.RemappingUnit;
import org.ringside.decoder.vtd.ScalableContextEntry;
import org.ringside.decoder.vtd.dmar.DmarTable;
import org.ringside.decoder.vtd.finding.DmaFinding;
import org.ringside.decoder.vtd.interrupt.InterruptRemappingTable;
import org.ringside.decoder.vtd.queue.InvalidationQueue;

/** VT-d units as text. */
final class VtdText {
    private static final int MOST_MAPPINGS_IN_TEXT = 8;
    private static final int MOST_DONE_IN_TEXT = 16;

    /** Where lines go. */
    @FunctionalInterface
    interface Lines {
        void line(String format, Object... arguments);
    }

    private final Lines lines;

    VtdText(Lines lines) {
        this.lines = lines;
    }

    private void line(String format, Object... arguments) {
        lines.line(format, arguments);
    }

    void findings(List<DmaFinding> findings) {
        for (DmaFinding one : findings) {
            line(
                    "%-11s  %s  %s",
                    one.finding().severity().name().toLowerCase(Locale.ROOT),
                    one.finding().code(),
                    one.finding().message());
            one.evidence().forEach(evidence -> line("    %s", evidence));
            one.before().ifPresent(bytes -> line("    before %s", bytes));
            one.after().ifPresent(bytes -> line("    after  %s", bytes));
        }
        if (findings.isEmpty()) {
            line("nothing found");
        }
    }

    void dmar(Optional<DmarTable> dmar) {
        if (dmar.isEmpty()) {
            line("no DMAR table in the captured memory");
            return;
        }
        DmarTable table = dmar.get();
        line(
                "DMAR table at %s, %d bytes, revision %d, by %s, %s; host address width %d bits",
                Json.hex(table.table().address()),
                table.table().length(),
                table.table().revision(),
                table.table().oemId(),
                table.how(),
                table.hostAddressWidth());
        table.structures().forEach(structure -> {
            line("  %s  %s", structure.name(), structure.meaning());
            structure
                    .scopes()
                    .forEach(scope -> line(
                            "    %s  %s%s",
                            scope.place(),
                            scope.type().title(),
                            scope.enumerationId() == 0 ? "" : " " + scope.enumerationId()));
        });
        table.findings().forEach(this::finding);
    }

    void interrupts(UnitAnswer answer) {
        if (!(answer.interrupts() instanceof Observed.Known<InterruptRemappingTable>(InterruptRemappingTable table))) {
            line(
                    "%s: no interrupt remapping: %s",
                    answer.unit().name(), answer.interrupts().reason());
            return;
        }
        line(
                "%s: interrupt remapping table at %s, %,d of %,d entries present, %s mode",
                answer.unit().name(),
                Json.hex(table.base()),
                table.entries().size(),
                table.size(),
                table.x2apic() ? "x2APIC" : "xAPIC");
        table.entries().forEach(entry -> line("  %5d  %s", entry.index(), entry.meaning()));
        table.findings().forEach(this::finding);
    }

    void faults(RemappingUnit unit) {
        List<FaultRecord> records =
                unit.registers().map(registers -> registers.faultRecords()).orElse(List.of());
        line(
                "%s: %d fault-recording registers captured%s",
                unit.name(),
                records.size(),
                unit.registers()
                        .flatMap(registers -> registers.faultStatus().toOptional())
                        .map(status -> ", status " + Json.hex(status) + ((status & 1) != 0 ? ", faults were lost" : ""))
                        .orElse(""));
        records.forEach(record -> line("  %d  %s", record.index(), record.meaning()));
    }

    void queue(UnitAnswer answer) {
        if (!(answer.queue() instanceof Observed.Known<InvalidationQueue>(InvalidationQueue queue))) {
            line(
                    "%s: no invalidation queue: %s",
                    answer.unit().name(), answer.queue().reason());
            return;
        }
        line(
                "%s: invalidation queue at %s, %d descriptors of %d bytes, head %d, tail %d: %d pending",
                answer.unit().name(),
                Json.hex(queue.base()),
                queue.size(),
                queue.descriptorBytes(),
                queue.head(),
                queue.tail(),
                queue.pending().size());
        queue.pending().forEach(one -> line("  pending %5d  %s", one.index(), one.meaning()));
        queue.done().stream()
                .limit(MOST_DONE_IN_TEXT)
                .forEach(one -> line("  done    %5d  %s", one.index(), one.meaning()));
        if (queue.done().size() > MOST_DONE_IN_TEXT) {
            line("  … and %,d older (all with --json)", queue.done().size() - MOST_DONE_IN_TEXT);
        }
        queue.findings().forEach(this::finding);
    }

    void device(DeviceAnswer answer) {
        if (answer.device().isEmpty()) {
            line("%s: no context entry: its requests are blocked", answer.id());
            return;
        }
        node(answer.device().get().toStructure(), "");
        answer.reach().forEach((source, map) -> {
            line(
                    "%s reads %,d KiB and writes %,d KiB%s",
                    source,
                    bytes(map, false) >> 10,
                    bytes(map, true) >> 10,
                    map.summary().complete() ? "" : " (not all of them)");
            mappings(map);
        });
        answer.interrupts().forEach(entry -> line("may raise interrupt %s", entry));
    }

    /** Bytes of a map that can be read or written, by DMA address. */
    static long bytes(DomainMap map, boolean write) {
        return map.ranges().stream()
                .filter(range -> write ? range.rights().write() : range.rights().read())
                .mapToLong(MappedRange::length)
                .sum();
    }

    private void node(StructureNode node, String indent) {
        line("%s%s  %s", indent, node.name(), node.meaning());
        for (StructureNode child : node.children()) {
            if (child instanceof StructureNode.Structure) {
                node(child, indent + "  ");
            } else {
                line("%s  %s = %s  %s", indent, child.name(), value((StructureNode.Field) child), child.meaning());
            }
        }
    }

    private static String value(StructureNode.Field field) {
        return field.value().map(Json::hex).toOptional().orElse(field.value().reason());
    }

    private void finding(Finding finding) {
        line("%s: %s", finding.severity(), finding.message());
    }

    private void mappings(DomainMap map) {
        for (MappedRange range : map.ranges()
                .subList(0, Math.min(MOST_MAPPINGS_IN_TEXT, map.ranges().size()))) {
            line("  %s", range);
        }
        if (map.ranges().size() > MOST_MAPPINGS_IN_TEXT) {
            line("  … and %,d more (all with --json)", map.ranges().size() - MOST_MAPPINGS_IN_TEXT);
        }
    }

    void unit(UnitAnswer answer) {
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
        answer.reaching().ifPresent(this::reaching);
    }

    private void print(RemappedDevice device) {
        line(
                "  %s  %s",
                device.id(), device.target().map(DmaTarget::meaning).orElse("requests without PASID are blocked"));
        if (device.entry() instanceof ScalableContextEntry) {
            device.pasids()
                    .forEach(pasid -> line(
                            "    PASID %d  %s", pasid.pasid(), pasid.target().meaning()));
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
        mappings(map);
        map.findings().forEach(finding -> line("  %s: %s", finding.severity(), finding.message()));
    }

    void reaching(Reaching reaching) {
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
