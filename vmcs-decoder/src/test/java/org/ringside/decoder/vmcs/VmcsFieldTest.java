package org.ringside.decoder.vmcs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class VmcsFieldTest {
    /** Appendix B by its tables: the encodings that are in use, first to last, of each width and group. */
    private static final int[][] PUBLISHED = {
        {0x0000, 0x000a},
        {0x0800, 0x0814},
        {0x0c00, 0x0c0c},
        {0x2000, 0x2044},
        {0x204a, 0x204e},
        {0x2052, 0x2052},
        {0x2400, 0x2406},
        {0x2800, 0x2828},
        {0x282e, 0x2830},
        {0x2c00, 0x2c16},
        {0x2c1a, 0x2c1a},
        {0x4000, 0x4024},
        {0x4400, 0x440e},
        {0x4800, 0x482a},
        {0x482e, 0x482e},
        {0x4c00, 0x4c00},
        {0x6000, 0x600e},
        {0x6400, 0x640a},
        {0x6800, 0x682c},
        {0x6c00, 0x6c1c},
    };

    @Test
    void holdsEveryPublishedEncodingAndNoOther() {
        Set<Integer> published = new TreeSet<>();
        for (int[] range : PUBLISHED) {
            for (int encoding = range[0]; encoding <= range[1]; encoding += 2) {
                published.add(encoding);
            }
        }
        Set<Integer> ours = new TreeSet<>();
        Arrays.stream(VmcsField.values()).forEach(f -> ours.add(f.encoding()));
        assertEquals(published, ours);
    }

    @Test
    void hasMoreFieldsThanTheListsOfThePeers() {
        // ia32-doc (SDM of May 2018) lists 162 encodings, high halves not counted; hvext lists 180
        assertTrue(VmcsField.values().length > 180, "only " + VmcsField.values().length);
    }

    @Test
    void namesAreUniqueAndEncodingsAscend() {
        Set<String> titles = new HashSet<>();
        int last = -1;
        for (VmcsField field : VmcsField.values()) {
            assertTrue(titles.add(field.title()), field.title());
            assertTrue(field.encoding() > last, field.name());
            last = field.encoding();
        }
    }

    @ParameterizedTest
    @EnumSource(VmcsField.class)
    void encodingIsMadeOfWidthGroupAndIndex(VmcsField field) {
        int composed = field.width().number() << 13 | field.group().number() << 10 | field.index() << 1;
        assertEquals(composed, field.encoding());
        assertFalse(field.existence().isEmpty());
        assertEquals(Optional.of(field), VmcsField.ofEncoding(field.encoding()));
        assertEquals(Optional.of(field), VmcsField.ofSymbol(field.name()));
        assertEquals(
                field.width() == VmcsFieldWidth.QUADWORD, field.highEncoding().isPresent());
        assertEquals(field.highEncoding().map(high -> field), VmcsField.ofEncoding(field.encoding() | 1));
    }

    @ParameterizedTest
    @CsvSource({
        "0x0812, GUEST_PML_INDEX, WORD, GUEST",
        "0x201a, EPT_POINTER, QUADWORD, CONTROL",
        "0x2034, TERTIARY_VM_EXEC_CONTROL, QUADWORD, CONTROL",
        "0x2052, INJECTED_EVENT_DATA, QUADWORD, CONTROL",
        "0x2400, GUEST_PHYSICAL_ADDRESS, QUADWORD, READ_ONLY",
        "0x2818, GUEST_IA32_PKRS, QUADWORD, GUEST",
        "0x2c12, HOST_IA32_FRED_SSP1, QUADWORD, HOST",
        "0x4402, EXIT_REASON, DOUBLEWORD, READ_ONLY",
        "0x482e, VMX_PREEMPTION_TIMER_VALUE, DOUBLEWORD, GUEST",
        "0x681e, GUEST_RIP, NATURAL, GUEST",
        "0x6c16, HOST_RIP, NATURAL, HOST",
    })
    void publishedNumbers(String encoding, VmcsField field, VmcsFieldWidth width, VmcsFieldGroup group) {
        assertEquals(Integer.decode(encoding), field.encoding());
        assertEquals(width, field.width());
        assertEquals(group, field.group());
    }

    @Test
    void unknownEncodingsHaveNoField() {
        assertEquals(Optional.empty(), VmcsField.ofEncoding(0x482c));
        assertEquals(Optional.empty(), VmcsField.ofEncoding(0x6803));
        assertEquals(Optional.empty(), VmcsField.ofEncoding(-1));
    }
}
