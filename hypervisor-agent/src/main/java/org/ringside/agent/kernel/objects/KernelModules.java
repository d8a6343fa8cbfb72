package org.ringside.agent.kernel.objects;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.ringside.agent.kernel.image.LinuxKernel;
import org.ringside.agent.kernel.objects.KernelModule.Source;
import org.ringside.agent.kernel.objects.KernelModule.State;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.Severity;

/**
 * The modules of a kernel from three sources, kept apart: its list, its sysfs objects, and what has the form of a module in the memory where modules
 * are loaded. What one source has and another lacks becomes a finding.
 *
 * @param modules by address
 * @param read the sources that could be read; the others say in the findings why not
 * @param findings what was odd
 */
public record KernelModules(List<KernelModule> modules, Set<Source> read, List<Finding> findings) {
    private static final int MOST_MODULES = 1 << 14;

    public KernelModules {
        modules = List.copyOf(modules);
        read = Set.copyOf(read);
        findings = List.copyOf(findings);
    }

    /** The modules, or what is missing to read any: the kernel's types. */
    public static Observed<KernelModules> of(LinuxKernel kernel) {
        ObjectReader reader = new ObjectReader(kernel, "modules");
        return ModuleForm.of(reader).map(form -> new Reading(reader, form).result());
    }

    /** A reading of all sources in the making. */
    private static final class Reading {
        private final ObjectReader reader;
        private final ModuleForm form;
        private final Map<Long, Set<Source>> sources = new TreeMap<>(Long::compareUnsigned);
        private final Set<Source> read = EnumSet.noneOf(Source.class);

        Reading(ObjectReader reader, ModuleForm form) {
            this.reader = reader;
            this.form = form;
        }

        KernelModules result() {
            list();
            sysfs();
            memory();
            List<KernelModule> modules = new ArrayList<>();
            sources.forEach((address, found) -> modules.add(module(address, found)));
            modules.forEach(this::compare);
            return new KernelModules(modules, read, reader.findings());
        }

        private void add(long module, Source source) {
            if (sources.size() < MOST_MODULES || sources.containsKey(module)) {
                sources.computeIfAbsent(module, address -> EnumSet.noneOf(Source.class))
                        .add(source);
            }
        }

        private void list() {
            Observed<Long> head = reader.kernel().address("modules");
            Observed<Long> node = reader.offset(ModuleForm.MODULE, "list");
            if (head instanceof Observed.Known<Long>(Long at) && node instanceof Observed.Known<Long>(Long offset)) {
                KernelList list = KernelList.walk(reader, "modules", at, MOST_MODULES);
                list.nodes().forEach(found -> add(found - offset, Source.LIST));
                isRead(Source.LIST, list.complete());
            } else {
                notRead(Source.LIST, head.isKnown() ? node.reason() : head.reason());
            }
        }

        /** The set of /sys/module has an object for each loaded module, and for built-in ones with parameters, which have no module. */
        private void sysfs() {
            Observed<Long> set = reader.kernel().variable("module_kset");
            Observed<Long> list = reader.offset("kset", "list");
            Observed<Long> entry = reader.offset("kobject", "entry");
            Observed<Long> inside = reader.offset("module_kobject", "kobj");
            if (!(set instanceof Observed.Known<Long>(Long kset))
                    || !(list instanceof Observed.Known<Long>(Long head))
                    || !(entry instanceof Observed.Known<Long>(Long node))
                    || !(inside instanceof Observed.Known<Long>(Long object))) {
                notRead(Source.SYSFS, set.isKnown() ? list.isKnown() ? inside.reason() : list.reason() : set.reason());
                return;
            }
            KernelList objects = KernelList.walk(reader, "objects of /sys/module", kset + head, MOST_MODULES);
            for (long found : objects.nodes()) {
                long module = reader.number(found - node - object, "module_kobject", "mod")
                        .orElse(0L);
                if (module != 0) {
                    add(module, Source.SYSFS);
                }
            }
            isRead(Source.SYSFS, objects.complete());
        }

        private void memory() {
            ModuleScan scan = new ModuleScan(reader, form);
            Observed<List<Long>> found = scan.modules(MOST_MODULES);
            if (found instanceof Observed.Known<List<Long>>(List<Long> modules)) {
                modules.forEach(module -> add(module, Source.MEMORY));
                isRead(Source.MEMORY, true);
            } else {
                notRead(Source.MEMORY, found.reason());
            }
        }

        private void isRead(Source source, boolean complete) {
            if (complete) {
                read.add(source);
            }
        }

        private void notRead(Source source, String why) {
            reader.note(
                    Severity.WARNING,
                    "modules.source-not-read",
                    "modules could not be read from %s: %s".formatted(describe(source), why),
                    0,
                    1);
        }

        private KernelModule module(long address, Set<Source> found) {
            return new KernelModule(
                    address,
                    form.name(address).orElse("?"),
                    reader.number(address, ModuleForm.MODULE, "state").flatMap(State::of),
                    form.areas(address),
                    found);
        }

        /** Only sources that were read to their end say that a module is not in them. */
        private void compare(KernelModule module) {
            Set<Source> lacking = EnumSet.copyOf(read);
            lacking.removeAll(module.sources());
            if (lacking.isEmpty()) {
                return;
            }
            boolean passing = module.state() instanceof Observed.Known<State>(State state) && state != State.LIVE;
            reader.note(
                    passing ? Severity.INFORMATION : Severity.ERROR,
                    passing ? "modules.passing" : "modules.hidden",
                    "module %s at 0x%x is in %s, but not in %s%s"
                            .formatted(
                                    module.name(),
                                    module.address(),
                                    describe(module.sources()),
                                    describe(lacking),
                                    passing ? "; it is being loaded or unloaded" : ""),
                    module.address(),
                    1);
        }

        private static String describe(Set<Source> several) {
            return String.join(
                    " and ", several.stream().sorted().map(Reading::describe).toList());
        }

        private static String describe(Source source) {
            return switch (source) {
                case LIST -> "the list of modules";
                case SYSFS -> "/sys/module";
                case MEMORY -> "the memory of modules";
            };
        }
    }
}
