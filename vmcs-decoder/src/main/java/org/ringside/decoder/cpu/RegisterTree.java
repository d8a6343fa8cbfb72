package org.ringside.decoder.cpu;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.structure.BitFieldLayout;
import org.ringside.decoder.structure.StructureNode;

/** The registers of a virtual CPU as a decoded tree: general, control with every bit, segments, tables, debug, all others. */
public final class RegisterTree {
    private static final List<String> GENERAL = List.of(
            "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rsp", "r8", "r9", "r10", "r11", "r12", "r13", "r14",
            "r15", "rip");
    private static final List<String> CONTROL = List.of("cr0", "cr2", "cr3", "cr4", "cr8", "efer");
    private static final List<String> SEGMENTS = List.of("cs", "ss", "ds", "es", "fs", "gs", "ldtr", "tr");
    private static final List<String> TABLES = List.of("gdtr", "idtr");
    private static final List<String> DEBUG = List.of("dr0", "dr1", "dr2", "dr3", "dr6", "dr7");

    private static final Map<String, BitFieldLayout> LAYOUTS = Map.of(
            "rflags", RegisterLayouts.RFLAGS,
            "cr0", RegisterLayouts.CR0,
            "cr3", RegisterLayouts.CR3,
            "cr4", RegisterLayouts.CR4,
            "efer", RegisterLayouts.EFER,
            "dr6", RegisterLayouts.DR6,
            "dr7", RegisterLayouts.DR7,
            "ia32_pat", RegisterLayouts.PAT);
    private static final Map<String, String> MEANINGS = Map.of(
            "cr2", "address of the last page fault", "cr8", "task priority", "rip", "next instruction", "rsp", "stack");

    private final CpuRegisters registers;
    private final Set<String> shown = new HashSet<>();

    private RegisterTree(CpuRegisters registers) {
        this.registers = registers;
    }

    /** What matters for every CPU is there even if it was not captured, with the reason; the rest only where captured. */
    public static StructureNode.Structure of(CpuRegisters registers) {
        return new RegisterTree(registers).build();
    }

    private StructureNode.Structure build() {
        List<StructureNode> groups = new ArrayList<>();
        List<StructureNode> general = new ArrayList<>();
        GENERAL.forEach(name -> general.add(register(name, 64)));
        general.add(register("rflags", 64));
        groups.add(group("General registers", general));
        List<StructureNode> control = new ArrayList<>();
        for (String name : CONTROL) {
            if (!name.equals("cr8") || registers.get(name).isKnown()) {
                control.add(register(name, 64));
            }
        }
        groups.add(group("Control registers", control));
        groups.add(group("Segments", SEGMENTS.stream().map(this::segment).toList()));
        groups.add(group("Descriptor tables", TABLES.stream().map(this::table).toList()));
        addCaptured(groups, "Debug registers", DEBUG);
        List<String> others = registers.values().keySet().stream()
                .filter(name -> !shown.contains(name))
                .toList();
        addCaptured(
                groups,
                "Model-specific registers",
                others.stream().filter(name -> name.startsWith("ia32_")).toList());
        addCaptured(
                groups,
                "Other registers",
                others.stream().filter(name -> !shown.contains(name)).toList());
        return group("vCPU " + registers.vcpu(), groups);
    }

    private void addCaptured(List<StructureNode> groups, String title, List<String> names) {
        List<StructureNode> found = names.stream()
                .filter(name -> registers.get(name).isKnown())
                .map(name -> register(name, 64))
                .toList();
        if (!found.isEmpty()) {
            groups.add(group(title, found));
        }
    }

    private StructureNode register(String name, int width) {
        shown.add(name);
        BitFieldLayout layout = LAYOUTS.get(name);
        Observed<Long> value = registers.get(name);
        if (layout != null) {
            return layout.decode(title(name), value, Optional.empty());
        }
        return field(title(name), value, width, value.isKnown() ? MEANINGS.getOrDefault(name, "") : value.reason());
    }

    private StructureNode segment(String name) {
        List<StructureNode> parts = new ArrayList<>();
        Observed<Long> selector = take(name + ".selector");
        parts.add(RegisterLayouts.SELECTOR.decode("selector", selector, Optional.empty()));
        parts.add(part("base", take(name + ".base"), 64));
        parts.add(part("limit", take(name + ".limit"), 32));
        Observed<Long> access = take(name + ".access");
        boolean system = name.equals("ldtr") || name.equals("tr");
        BitFieldLayout layout = system ? RegisterLayouts.SYSTEM_SEGMENT : RegisterLayouts.SEGMENT;
        parts.add(layout.decode("access", access, Optional.empty()));
        return group(title(name), parts);
    }

    private StructureNode table(String name) {
        return group(
                title(name), List.of(part("base", take(name + ".base"), 64), part("limit", take(name + ".limit"), 16)));
    }

    private Observed<Long> take(String name) {
        shown.add(name);
        return registers.get(name);
    }

    private static StructureNode part(String name, Observed<Long> value, int width) {
        return field(name, value, width, value.isKnown() ? "" : value.reason());
    }

    private static StructureNode.Field field(String name, Observed<Long> value, int width, String meaning) {
        return new StructureNode.Field(
                name,
                value,
                width,
                meaning,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of());
    }

    private static StructureNode.Structure group(String name, List<StructureNode> children) {
        return new StructureNode.Structure(name, "", Optional.empty(), Optional.empty(), List.of(), children);
    }

    private static String title(String name) {
        return name.toUpperCase(Locale.ROOT);
    }
}
