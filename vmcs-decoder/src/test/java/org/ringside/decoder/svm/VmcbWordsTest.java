package org.ringside.decoder.svm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.SparseMemory;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.StructureNode;

class VmcbWordsTest {
    private static final long ADDRESS = 0x7000;

    /** Makes every field be in use, so that it is decoded. */
    private static byte[] page() {
        byte[] page = new byte[VmcbField.VMCB_SIZE];
        page[VmcbField.NESTED_CONTROL.offset()] = 1;
        page[VmcbField.INTERCEPT_VECTOR_3.offset() + 3] = 0x18;
        page[VmcbField.VIRTUALIZATION_CONTROL.offset()] = 1;
        return page;
    }

    @ParameterizedTest
    @CsvFileSource(resources = "words.csv", delimiter = '|')
    void wordsAreDecodedBitByBit(VmcbField field, String code, String bytes, String expected) {
        SparseMemory memory = new SparseMemory();
        if (bytes == null || bytes.isEmpty()) {
            assertEquals("not captured", expected);
            assertTrue(Vmcb.read(memory, ADDRESS) instanceof Observed.NotCaptured);
            return;
        }
        byte[] page = page();
        long exit = Long.parseLong(code, 16);
        for (int i = 0; i < 8; i++) {
            page[VmcbField.EXITCODE.offset() + i] = (byte) (exit >>> (8 * i));
        }
        byte[] word = HexFormat.of().parseHex(bytes);
        assertEquals(field.bytes(), word.length);
        System.arraycopy(word, 0, page, field.offset(), word.length);
        Vmcb vmcb = Vmcb.read(memory.page(ADDRESS, page), ADDRESS + 0x123).orElseThrow();
        StructureNode.Field node = VmcbTree.field(field, vmcb.get(field), vmcb, Optional.of(vmcb.span(field, 0)));
        if (expected.startsWith("finding: ")) {
            List<String> codes = node.children().stream()
                    .flatMap(child -> child.findings().stream())
                    .map(Finding::code)
                    .toList();
            assertTrue(codes.contains(expected.substring(9)), codes.toString());
            return;
        }
        Map<String, String> parts = new TreeMap<>();
        for (StructureNode child : node.children()) {
            if (child instanceof StructureNode.Field part) {
                parts.put(part.name(), part.value().map(Object::toString).orElse("?"));
            }
        }
        for (String pair : expected.split(",", -1)) {
            String[] nameAndValue = pair.split(": ", -1);
            assertEquals(nameAndValue[1], parts.get(nameAndValue[0]), () -> nameAndValue[0] + " of " + parts);
        }
    }

    @ParameterizedTest
    @EnumSource(VmcbField.class)
    void aTableHasTheWidthOfItsField(VmcbField field) {
        Vmcb vmcb = Vmcb.read(new SparseMemory().page(ADDRESS, page()), ADDRESS).orElseThrow();
        VmcbTree.table(field, vmcb).ifPresent(table -> assertEquals(8 * field.bytes(), table.width(), table.name()));
    }

    @Test
    void noByteIsOfTwoFields() {
        BitSet taken = new BitSet();
        for (VmcbField field : VmcbField.values()) {
            int end = field.offset() + field.bytes() * field.elements();
            assertEquals(-1, firstSet(taken, field.offset(), end), field + " overlaps another");
            taken.set(field.offset(), end);
            assertEquals(
                    field.group().inControlArea(), field.offset() < VmcbField.SAVE_AREA, field + " lies in its area");
            assertTrue(end <= VmcbField.VMCB_SIZE);
        }
        assertEquals(
                VmcbField.values().length,
                List.of(VmcbField.values()).stream()
                        .map(VmcbField::symbol)
                        .collect(Collectors.toSet())
                        .size());
    }

    private static int firstSet(BitSet bits, int from, int to) {
        int next = bits.nextSetBit(from);
        return next < to ? next : -1;
    }

    @Test
    void fieldsThatAreNotInUseBreakNoRule() {
        byte[] page = new byte[VmcbField.VMCB_SIZE];
        page[VmcbField.N_CR3.offset() + 7] = (byte) 0xff;
        Vmcb vmcb = Vmcb.read(new SparseMemory().page(ADDRESS, page), ADDRESS).orElseThrow();
        StructureNode.Field field = VmcbTree.field(VmcbField.N_CR3, vmcb.get(VmcbField.N_CR3), vmcb, Optional.empty());
        assertEquals("not in use: NP_ENABLE is 0", field.meaning());
        assertEquals(List.of(), field.children());
    }

    @Test
    void exitCodesHaveTheirNames() {
        assertEquals("VMEXIT_NPF", ExitCode.of(0x400).orElseThrow().name());
        assertEquals("VMEXIT_INVALID", ExitCode.of(-1).orElseThrow().name());
        assertEquals("VMEXIT_CR8_WRITE", ExitCode.of(0x18).orElseThrow().name());
        assertEquals("VMEXIT_EXCP14", ExitCode.of(0x4e).orElseThrow().name());
        assertEquals("VMEXIT_HLT", ExitCode.of(0x78).orElseThrow().name());
        assertEquals("VMEXIT_MWAIT", ExitCode.of(0x8b).orElseThrow().name());
        assertEquals(Optional.empty(), ExitCode.of(0xa7));
        assertEquals(Optional.empty(), ExitCode.of(0x404));
        assertEquals(Optional.empty(), ExitCode.of(-5));
    }

    @Test
    void theInstructionBytesAreThoseFetched() {
        byte[] page = page();
        page[VmcbField.INSTRUCTION_BYTES_FETCHED.offset()] = 2;
        page[VmcbField.INSTRUCTION_BYTES.offset()] = 0x0f;
        page[VmcbField.INSTRUCTION_BYTES.offset() + 1] = (byte) 0xa2;
        page[VmcbField.INSTRUCTION_BYTES.offset() + 2] = 0x55;
        Vmcb vmcb = Vmcb.read(new SparseMemory().page(ADDRESS, page), ADDRESS).orElseThrow();
        assertEquals("0fa2", HexFormat.of().formatHex(vmcb.instructionBytes()));
    }
}
