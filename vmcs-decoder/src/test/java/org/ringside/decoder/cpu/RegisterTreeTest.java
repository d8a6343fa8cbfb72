package org.ringside.decoder.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.Findings;
import org.ringside.decoder.structure.Golden;
import org.ringside.decoder.structure.StructureNode;
import org.ringside.decoder.structure.StructureText;

final class RegisterTreeTest {
    private static final Map<String, Long> VALUES = Map.ofEntries(
            Map.entry("rax", 0x17b75930L),
            Map.entry("rip", 0xffffffff81c00be0L),
            Map.entry("rsp", 0xfffffe0000002fd0L),
            Map.entry("rflags", 0x46L),
            Map.entry("cr0", 0x80050033L),
            Map.entry("cr2", 0x5e3c80L),
            Map.entry("cr3", 0x6a80000L),
            Map.entry("cr4", 0x751ef0L),
            Map.entry("efer", 0xd01L),
            Map.entry("cs.selector", 0x10L),
            Map.entry("cs.base", 0L),
            Map.entry("cs.limit", 0xffffffffL),
            Map.entry("cs.access", 0xa09bL),
            Map.entry("tr.selector", 0x40L),
            Map.entry("tr.base", 0xfffffe0000003000L),
            Map.entry("tr.limit", 0x4087L),
            Map.entry("tr.access", 0x89L),
            Map.entry("gdtr.base", 0xfffffe0000001000L),
            Map.entry("gdtr.limit", 0x7fL),
            Map.entry("dr6", 0xffff0ff0L),
            Map.entry("dr7", 0x400L),
            Map.entry("ia32_lstar", 0xffffffff81c00be0L),
            Map.entry("ia32_pat", 0x0007040600070406L),
            Map.entry("mxcsr", 0x1f80L));

    private static StructureNode.Structure tree(Map<String, Long> values) {
        return RegisterTree.of(new CpuRegisters(0, new TreeMap<>(values)));
    }

    @Test
    void everyCapturedRegisterIsShownOnce() {
        List<String> groups =
                tree(VALUES).children().stream().map(StructureNode::name).toList();
        assertEquals(
                List.of(
                        "General registers",
                        "Control registers",
                        "Segments",
                        "Descriptor tables",
                        "Debug registers",
                        "Model-specific registers",
                        "Other registers"),
                groups);
        SortedMap<String, Long> many = new TreeMap<>(VALUES);
        for (int i = 0; i < 100; i++) {
            many.put("x" + i, (long) i);
        }
        String text = StructureText.print(tree(many));
        for (String name : many.keySet()) {
            String last = name.substring(name.indexOf('.') + 1);
            String title = name.contains(".") ? last : name.toUpperCase(Locale.ROOT);
            assertTrue(text.contains("  " + title + " = "), () -> title + " is missing in\n" + text);
        }
    }

    @Test
    void aRealKernelsRegistersBreakNoRule() {
        assertEquals(List.of(), Findings.of(tree(VALUES)));
    }

    @Test
    void brokenRegistersAreFound() {
        Map<String, Long> broken = Map.of("cr0", 1L << 40, "rflags", 0L, "efer", 2L);
        assertEquals(
                "cpu.reserved-bits-clear cpu.reserved-bits-set cpu.reserved-bits-set",
                Findings.of(tree(broken)).stream().map(Finding::code).collect(Collectors.joining(" ")));
    }

    @Test
    void whatWasNotCapturedSaysSo() {
        String text = StructureText.print(tree(Map.of()));
        assertTrue(text.contains("CR3 = ? — register cr3 of vCPU 0 was not captured"), text);
        assertTrue(!text.contains("Debug registers"), text);
    }

    @Test
    void registersAsText() throws Exception {
        Golden.check("registers", StructureText.print(tree(VALUES)));
    }
}
