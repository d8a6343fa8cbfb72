package org.ringside.agent.integrity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ByteChangeTest {
    private static MemorySegment bytes(String hexadecimal) {
        return MemorySegment.ofArray(HexFormat.of().parseHex(hexadecimal));
    }

    private static ByteChange change(int offset, String before, String after) {
        return new ByteChange(offset, ByteString.parse(before), ByteString.parse(after));
    }

    @Test
    void equalBytesHaveNoChange() {
        assertEquals(List.of(), ByteChange.between(bytes("00112233"), bytes("00112233"), 0));
        assertEquals(List.of(), ByteChange.between(bytes(""), bytes(""), 0));
    }

    @Test
    void changesAtBothEndsAreFoundApart() {
        assertEquals(
                List.of(change(0, "00", "ff"), change(3, "33", "ee")),
                ByteChange.between(bytes("00112233"), bytes("ff1122ee"), 1));
    }

    @Test
    void aGapThatIsSmallEnoughIsSwallowed() {
        assertEquals(
                List.of(change(0, "00112233", "ff1122ee")),
                ByteChange.between(bytes("00112233"), bytes("ff1122ee"), 2));
    }

    @Test
    void wordsAreShownWhole() {
        assertEquals(
                List.of(change(4, "44556677", "44ff6677")),
                ByteChange.between(bytes("0011223344556677"), bytes("0011223344ff6677"), 0, 4));
        assertEquals(
                List.of(change(4, "44", "45")),
                ByteChange.between(bytes("0011223344"), bytes("0011223345"), 0, 4),
                "a last word that is cut short is shown as far as it goes");
    }

    @Test
    void differentLengthsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> ByteChange.between(bytes("00"), bytes("0000"), 0));
    }

    @Test
    void everyDifferenceIsInExactlyOneChange() {
        Random random = new Random(7);
        for (int round = 0; round < 500; round++) {
            byte[] before = new byte[random.nextInt(200)];
            random.nextBytes(before);
            byte[] after = before.clone();
            for (int i = random.nextInt(20); i > 0 && after.length > 0; i--) {
                after[random.nextInt(after.length)] ^= (byte) (1 + random.nextInt(255));
            }
            int gap = random.nextInt(10);
            int unit = 1 << random.nextInt(4);
            byte[] rebuilt = before.clone();
            int end = -1;
            for (ByteChange change :
                    ByteChange.between(MemorySegment.ofArray(before), MemorySegment.ofArray(after), gap, unit)) {
                assertEquals(true, change.offset() > end, "changes are in order and apart");
                end = change.offset() + change.length() - 1;
                System.arraycopy(change.after().toBytes(), 0, rebuilt, change.offset(), change.length());
            }
            assertEquals(HexFormat.of().formatHex(after), HexFormat.of().formatHex(rebuilt));
        }
    }
}
