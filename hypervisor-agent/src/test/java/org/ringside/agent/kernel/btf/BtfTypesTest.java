package org.ringside.agent.kernel.btf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.ringside.agent.kernel.btf.BtfWriter.Member;
import org.ringside.decoder.memory.Observed;

final class BtfTypesTest {
    private final BtfWriter writer = new BtfWriter();
    private final int integer = writer.integer("int", 4);
    private final int character = writer.integer("char", 1);

    private BtfTypes types() {
        return BtfTypes.parse(writer.section()).orElseThrow();
    }

    @Test
    void everyKindIsReadAndTheNextOneIsFoundAfterIt() {
        int[] all = {
            writer.pointer(integer),
            writer.array(integer, integer, 5),
            writer.structure("s", 8, Member.at("a", integer, 0), Member.at("b", integer, 4)),
            writer.composite("u", 5, 4, false, Member.at("x", integer, 0)),
            writer.enumeration("e", 6, false, List.of("A", "B"), 1, 2),
            writer.type("f", 7, false, 0, 0),
            writer.type("t", 8, false, 0, integer),
            writer.type("", 9, false, 0, integer),
            writer.type("", 10, false, 0, integer),
            writer.type("", 11, false, 0, integer),
            writer.type("function", 12, false, 0, integer),
            writer.type("", 13, false, 2, integer, 0, integer, 0, integer),
            writer.type("variable", 14, false, 0, integer, 1),
            writer.type(".data", 15, false, 1, 4, integer, 0, 4),
            writer.type("float", 16, false, 0, 4),
            writer.type("tag", 17, false, 0, integer, -1),
            writer.type("user", 18, false, 0, integer),
            writer.enumeration("e64", 19, true, List.of("N"), -3),
        };
        int last = writer.structure("last", 4, Member.at("z", integer, 0));
        BtfTypes types = types();
        assertEquals(last, types.count());
        BtfKind[] kinds = BtfKind.values();
        for (int i = 0; i < all.length; i++) {
            assertEquals(kinds[i + 2], types.kind(all[i]));
        }
        assertEquals("last", types.name(last));
        assertEquals(Optional.of(last), types.find(BtfKind.STRUCT, "last"));
        assertEquals(BtfKind.VOID, types.kind(last + 1));
        assertEquals(OptionalLong.of(20), types.size(all[1]));
        assertEquals(OptionalLong.of(8), types.size(all[0]));
        assertEquals(List.of(new BtfEnumerator("N", -3)), types.enumerators(all[17]));
    }

    @Test
    void membersAreFoundThroughTypedefsAnonymousPartsAndArrays() {
        int inner = writer.structure("", 8, Member.at("deep", integer, 4));
        int union = writer.composite("", 5, 8, false, Member.at("other", integer, 0), Member.at("", inner, 0));
        int pair = writer.structure("pair", 8, Member.at("first", integer, 0), Member.at("second", integer, 4));
        int alias = writer.type("pair_t", 8, false, 0, writer.type("", 10, false, 0, pair));
        int pairs = writer.array(alias, integer, 3);
        int outer = writer.structure(
                "outer", 48, Member.at("head", integer, 0), Member.at("", union, 8), Member.at("pairs", pairs, 16));
        BtfTypes types = types();
        assertEquals(12, types.member("outer", "deep").orElseThrow().offset());
        assertEquals(8, types.member("outer", "other").orElseThrow().offset());
        assertEquals(36, types.member("outer", "pairs[2].second").orElseThrow().offset());
        assertEquals(
                integer, types.member(outer, "pairs[2].second").orElseThrow().type());
        assertEquals(
                3, types.elements(types.member("outer", "pairs").orElseThrow().type()));
        for (String path :
                List.of("pairs[3]", "pairs[-1]", "pairs[x]", "pairs[", "head.more", "none", "", "head[0]", "deep.")) {
            assertEquals(Optional.empty(), types.member("outer", path), path);
        }
    }

    @Test
    void bitFieldsHaveAWidthAndABitOffset() {
        int flags = writer.composite(
                "flags", 4, 4, true, new Member("one", integer, 1 << 24), new Member("three", integer, 3 << 24 | 9));
        BtfTypes types = types();
        assertEquals(
                new BtfMember("three", 9, 3, integer),
                types.member(flags, "three").orElseThrow());
        assertTrue(types.members(flags).getFirst().isBitField());
        assertEquals(1, types.member(flags, "three").orElseThrow().offset());
    }

    @Test
    void signedAndUnsignedValuesOfAnEnumerationAreExtendedAsTheyAre() {
        int signed = writer.enumeration("s", 6, true, List.of("M"), -1);
        int unsigned = writer.enumeration("u", 6, false, List.of("M"), 0xffff_ffffL);
        int wide = writer.enumeration("w", 19, false, List.of("M"), 0x1234_5678_9abc_def0L);
        BtfTypes types = types();
        assertEquals(-1, types.enumerators(signed).getFirst().value());
        assertEquals(0xffff_ffffL, types.enumerators(unsigned).getFirst().value());
        assertEquals(0x1234_5678_9abc_def0L, types.enumerators(wide).getFirst().value());
    }

    @Test
    void typesThatReferToThemselvesHaveNoSizeAndNoMembers() {
        int loop = writer.type("loop", 8, false, 0, 4);
        assertEquals(3, loop);
        writer.type("pool", 8, false, 0, loop);
        int nested = writer.structure("nested", 8, Member.at("", 5, 0));
        int arrays = writer.array(6, integer, 1 << 20);
        BtfTypes types = types();
        assertEquals(OptionalLong.empty(), types.size(loop));
        assertEquals(0, types.resolve(loop));
        assertEquals(Optional.empty(), types.member(nested, "x"));
        assertEquals(OptionalLong.empty(), types.size(arrays));
    }

    @Test
    void everyTruncationIsRefusedOrReadButNeverThrows() {
        writer.structure("s", 8, Member.at("a", integer, 0), Member.at("b", character, 4));
        writer.enumeration("e64", 19, true, List.of("N"), -3);
        byte[] whole = writer.section();
        for (int length = 0; length < whole.length; length++) {
            assertFalse(BtfTypes.parse(Arrays.copyOf(whole, length)).isKnown(), "length " + length);
        }
    }

    @Test
    void aKindThatDoesNotExistIsRefused() {
        writer.type("x", 20, false, 0, 0);
        assertInstanceOf(Observed.Malformed.class, BtfTypes.parse(writer.section()));
    }
}
