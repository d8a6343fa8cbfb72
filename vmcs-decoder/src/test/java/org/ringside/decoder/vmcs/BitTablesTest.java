package org.ringside.decoder.vmcs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.structure.BitFieldLayout;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.Findings;
import org.ringside.decoder.structure.StructureNode;

class BitTablesTest {
    static Stream<BitFieldLayout> tables() {
        return Stream.of(
                        Arrays.stream(ControlWord.values()).map(ControlLayouts::of),
                        ExitQualifications.all().stream(),
                        InstructionInformation.all().stream(),
                        Stream.of(
                                ControlLayouts.EXCEPTION_BITMAP,
                                GuestStateLayouts.REVISION,
                                GuestStateLayouts.ABORT,
                                GuestStateLayouts.INTERRUPTIBILITY,
                                GuestStateLayouts.ACTIVITY,
                                GuestStateLayouts.PENDING_DEBUG_EXCEPTIONS,
                                GuestStateLayouts.INTERRUPT_STATUS,
                                GuestStateLayouts.DEBUGCTL,
                                GuestStateLayouts.PERF_GLOBAL_CTRL,
                                GuestStateLayouts.S_CET,
                                EventLayouts.ENTRY_INFO,
                                EventLayouts.EXIT_INFO,
                                EventLayouts.IDT_VECTORING_INFO,
                                EventLayouts.EXIT_REASON,
                                EventLayouts.INSTRUCTION_ERROR,
                                TranslationLayouts.EPT_POINTER,
                                TranslationLayouts.HLAT_POINTER,
                                TranslationLayouts.MSR_ENTRY,
                                TranslationLayouts.POSTED_INTERRUPT_CONTROL,
                                CapabilityLayouts.BASIC,
                                CapabilityLayouts.MISC,
                                CapabilityLayouts.EPT_VPID))
                .flatMap(s -> s);
    }

    @ParameterizedTest
    @MethodSource("tables")
    void tilesItsWidthWithUniqueNames(BitFieldLayout table) {
        assertEquals(List.of(), table.defects());
    }

    @Test
    void everyControlHasItsBitInItsWord() {
        for (VmxControl control : VmxControl.values()) {
            assertTrue(control.bit() < control.word().width(), control.toString());
            BitFieldLayout table = ControlLayouts.of(control.word());
            assertEquals(
                    control.bit(),
                    table.field(control.title()).orElseThrow().bits().low());
            assertEquals(control.word().width(), control.word().field().width().bits());
        }
    }

    /** The bits that the first processors with VMX required to be 1 (SDM vol. 3, A.3 to A.5). */
    @ParameterizedTest
    @CsvSource({"PIN, 0x16", "PRIMARY, 0x0401e172", "EXIT, 0x36dff", "ENTRY, 0x11ff"})
    void default1Class(ControlWord word, String mask) {
        assertEquals(Long.decode(mask), word.defaultOnes());
        long reserved = ControlLayouts.of(word).reservedOneMask();
        long named = VmxControl.of(word).stream().mapToLong(VmxControl::mask).reduce(0, (a, b) -> a | b);
        assertEquals(word.defaultOnes() & ~named, reserved);
    }

    /** Words of a real VMCS, each with bits that are set in it. */
    @ParameterizedTest
    @CsvSource({
        "PIN, 0x7f, Virtual NMIs",
        "PIN, 0x7f, Activate VMX-preemption timer",
        "PRIMARY, 0xb5a06dfa, Use MSR bitmaps",
        "PRIMARY, 0xb5a06dfa, Activate secondary controls",
        "SECONDARY, 0x74ef, VMCS shadowing",
        "SECONDARY, 0x74ef, Enable EPT",
        "SECONDARY, 0x74ef, PAUSE-loop exiting",
        "EXIT, 0xbefff, Host address-space size",
        "ENTRY, 0x53ff, IA-32e mode guest",
    })
    void namesTheBitsOfRealControlWords(ControlWord word, String value, String name) {
        StructureNode.Field node = ControlLayouts.of(word).decode(Observed.known(Long.decode(value)), Optional.empty());
        assertEquals(List.of(), Findings.of(node));
        StructureNode bit = node.children().stream()
                .filter(c -> c.name().equals(name))
                .findFirst()
                .orElseThrow();
        assertEquals(Observed.known(1L), ((StructureNode.Field) bit).value());
    }

    @Test
    void reservedControlBitsAreFound() {
        List<Finding> findings = ControlLayouts.of(ControlWord.PIN).check(0x17 | 1 << 12, Optional.empty());
        assertEquals(
                List.of("vmcs.reserved-bits-set"),
                findings.stream().map(Finding::code).toList());
        findings = ControlLayouts.of(ControlWord.PIN).check(0, Optional.empty());
        assertTrue(findings.stream().allMatch(f -> f.code().equals("vmcs.reserved-bits-clear")));
    }

    @ParameterizedTest
    @CsvSource({
        "0, EXCEPTION_OR_NMI",
        "28, CONTROL_REGISTER_ACCESS",
        "30, IO_INSTRUCTION",
        "48, EPT_VIOLATION",
        "49, EPT_MISCONFIGURATION",
        "52, VMX_PREEMPTION_TIMER_EXPIRED",
        "62, PAGE_MODIFICATION_LOG_FULL",
        "75, INSTRUCTION_TIMEOUT",
        "77, TDCALL",
        "85, WRMSRNS_IMMEDIATE",
        "0x80000021, ENTRY_FAILURE_GUEST_STATE",
    })
    void exitReasons(String number, ExitReason reason) {
        assertEquals(Optional.of(reason), ExitReason.of(Long.decode(number)));
    }

    @Test
    void exitReasonsWithoutMeaningHaveNone() {
        for (int number : new int[] {35, 38, 42, 71, 82, 83, 86, 0xffff}) {
            assertEquals(Optional.empty(), ExitReason.of(number));
        }
    }

    /** OUT DX, AL to port 0xe9, as a real VM exit reported it. */
    @Test
    void qualificationOfAnOut() {
        StructureNode.Field node =
                ExitQualifications.of(ExitReason.IO_INSTRUCTION, 0).decode(Observed.known(0xe90000L), Optional.empty());
        assertEquals("1 byte", child(node, "Size of access"));
        assertEquals("OUT", child(node, "Direction"));
        assertEquals("0xe9", child(node, "Port number"));
    }

    @Test
    void qualificationOfAnExceptionDependsOnItsVector() {
        assertEquals(
                ExitQualifications.DEBUG_EXCEPTION, ExitQualifications.of(ExitReason.EXCEPTION_OR_NMI, 0x80000301L));
        assertTrue(ExitQualifications.of(ExitReason.EXCEPTION_OR_NMI, 0x80000b0eL)
                .field("Linear address")
                .isPresent());
    }

    private static String child(StructureNode node, String name) {
        return node.children().stream()
                .filter(c -> c.name().equals(name))
                .map(StructureNode::meaning)
                .findFirst()
                .orElseThrow();
    }
}
