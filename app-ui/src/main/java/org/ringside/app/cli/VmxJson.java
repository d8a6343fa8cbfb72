package org.ringside.app.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.nested.CodeImage;
import org.ringside.decoder.nested.HypervisorImage;
import org.ringside.decoder.nested.MemorySpace;
import org.ringside.decoder.nested.VmxRegion;
import org.ringside.decoder.nested.VmxSurvey;
import org.ringside.decoder.vmcs.LayoutScore;
import org.ringside.decoder.vmcs.Vmcs;
import org.ringside.decoder.vmcs.VmcsField;
import org.ringside.decoder.vmcs.VmcsLayout;
import org.ringside.decoder.vmcs.VmxControl;

/** The JSON of VMX regions and what is around them. */
final class VmxJson {
    private VmxJson() {}

    static ObjectNode survey(VmxSurvey survey) {
        ObjectNode json = Json.object().put("pages", survey.pages()).put("complete", survey.complete());
        List<VmxRegion> content = survey.regions().stream()
                .filter(region -> region.vmcs().isPresent())
                .toList();
        List<VmxRegion> others = survey.regions().stream()
                .filter(region -> region.vmcs().isEmpty())
                .toList();
        json.set("vmcs", Json.array(content, VmxJson::region));
        json.set("otherRegions", Json.array(others, VmxJson::region));
        json.set("memories", Json.array(survey.memories(), VmxJson::memory));
        json.set("hypervisors", Json.array(survey.hypervisors(), VmxJson::hypervisor));
        return json;
    }

    private static ObjectNode region(VmxRegion region) {
        ObjectNode json = Json.object()
                .put("address", Json.hex(region.address()))
                .put("kind", region.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        region.role().ifPresent(role -> json.put("role", role));
        json.put("revision", "0x%x".formatted(region.carved().revision()));
        region.level().ifPresent(level -> json.put("level", level));
        region.owner().ifPresent(owner -> json.put("space", owner.space().toString()));
        json.set(
                "page",
                Json.object()
                        .put("space", region.home().space().toString())
                        .put("address", Json.hex(region.homeAddress())));
        region.carved().best().ifPresent(best -> score(json, best));
        if (region.carved().best().isPresent()) {
            json.set("runnersUp", Json.array(region.carved().runnersUp(), VmxJson::runnerUp));
        }
        region.vmcs().ifPresent(vmcs -> values(json, vmcs));
        region.guest().ifPresent(guest -> json.set("guest", memory(guest)));
        json.set("evidence", Json.strings(region.evidence()));
        json.set(
                "references",
                Json.strings(region.references().stream().map(Json::hex).toList()));
        return json;
    }

    /** The layout that was chosen and why. */
    static void score(ObjectNode json, LayoutScore score) {
        json.put("layout", score.layout().id())
                .put("score", score.percent())
                .put("points", score.points())
                .put("possible", score.possible());
        json.set(
                "reasons",
                Json.array(
                        score.tests(),
                        test -> Json.object()
                                .put("test", test.name())
                                .put("weight", test.weight())
                                .put("held", test.held())
                                .put("value", test.value())));
    }

    private static ObjectNode runnerUp(LayoutScore score) {
        return Json.object()
                .put("layout", score.layout().id())
                .put("score", score.percent())
                .put("points", score.points())
                .put("possible", score.possible());
    }

    private static void values(ObjectNode json, Vmcs vmcs) {
        vmcs.launched().toOptional().ifPresent(launched -> json.put("launched", launched));
        if (vmcs.isOn(VmxControl.ENABLE_EPT)) {
            put(json, "eptp", vmcs.get(VmcsField.EPT_POINTER));
        }
        put(json, "hostCr3", vmcs.get(VmcsField.HOST_CR3));
        put(json, "hostRip", vmcs.get(VmcsField.HOST_RIP));
        put(json, "hostRsp", vmcs.get(VmcsField.HOST_RSP));
        put(json, "guestCr3", vmcs.get(VmcsField.GUEST_CR3));
        put(json, "guestRip", vmcs.get(VmcsField.GUEST_RIP));
        put(json, "linkPointer", vmcs.get(VmcsField.VMCS_LINK_POINTER));
        put(json, "exitReason", vmcs.get(VmcsField.EXIT_REASON));
    }

    private static void put(ObjectNode json, String name, Observed<Long> value) {
        value.toOptional().ifPresent(known -> json.put(name, Json.hex(known)));
    }

    static ObjectNode memory(MemorySpace memory) {
        ObjectNode json = Json.object()
                .put("level", memory.level())
                .put("space", memory.space().toString());
        memory.tables()
                .ifPresent(tables ->
                        json.put("eptp", Json.hex(tables.context().pointer().raw())));
        memory.outer().ifPresent(outer -> json.put("tablesIn", outer.space().toString()));
        memory.map()
                .ifPresent(map -> json.put("tables", map.summary().tables())
                        .put("leaves", map.summary().leaves())
                        .put("mappedBytes", map.summary().mappedBytes()));
        return json;
    }

    private static ObjectNode hypervisor(HypervisorImage image) {
        ObjectNode json = Json.object()
                .put("level", image.owner().level())
                .put("space", image.owner().space().toString())
                .put("cr3", Json.hex(image.cr3()))
                .put("entry", Json.hex(image.entry()));
        switch (image.entryPhysical()) {
            case Observed.Known<Long>(Long physical) -> json.put("physical", Json.hex(physical));
            case Observed<Long> missing -> json.put("missing", missing.reason());
        }
        image.code().ifPresent(code -> json.set("code", code(code)));
        image.kernel().ifPresent(code -> json.set("kernel", code(code)));
        json.set("vmcs", Json.strings(image.vmcss().stream().map(Json::hex).toList()));
        return json;
    }

    private static ObjectNode code(CodeImage code) {
        ObjectNode json = range(code.code());
        json.set("image", range(code.image()));
        json.put("pages", code.pages())
                .put("missingPages", code.missing())
                .put("entropy", Math.round(code.entropy() * 1000) / 1000.0)
                .put("writable", code.writableCode());
        json.set(
                "sections",
                Json.array(
                        code.sections(),
                        section -> range(section.range())
                                .put("rights", section.rights().toString())));
        json.set(
                "marks",
                Json.array(
                        code.marks(),
                        mark -> Json.object()
                                .put("address", Json.hex(mark.address()))
                                .put("meaning", mark.meaning())
                                .put("text", mark.text())));
        return json;
    }

    private static ObjectNode range(AddressRange range) {
        return Json.object().put("start", Json.hex(range.start())).put("end", Json.hex(range.end()));
    }

    static ObjectNode layout(VmcsLayout layout) {
        ObjectNode json = Json.object()
                .put("layout", layout.id())
                .put("title", layout.title())
                .put("keeper", layout.keeper().name().toLowerCase(Locale.ROOT));
        json.set(
                "revisions",
                Json.strings(layout.revisions().stream()
                        .sorted()
                        .map("0x%x"::formatted)
                        .toList()));
        json.put("verified", layout.verified())
                .put("source", layout.source())
                .put("fields", layout.slots().size())
                .put("launchState", layout.launchState().isPresent());
        json.set("notes", Json.strings(layout.notes()));
        return json;
    }
}
