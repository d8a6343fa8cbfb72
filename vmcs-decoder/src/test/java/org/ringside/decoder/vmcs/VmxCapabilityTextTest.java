package org.ringside.decoder.vmcs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.structure.Findings;
import org.ringside.decoder.structure.StructureNode;

final class VmxCapabilityTextTest {
    /** A Westmere processor, as published. */
    private static final String WESTMERE = """
            CPU(0x00): RDMSR(0x00000480) = 0x00da04000000000f
            CPU(0x00): RDMSR(0x00000481) = 0x0000007f00000016
            CPU(0x00): RDMSR(0x00000482) = 0xfff9fffe0401e172
            CPU(0x00): RDMSR(0x00000483) = 0x007fffff00036dff
            CPU(0x00): RDMSR(0x00000484) = 0x0000ffff000011ff
            CPU(0x00): RDMSR(0x00000485) = 0x00000000000401e7
            CPU(0x00): RDMSR(0x00000486) = 0x0000000080000021
            CPU(0x00): RDMSR(0x00000487) = 0x00000000ffffffff
            CPU(0x00): RDMSR(0x00000488) = 0x0000000000002000
            CPU(0x00): RDMSR(0x00000489) = 0x00000000000267ff
            CPU(0x00): RDMSR(0x0000048a) = 0x000000000000002a
            CPU(0x00): RDMSR(0x0000048b) = 0x000000ff00000000
            CPU(0x00): RDMSR(0x0000048c) = 0x00000f0106114141
            CPU(0x00): RDMSR(0x0000048d) = 0x0000007f00000016
            CPU(0x00): RDMSR(0x0000048e) = 0xfff9fffe04006172
            CPU(0x00): RDMSR(0x0000048f) = 0x007fffff00036dfb
            CPU(0x00): RDMSR(0x00000490) = 0x0000ffff000011fb
            CPU(0x00): RDMSR(0x00000491) = unavailable
            """;

    /** What KVM offers to its guests (revision 0x11e57ed0), as published; the columns after the value are something else. */
    private static final String NESTED_KVM = """
            0x00000480 0x00d8100011e57ed0 0x0000000000000000 0x0000000000000000
            0x00000481 0x0000007f00000016 0x0000000000000000 0x0000000000000000
            0x00000482 0xfff9fffe0401e172 0x0000000000000000 0x0000000000000000
            0x00000483 0x007ffdff00036dff 0x0000000000000000 0x0000000000000000
            0x00000484 0x0000f3ff000011ff 0x0000000000000000 0x0000000000000000
            0x00000485 0x0000000020000065 0x0000000000000000 0x0000000000000000
            0x0000048b 0x000078ff00000000 0x0000000000000000 0x0000000000000000
            0x0000048c 0x00000f0106334041 0x0000000000000000 0x0000000000000000
            0x0000048e 0xfff9fffe04006172 0x0000000000000000 0x0000000000000000
            0x0000048f 0x007ffdff00036dfb 0x0000000000000000 0x0000000000000000
            0x00000490 0x0000f3ff000011fb 0x0000000000000000 0x0000000000000000
            """;

