package org.ringside.app.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.ringside.agent.kernel.image.Evidence;
import org.ringside.agent.kernel.image.KallsymsLayout;
import org.ringside.agent.kernel.image.KernelPlace;
import org.ringside.agent.kernel.image.KernelSearch;
import org.ringside.agent.kernel.image.LinuxKernel;
import org.ringside.agent.kernel.image.SymbolComparison;
import org.ringside.agent.kernel.objects.KernelModule;
import org.ringside.agent.kernel.objects.KernelTask;
import org.ringside.agent.kernel.objects.PerCpuAreas;
import org.ringside.decoder.memory.Observed;

/** A kernel found in memory, as JSON. */
final class KernelJson {
    private KernelJson() {}

    /** What the search came to. */
    static void search(ObjectNode json, KernelSearch search) {
        switch (search) {
            case KernelSearch.Found(LinuxKernel kernel, var others, var findings) -> {
                json.put("result", "found");
                json.set("place", place(kernel.place()));
                json.set("otherPlaces", Json.array(others, KernelJson::place));
            }
            case KernelSearch.Incomplete incomplete -> {
                json.put("result", "incomplete");
                json.set("missing", Json.strings(incomplete.missing()));
                json.set("places", Json.array(incomplete.places(), KernelJson::place));
                json.set(
                        "banners",
                        Json.strings(
                                incomplete.banners().stream().map(Json::hex).toList()));
            }
            case KernelSearch.NotLinux none -> json.put("result", "not-linux").put("why", none.why());
        }
        json.set("searchFindings", Json.array(search.findings(), Json::finding));
    }

    private static ObjectNode place(KernelPlace place) {
        ObjectNode json = Json.object()
                .put("virtualBase", Json.hex(place.virtualBase()))
                .put("physicalBase", Json.hex(place.physicalBase()))
                .put("size", place.size())
                .put("slide", Json.hex(place.slide()))
                .put("score", place.score());
        place.banner().ifPresent(banner -> json.put("banner", banner));
        place.paging()
                .ifPresent(paging -> json.put("pageTables", Json.hex(paging.root()))
                        .put("paging", paging.mode().title()));
        place.pageOffset().ifPresent(offset -> json.put("pageOffset", Json.hex(offset)));
        json.set("evidence", Json.array(place.evidence(), KernelJson::evidence));
        return json;
    }

    private static ObjectNode evidence(Evidence evidence) {
        return Json.object()
                .put("name", evidence.name())
                .put("verdict", word(evidence.verdict()))
                .put("weight", evidence.weight())
                .put("explanation", evidence.explanation());
    }

    /** What was read of the kernel. */
    static void picture(ObjectNode json, KernelCommand.Picture picture) {
        LinuxKernel kernel = picture.kernel();
        json.set("symbols", symbols(kernel));
        json.set("types", observed(kernel.types(), types -> Json.object().put("count", types.count())));
        picture.comparison().ifPresent(comparison -> json.set("given", comparison(comparison)));
        json.set("perCpu", observed(picture.areas(), areas -> {
            ObjectNode all = Json.object();
            all.set("areas", Json.array(areas.areas(), KernelJson::area));
            return all;
        }));
        json.set("modules", observed(picture.modules(), modules -> {
            ObjectNode all = Json.object();
            all.set("sources", Json.strings(words(List.copyOf(modules.read()))));
            all.set("modules", Json.array(modules.modules(), KernelJson::module));
            return all;
        }));
        json.set("tasks", observed(picture.tasks(), tasks -> {
            ObjectNode all = Json.object().put("complete", tasks.complete());
            all.set("tasks", Json.array(tasks.tasks(), KernelJson::task));
            return all;
        }));
        json.set("findings", Json.array(picture.findings(), Json::finding));
    }

    private static ObjectNode symbols(LinuxKernel kernel) {
        KallsymsLayout layout = kernel.kallsyms().layout();
        return Json.object()
                .put("count", kernel.symbols().size())
                .put("order", word(layout.order()))
                .put("scheme", word(layout.scheme()))
                .put("longNames", layout.longNames())
                .put("relativeBase", Json.hex(layout.relativeBase()))
                .put("names", Json.hex(layout.names()))
                .put("markers", Json.hex(layout.markers()))
                .put("tokenTable", Json.hex(layout.tokenTable()))
                .put("tokenIndex", Json.hex(layout.tokenIndex()))
                .put("addresses", Json.hex(layout.addresses()));
    }

    private static ObjectNode comparison(SymbolComparison comparison) {
        ObjectNode json = Json.object()
                .put("agreeing", comparison.agreeing())
                .put("disagreeing", comparison.disagreeing())
                .put("shift", Json.hex(comparison.shift()));
        json.set(
                "disagreements",
                Json.array(
                        comparison.disagreements(),
                        one -> Json.object()
                                .put("kind", word(one.kind()))
                                .put("address", Json.hex(one.symbol().address()))
                                .put("type", String.valueOf(one.symbol().type()))
                                .put("name", one.symbol().name())));
        return json;
    }

    private static ObjectNode area(PerCpuAreas.Area area) {
        ObjectNode json = Json.object()
                .put("cpu", area.cpu())
                .put("offset", Json.hex(area.offset()))
                .put("start", Json.hex(area.start()))
                .put("size", area.size());
        put(json, "task", area.task().map(Json::hex));
        return json;
    }

    private static ObjectNode module(KernelModule module) {
        ObjectNode json =
                Json.object().put("address", Json.hex(module.address())).put("name", module.name());
        put(json, "state", module.state().map(KernelJson::word));
        json.put("size", module.size()).put("hidden", module.isHidden());
        json.set(
                "areas",
                Json.array(
                        module.areas(),
                        area -> Json.object()
                                .put("start", Json.hex(area.start()))
                                .put("end", Json.hex(area.end()))));
        json.set("sources", Json.strings(words(List.copyOf(module.sources()))));
        return json;
    }

    private static ObjectNode task(KernelTask task) {
        ObjectNode json = Json.object().put("address", Json.hex(task.address()));
        task.pid().toOptional().ifPresent(pid -> json.put("pid", pid));
        task.tgid().toOptional().ifPresent(tgid -> json.put("tgid", tgid));
        put(json, "name", task.name());
        task.uid().toOptional().ifPresent(uid -> json.put("uid", uid));
        put(json, "mm", task.mm().map(Json::hex));
        put(json, "cred", task.cred().map(Json::hex));
        put(json, "realCred", task.realCred().map(Json::hex));
        put(json, "parent", task.parent().map(Json::hex));
        return json.put("kernelThread", task.isKernelThread());
    }

    /** What is not known is left out. */
    private static void put(ObjectNode json, String name, Observed<String> text) {
        text.toOptional().ifPresent(known -> json.put(name, known));
    }

    /** The value, or {@code missing} with the reason. */
    private static <T> ObjectNode observed(Observed<T> observed, Function<T, ObjectNode> toJson) {
        return observed.map(toJson).orElse(Json.object().put("missing", observed.reason()));
    }

    private static List<String> words(List<KernelModule.Source> several) {
        return several.stream().sorted().map(KernelJson::word).toList();
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
