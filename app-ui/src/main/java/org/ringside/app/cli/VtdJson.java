package org.ringside.app.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.structure.StructureNode;
import org.ringside.decoder.translation.MappedRange;
import org.ringside.decoder.vtd.DeviceReach;
import org.ringside.decoder.vtd.DmaDomain;
import org.ringside.decoder.vtd.DmaTarget;
import org.ringside.decoder.vtd.DomainMap;
import org.ringside.decoder.vtd.PasidEntry;
import org.ringside.decoder.vtd.RemappedDevice;
import org.ringside.decoder.vtd.RemappingBus;
import org.ringside.decoder.vtd.RemappingTables;
import org.ringside.decoder.vtd.RemappingUnit;
import org.ringside.decoder.vtd.ScalableContextEntry;

/** The JSON of VT-d units. */
final class VtdJson {
    private VtdJson() {}

    static ObjectNode unit(VtdCommand.UnitAnswer answer) {
        RemappingUnit unit = answer.unit();
        ObjectNode json = Json.object().put("name", unit.name());
        unit.base().ifPresent(base -> json.put("base", Json.hex(base)));
        json.put("mode", unit.mode().title());
        unit.translationEnabled().toOptional().ifPresent(on -> json.put("translationEnabled", on));
        unit.registers().ifPresent(registers -> json.set("registers", registers(registers.toStructure())));
        if (unit.tables() instanceof Observed.Known<RemappingTables>(RemappingTables tables)) {
            json.put("root", Json.hex(tables.root()));
            json.set("buses", Json.array(tables.buses(), VtdJson::bus));
            json.set("devices", Json.array(tables.devices().toList(), device -> device(device, tables, answer)));
            json.set("domains", Json.array(tables.domains(), domain -> domain(domain, answer.mapOf(domain))));
        } else {
            json.put("missing", unit.tables().reason());
        }
        json.set("findings", Json.array(unit.allFindings(), Json::finding));
        VtdTablesJson.interrupts(json, answer.interrupts());
        unit.registers().ifPresent(registers -> json.set("faults", VtdTablesJson.faults(registers)));
        VtdTablesJson.queue(json, answer.queue());
        answer.device().ifPresent(device -> json.set("device", device(device)));
        answer.reaching().ifPresent(reaching -> json.set("writers", reaching(reaching)));
        return json;
    }

    /** Each register by its name; {@code null} where it was not captured. */
    private static ObjectNode registers(StructureNode registers) {
        ObjectNode json = Json.object();
        for (StructureNode node : registers.children()) {
            if (node instanceof StructureNode.Field field) {
                json.put(field.name(), field.value().toOptional().map(Json::hex).orElse(null));
            }
        }
        return json;
    }

    private static ObjectNode bus(RemappingBus bus) {
        return Json.object()
                .put("bus", "%02x".formatted(bus.number()))
                .put("contextTable", Json.hex(bus.entry().contextTable()))
                .put("devices", bus.devices().size());
    }

    private static ObjectNode device(RemappedDevice device, RemappingTables tables, VtdCommand.UnitAnswer answer) {
        ObjectNode json = Json.object().put("source", device.id().toString());
        device.target()
                .ifPresent(target -> json.put("domain", target.domainId())
                        .put("translation", target.type().title())
                        .put("tables", Json.hex(target.root())));
        if (device.entry() instanceof ScalableContextEntry entry) {
            json.put("pasidDirectory", Json.hex(entry.directory())).put("requesterPasid", entry.requesterPasid());
            json.set("pasids", Json.array(device.pasids(), VtdJson::pasid));
        }
        tables.domainOf(device.id())
                .ifPresent(domain ->
                        json.set("mappings", Json.array(answer.mapOf(domain).ranges(), VtdJson::mapping)));
        return json;
    }

    private static ObjectNode device(VtdCommand.DeviceAnswer answer) {
        ObjectNode json = Json.object().put("source", answer.id().toString());
        answer.device().ifPresent(device -> json.set("entry", StructureJson.of(device.toStructure())));
        ArrayNode reach = Json.array();
        answer.reach().forEach((source, map) -> {
            ObjectNode one = Json.object();
            source.pasid().ifPresent(pasid -> one.put("pasid", pasid));
            one.put("readableBytes", VtdText.bytes(map, false))
                    .put("writableBytes", VtdText.bytes(map, true))
                    .put("complete", map.summary().complete());
            one.set("mappings", Json.array(map.ranges(), VtdJson::mapping));
            reach.add(one);
        });
        json.set("reach", reach);
        json.set("interrupts", Json.strings(answer.interrupts()));
        return json;
    }

    private static ObjectNode pasid(PasidEntry entry) {
        DmaTarget target = entry.target();
        ObjectNode json = Json.object()
                .put("pasid", entry.pasid())
                .put("address", Json.hex(entry.address()))
                .put("domain", target.domainId())
                .put("translation", target.type().title());
        target.first().ifPresent(first -> json.put("firstStage", Json.hex(first.tables())));
        if (target.tables() != 0) {
            json.put("secondStage", Json.hex(target.tables()));
        }
        return json;
    }

    private static ObjectNode mapping(MappedRange range) {
        return Json.object()
                .put("start", Json.hex(range.input()))
                .put("end", Json.hex(range.input() + range.length()))
                .put("rights", range.rights().toString())
                .put("target", Json.hex(range.output()));
    }

    private static ObjectNode domain(DmaDomain domain, DomainMap map) {
        ObjectNode json = Json.object()
                .put("id", domain.id())
                .put("translation", domain.type().title())
                .put("tables", Json.hex(domain.tables()));
        json.set(
                "devices",
                Json.strings(domain.devices().stream().map(Object::toString).toList()));
        json.put("ranges", map.ranges().size())
                .put("mappedBytes", map.summary().mappedBytes())
                .put("complete", map.summary().complete());
        json.set("findings", Json.array(map.findings(), Json::finding));
        return json;
    }

    private static ObjectNode reaching(VtdCommand.Reaching reaching) {
        ObjectNode json = Json.object()
                .put("page", Json.hex(reaching.page()))
                .put("everyDevice", reaching.everything())
                .put("complete", reaching.complete());
        json.set("reaches", Json.array(reaching.found(), VtdJson::reach));
        return json;
    }

    private static ObjectNode reach(DeviceReach reach) {
        ObjectNode json = Json.object();
        json.set(
                "devices",
                Json.strings(reach.devices().stream().map(Object::toString).toList()));
        return json.put("domain", reach.domain().id())
                .put("dmaAddress", Json.hex(reach.dmaAddress()))
                .put("rights", reach.rights().toString());
    }
}
