package org.ringside.app.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.vtd.FaultRecord;
import org.ringside.decoder.vtd.UnitRegisters;
import org.ringside.decoder.vtd.dmar.DeviceScope;
import org.ringside.decoder.vtd.dmar.DmarTable;
import org.ringside.decoder.vtd.dmar.RemappingStructure;
import org.ringside.decoder.vtd.finding.DmaFinding;
import org.ringside.decoder.vtd.interrupt.InterruptRemappingEntry;
import org.ringside.decoder.vtd.interrupt.InterruptRemappingTable;
import org.ringside.decoder.vtd.queue.InvalidationDescriptor;
import org.ringside.decoder.vtd.queue.InvalidationQueue;

/** The JSON of what surrounds the translation tables of VT-d: firmware table, interrupts, faults, queue, findings. */
final class VtdTablesJson {
    private VtdTablesJson() {}

    static ObjectNode dmar(DmarTable table) {
        ObjectNode json = Json.object()
                .put("address", Json.hex(table.table().address()))
                .put("length", table.table().length())
                .put("revision", table.table().revision())
                .put("oem", table.table().oemId())
                .put("how", table.how())
                .put("hostAddressWidth", table.hostAddressWidth())
                .put("flags", Json.hex(table.flags()));
        json.set("structures", Json.array(table.structures(), VtdTablesJson::structure));
        json.set("findings", Json.array(table.findings(), Json::finding));
        return json;
    }

    private static ObjectNode structure(RemappingStructure structure) {
        ObjectNode json = Json.object()
                .put("type", structure.name())
                .put("address", Json.hex(structure.span().address()))
                .put("length", structure.span().length())
                .put("meaning", structure.meaning());
        switch (structure) {
            case RemappingStructure.HardwareUnit unit ->
                json.put("base", Json.hex(unit.base()))
                        .put("segment", unit.segment())
                        .put("includesAll", unit.includesAll());
            case RemappingStructure.ReservedMemory region ->
                json.put("start", Json.hex(region.base()))
                        .put("last", Json.hex(region.limit()))
                        .put("segment", region.segment());
            case RemappingStructure.HardwareAffinity affinity ->
                json.put("base", Json.hex(affinity.base())).put("proximity", affinity.proximity());
            case RemappingStructure.NamespaceDevice device ->
                json.put("number", device.number()).put("object", device.object());
            case RemappingStructure.RootPortAts ats -> json.put("segment", ats.segment());
            case RemappingStructure.IntegratedAts ats -> json.put("segment", ats.segment());
            case RemappingStructure.IntegratedProperties properties -> json.put("segment", properties.segment());
            case RemappingStructure.Unknown unknown -> json.put("typeNumber", unknown.type());
        }
        json.set("devices", Json.array(structure.scopes(), VtdTablesJson::scope));
        return json;
    }

    private static ObjectNode scope(DeviceScope scope) {
        ObjectNode json = Json.object()
                .put("kind", scope.type().title())
                .put("place", scope.place())
                .put("enumerationId", scope.enumerationId());
        scope.device().ifPresent(device -> json.put("source", device.toString()));
        return json;
    }

    static void interrupts(ObjectNode unit, Observed<InterruptRemappingTable> interrupts) {
        ObjectNode json = Json.object();
        if (interrupts instanceof Observed.Known<InterruptRemappingTable>(InterruptRemappingTable table)) {
            json.put("table", Json.hex(table.base())).put("size", table.size()).put("x2apic", table.x2apic());
            json.set("entries", Json.array(table.entries(), VtdTablesJson::entry));
            json.set("findings", Json.array(table.findings(), Json::finding));
        } else {
            json.put("missing", interrupts.reason());
        }
        unit.set("interrupts", json);
    }

    private static ObjectNode entry(InterruptRemappingEntry entry) {
        ObjectNode json = Json.object()
                .put("index", entry.index())
                .put("address", Json.hex(entry.address()))
                .put("posted", entry.posted())
                .put("vector", entry.vector())
                .put("source", entry.source().toString())
                .put("sourceValidation", entry.sourceValidation())
                .put("sourceQualifier", entry.sourceQualifier())
                .put("meaning", entry.meaning());
        return entry.posted()
                ? json.put("descriptor", Json.hex(entry.descriptor()))
                : json.put("delivery", entry.delivery())
                        .put("levelTriggered", entry.levelTriggered())
                        .put("logicalDestination", entry.logicalDestination())
                        .put("destination", Json.hex(entry.destination()));
    }

    static ObjectNode faults(UnitRegisters registers) {
        ObjectNode json = Json.object();
        registers
                .faultStatus()
                .toOptional()
                .ifPresent(status -> json.put("status", Json.hex(status)).put("overflow", (status & 1) != 0));
        json.set("records", Json.array(registers.faultRecords(), VtdTablesJson::fault));
        return json;
    }

    private static ObjectNode fault(FaultRecord record) {
        ObjectNode json = Json.object()
                .put("index", record.index())
                .put("holdsFault", record.holdsFault())
                .put("low", Json.hex(record.low()))
                .put("high", Json.hex(record.high()));
        if (record.holdsFault()) {
            json.put("source", record.source().toString())
                    .put("request", record.request())
                    .put("reason", record.reason())
                    .put("reasonText", record.reasonText());
            record.pasid().ifPresent(pasid -> json.put("pasid", pasid));
            if (record.isInterrupt()) {
                json.put("interruptIndex", record.interruptIndex());
            } else {
                json.put("address", Json.hex(record.address()));
            }
        }
        return json;
    }

    static void queue(ObjectNode unit, Observed<InvalidationQueue> queue) {
        ObjectNode json = Json.object();
        if (queue instanceof Observed.Known<InvalidationQueue>(InvalidationQueue found)) {
            json.put("address", Json.hex(found.base()))
                    .put("size", found.size())
                    .put("descriptorBytes", found.descriptorBytes())
                    .put("head", found.head())
                    .put("tail", found.tail());
            json.set("pending", Json.array(found.pending(), VtdTablesJson::descriptor));
            json.set("done", Json.array(found.done(), VtdTablesJson::descriptor));
            json.set("findings", Json.array(found.findings(), Json::finding));
        } else {
            json.put("missing", queue.reason());
        }
        unit.set("queue", json);
    }

    private static ObjectNode descriptor(InvalidationDescriptor descriptor) {
        ObjectNode json = Json.object()
                .put("index", descriptor.index())
                .put("type", descriptor.type().title())
                .put("meaning", descriptor.meaning());
        json.set(
                "words", Json.strings(descriptor.words().stream().map(Json::hex).toList()));
        return json;
    }

    static ObjectNode finding(DmaFinding found) {
        ObjectNode json = Json.finding(found.finding()).put("violation", found.isViolation());
        json.set("evidence", Json.strings(found.evidence()));
        found.before().ifPresent(bytes -> json.put("before", bytes));
        found.after().ifPresent(bytes -> json.put("after", bytes));
        return json;
    }
}