    private static VmxCapabilityText parse(String text) {
        return VmxCapabilityText.parse(text).orElseThrow();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0x480 00da040000000004",
                "480: 00da040000000004",
                "480h = da040000000004",
                "0x480=0xda040000000004,",
                "IA32_VMX_BASIC 0xda040000000004",
                "MSR_IA32_VMX_BASIC = 0xda040000000004",
                "00:00:00.154454 HM: MSR_IA32_VMX_BASIC   = 0xda040000000004",
                "IA32_VMX_BASIC (0x480) = 0x00da040000000004",
                "0x480 (IA32_VMX_BASIC): 0x00da040000000004",
                "MSR 00000480: 00DA-0400-0000-0004",
                "msr[0x480] = 00da0400:00000004",
                "CPU(0x00): RDMSR(0x00000480) = 0x00da040000000004",
                "+ rdmsr 0x480/00da040000000004",
                "ia32_vmx_basic/00da040000000004",
            })
    void readsTheFormsThatToolsPrint(String lines) {
        VmxCapabilityText found = parse(lines.replace('/', '\n'));
        assertEquals(0x00da_0400_0000_0004L, found.capabilities().basic().orElseThrow());
        assertEquals(1, found.msrs());
        assertEquals(List.of(), found.notes());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nothing of this kind",
                "0x479 0x1",
                "0x494 0x1",
                "0x480",
                "0x480 unavailable",
                "rdmsr: CPU 0 cannot read MSR 0x00000491",
                "0x1480 0x5",
                "0.000480 0x5",
                "0x480 00da04000000000400",
                "IA32_VMX_FOO 0x12",
                "IA32_EFER 0xd01",
            })
    void passesOtherLinesOver(String line) {
        assertEquals(Optional.empty(), VmxCapabilityText.parse(line));
    }

    @Test
    void theWidthAndContradictionsAreToldOf() {
        VmxCapabilityText found = parse("address sizes\t: 46 bits physical, 48 bits virtual\n0x480 1\n0x480 2\n");
        assertEquals(46, found.capabilities().physicalAddressBits().orElseThrow());
        assertEquals(List.of("IA32_VMX_BASIC is 0x1 and 0x2; the first is taken"), found.notes());
        assertEquals(1, parse("maxphyaddr = 99\n0x480 1").notes().size());
    }

    @Test
    void capabilitiesOfAProcessorAreDecoded() {
        VmxCapabilityText westmere = parse(WESTMERE);
        assertEquals(17, westmere.msrs());
        StructureNode.Structure tree = westmere.capabilities().decode();
        assertEquals(15, value(tree, "IA32_VMX_BASIC", "VMCS revision identifier"));
        assertEquals(1024, value(tree, "IA32_VMX_BASIC", "Region size"));
        assertTrue(field(tree, "IA32_VMX_BASIC", "Memory type").endsWith("write-back (WB)"));
        assertEquals(4, value(tree, "IA32_VMX_MISC", "CR3-target values"));
        String secondary = "Allowed Secondary processor-based VM-execution controls";
        assertEquals("0 or 1", field(tree, secondary, "Enable EPT"));
        assertEquals("0 or 1", field(tree, secondary, "Unrestricted guest"));
        assertEquals("must be 0", field(tree, secondary, "APIC-register virtualization"));
        // without the TRUE MSRs CR3-load exiting would have to be 1
        assertEquals(
                "0 or 1", field(tree, "Allowed Primary processor-based VM-execution controls", "CR3-load exiting"));
        assertTrue(Findings.of(tree).isEmpty(), Findings.of(tree)::toString);
        StructureNode tertiary = child(tree, "Allowed Tertiary processor-based VM-execution controls");
        assertTrue(tertiary.children().isEmpty());
        assertTrue(tertiary.meaning().contains("not captured"), tertiary.meaning());
    }

    @Test
    void everyAllowedSettingIsWithinTheNamedOrReservedBits() {
        for (String dump : List.of(WESTMERE, NESTED_KVM)) {
            VmxCapabilities capabilities = parse(dump).capabilities();
            for (ControlWord word :
                    List.of(ControlWord.PIN, ControlWord.PRIMARY, ControlWord.EXIT, ControlWord.ENTRY)) {
                if (capabilities.allowed(word)
                        instanceof Observed.Known<VmxCapabilities.Allowed>(VmxCapabilities.Allowed allowed)) {
                    assertEquals(0, allowed.required() & ~allowed.ones(), word.title());
                    assertEquals(0, allowed.required() & ~word.defaultOnes(), word.title());
                    long named = VmxControl.of(word).stream()
                            .mapToLong(VmxControl::mask)
                            .reduce(0, (a, b) -> a | b);
                    assertEquals(0, allowed.ones() & ~(named | word.defaultOnes()), word.title());
                }
            }
        }
    }

    @Test
    void withoutTrueMsrsTheDefaultOnesAreRequired() {
        VmxCapabilities old =
                parse("0x480 00100400000000d\n0x482 fff9fffe0401e172\n").capabilities();
        VmxCapabilities.Allowed allowed = old.allowed(ControlWord.PRIMARY).orElseThrow();
        assertEquals(VmxControl.CR3_LOAD_EXITING.mask(), allowed.mustBeOne(0) & VmxControl.CR3_LOAD_EXITING.mask());
        assertFalse(old.allowed(ControlWord.PIN).isKnown());
    }

    private static String field(StructureNode tree, String group, String name) {
        return child(child(tree, group), name).meaning();
    }

    private static long value(StructureNode tree, String group, String name) {
        return child(child(tree, group), name) instanceof StructureNode.Field field
                ? field.value().orElseThrow()
                : -1;
    }

    private static StructureNode child(StructureNode tree, String name) {
        return tree.children().stream()
                .filter(node -> node.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name));
    }
}
