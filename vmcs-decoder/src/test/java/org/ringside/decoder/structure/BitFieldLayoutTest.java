package org.ringside.decoder.structure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.ringside.decoder.memory.Observed;

final class BitFieldLayoutTest {
    private static final SpecificationReference REFERENCE = new SpecificationReference("A Specification", "1.2");
    private static final BitFieldLayout LAYOUT = BitFieldLayout.of("test", "Word", 16, REFERENCE)
            .flag(0, "P", "present", "absent", "present")
            .choice(2, 1, "TYPE", "type", "none", "some")
            .reservedZero(3, 3)
            .reservedOne(5, 4)
            .ignored(7, 6)
            .address(15, 8, "BASE", "base")
            .build();

    @Test
    void decodesEveryRowWithItsMeaning() {
        StructureNode.Field word = LAYOUT.decode(0xab33, ByteSpan.physical(0x1000, 2));
        assertEquals("P BASE=0xab00", word.meaning());
        assertEquals(
                List.of(
                        "present: present",
                        "type: some",
                        "must be 0",
                        "must be 1",
                        "ignored by hardware, free for software",
                        "base: 0xab00"),
                word.children().stream().map(StructureNode::meaning).toList());
        assertEquals(List.of(), Findings.of(word));
        StructureNode.Field base = (StructureNode.Field) word.children().getLast();
        assertEquals(Observed.known(0xabL), base.value());
        assertEquals(Optional.of(new BitSpan(15, 8)), base.bits());
        assertEquals(Optional.of(ByteSpan.physical(0x1000, 2)), base.span());
    }

    @Test
    void reservedBitsBecomeFindingsOfTheirOwnRow() {
        StructureNode.Field word = LAYOUT.decode(0x0008, ByteSpan.physical(0x1000, 2));
        assertEquals(
                List.of("test.reserved-bits-set", "test.reserved-bits-clear"),
                Findings.of(word).stream().map(Finding::code).toList());
        assertEquals(
                "Word at physical 0x1000: bits 3 are reserved and must be 0, but the word is 0x8",
                word.children().get(2).findings().getFirst().message());
        assertEquals(Findings.of(word), LAYOUT.check(0x0008, Optional.of(ByteSpan.physical(0x1000, 2))));
        assertEquals(0x8, LAYOUT.reservedZeroMask());
        assertEquals(0x30, LAYOUT.reservedOneMask());
    }

    @Test
    void valueOutsideAnEnumerationIsCalledReserved() {
        StructureNode.Field word = LAYOUT.decode(0x0034, ByteSpan.physical(0, 2));
        assertEquals("type: reserved value", word.children().get(1).meaning());
    }

    @Test
    void unknownWordHasAReasonAndNoRows() {
        StructureNode.Field word = LAYOUT.decode(new Observed.NotCaptured<>(0x1000, 2), Optional.empty());
        assertEquals(List.of(), word.children());
        assertEquals("not captured: 0x1000, 2 bytes", word.meaning());
    }

    @Test
    void defectsNameGapsOverlapsDuplicatesAndWrongEnds() {
        assertEquals(List.of(), LAYOUT.defects());
        BitFieldLayout gap = BitFieldLayout.of("test", "Gap", 8, REFERENCE)
                .flag(0, "A", "")
                .flag(2, "B", "")
                .number(7, 3, "C", "")
                .build();
        assertEquals(List.of("Gap: B starts at bit 2, expected 1"), gap.defects());
        BitFieldLayout overlap = BitFieldLayout.of("test", "Overlap", 8, REFERENCE)
                .number(3, 0, "A", "")
                .number(7, 3, "A", "")
                .build();
        assertEquals(
                List.of("Overlap: A starts at bit 3, expected 4", "Overlap: the name A is used twice"),
                overlap.defects());
        BitFieldLayout open = BitFieldLayout.of("test", "Short", 8, REFERENCE)
                .number(6, 0, "A", "")
                .build();
        assertEquals(List.of("Short: rows end at bit 7 of 8"), open.defects());
    }

    @Test
    void wholeWordFieldsKeepAll64Bits() {
        BitFieldLayout whole = BitFieldLayout.of("test", "Whole", 64, REFERENCE)
                .reservedZero(63, 0)
                .build();
        assertEquals(-1L, whole.reservedZeroMask());
        assertTrue(whole.check(0, Optional.empty()).isEmpty());
        assertEquals(1, whole.check(Long.MIN_VALUE, Optional.empty()).size());
        BitFieldLayout ones = BitFieldLayout.of("test", "Ones", 64, REFERENCE)
                .reservedOne(63, 0)
                .build();
        assertTrue(ones.check(-1L, Optional.empty()).isEmpty());
        assertEquals(1, ones.check(1, Optional.empty()).size());
    }

    @Test
    void textShowsTheTree() {
        assertEquals("""
                Word = 0xab3b @ physical 0x1000 — P BASE=0xab00
                  P [0] = 1 — present: present
                  TYPE [2:1] = 1 — type: some
                  Reserved (3) [3] = 1 — must be 0
                    ! test.reserved-bits-set: Word at physical 0x1000: bits 3 are reserved and must be 0, but the word is 0xab3b
                  Reserved (5:4) [5:4] = 3 — must be 1
                  Ignored (7:6) [7:6] = 0 — ignored by hardware, free for software
                  BASE [15:8] = 0xab — base: 0xab00
                """, StructureText.print(LAYOUT.decode(0xab3b, ByteSpan.physical(0x1000, 2))));
    }
}
