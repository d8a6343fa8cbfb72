package org.ringside.app.cli;

import java.util.Locale;
import java.util.stream.Collectors;
import org.ringside.agent.kernel.image.Evidence;
import org.ringside.agent.kernel.image.KernelPlace;
import org.ringside.agent.kernel.image.KernelSearch;
import org.ringside.agent.kernel.image.LinuxKernel;
import org.ringside.agent.kernel.image.SymbolComparison;
import org.ringside.agent.kernel.objects.KernelModule;
import org.ringside.agent.kernel.objects.KernelTask;
import org.ringside.agent.kernel.objects.PerCpuAreas;
import org.ringside.decoder.memory.Observed;

/** A kernel found in memory, as text for a person. */
final class KernelText {
    private static final int MOST_DISAGREEMENTS = 8;

    private KernelText() {}

    static void print(RingsideCommand out, KernelSearch search) {
        switch (search) {
            case KernelSearch.Found(LinuxKernel kernel, var others, var findings) -> {
                print(out, kernel.place());
                others.forEach(other -> out.line(
                        "also possible: image at physical 0x%x, score %d", other.physicalBase(), other.score()));
            }
            case KernelSearch.Incomplete incomplete -> {
                out.line("Linux, but not enough of it was captured:");
                incomplete.missing().forEach(item -> out.line("  missing %s", item));
                incomplete.places().forEach(place -> print(out, place));
                incomplete.banners().forEach(at -> out.line("version banner at 0x%x", at));
            }
            case KernelSearch.NotLinux none -> out.line("no Linux: %s", none.why());
        }
        search.findings().forEach(finding -> out.line("%s: %s", finding.severity(), finding.message()));
    }

    private static void print(RingsideCommand out, KernelPlace place) {
        place.banner().ifPresent(banner -> out.line("%s", banner));
        out.line(
                "image 0x%x..0x%x at physical 0x%x, moved by KASLR 0x%x, score %d",
                place.virtualBase(),
                place.virtualBase() + place.size(),
                place.physicalBase(),
                place.slide(),
                place.score());
        place.paging()
                .ifPresent(paging -> out.line(
                        "page tables 0x%x, %s", paging.root(), paging.mode().title()));
        place.pageOffset().ifPresent(offset -> out.line("direct map 0x%x", offset));
        for (Evidence evidence : place.evidence()) {
            out.line(
                    "  %-8s %s: %s",
                    evidence.verdict().name().toLowerCase(Locale.ROOT), evidence.name(), evidence.explanation());
        }
    }

    static void print(RingsideCommand out, KernelCommand.Picture picture) {
        LinuxKernel kernel = picture.kernel();
        out.line(
                "%,d symbols, %s, %s",
                kernel.symbols().size(),
                kernel.kallsyms().layout().order().title(),
                kernel.kallsyms().layout().scheme().title());
        out.line(
                "%s",
                kernel.types()
                        .map(types -> "%,d types".formatted(types.count()))
                        .orElse("types not known: " + kernel.types().reason()));
        picture.comparison().ifPresent(comparison -> print(out, comparison));
        areas(out, picture.areas());
        picture.modules()
                .toOptional()
                .ifPresentOrElse(
                        modules -> {
                            out.line("%d modules", modules.modules().size());
                            modules.modules().forEach(module -> print(out, module));
                        },
                        () -> out.line(
                                "modules not known: %s", picture.modules().reason()));
        picture.tasks()
                .toOptional()
                .ifPresentOrElse(
                        tasks -> {
                            out.line("%d tasks%s", tasks.tasks().size(), tasks.complete() ? "" : " (not all of them)");
                            tasks.tasks().forEach(task -> print(out, task));
                        },
                        () -> out.line("tasks not known: %s", picture.tasks().reason()));
        picture.findings().forEach(finding -> out.line("%s: %s", finding.severity(), finding.message()));
    }

    private static void print(RingsideCommand out, SymbolComparison comparison) {
        out.line(
                "given symbols: %,d agree, %,d do not%s",
                comparison.agreeing(),
                comparison.disagreeing(),
                comparison.shift() == 0 ? "" : ", moved by 0x%x".formatted(comparison.shift()));
        for (SymbolComparison.Kind kind : SymbolComparison.Kind.values()) {
            comparison.disagreements().stream()
                    .filter(one -> one.kind() == kind)
                    .limit(MOST_DISAGREEMENTS)
                    .forEach(one -> print(out, one));
        }
    }

    private static void print(RingsideCommand out, SymbolComparison.Disagreement one) {
        out.line(
                "  %s %016x %c %s",
                switch (one.kind()) {
                    case ONLY_IN_IMAGE -> "only in the image:";
                    case ONLY_IN_FILE -> "only in the file: ";
                    case OTHER_TYPE -> "of another type:  ";
                },
                one.symbol().address(),
                one.symbol().type(),
                one.symbol().name());
    }

    private static void areas(RingsideCommand out, Observed<PerCpuAreas> areas) {
        areas.toOptional()
                .ifPresentOrElse(
                        found -> found.areas()
                                .forEach(area -> out.line(
                                        "processor %d: per-CPU area 0x%x, %,d bytes%s",
                                        area.cpu(),
                                        area.start(),
                                        area.size(),
                                        area.task()
                                                .map(task -> ", runs task 0x%x".formatted(task))
                                                .orElse(""))),
                        () -> out.line("per-CPU areas not known: %s", areas.reason()));
    }

    private static void print(RingsideCommand out, KernelModule module) {
        out.line(
                "  0x%x %-24s %-8s %,9d bytes  %s%s",
                module.address(),
                module.name(),
                module.state()
                        .map(state -> state.name().toLowerCase(Locale.ROOT))
                        .orElse("?"),
                module.size(),
                sources(module),
                module.isHidden() ? "  HIDDEN" : "");
    }

    /** Where a module was found, in the order of the sources. */
    static String sources(KernelModule module) {
        return module.sources().stream()
                .sorted()
                .map(source -> source.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(" "));
    }

    private static void print(RingsideCommand out, KernelTask task) {
        out.line(
                "  0x%x %6s %-16s uid %s, mm %s, cred %s",
                task.address(),
                task.pid().map(Object::toString).orElse("?"),
                printable(task.name().orElse("?")),
                task.uid().map(Object::toString).orElse("?"),
                task.mm().map(Json::hex).orElse("?"),
                task.cred().map(Json::hex).orElse("?"));
    }

    /** Names come from memory, and may hold anything. */
    static String printable(String name) {
        return name.replaceAll("\\p{Cntrl}", "?");
    }
}
