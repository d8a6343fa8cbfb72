package org.ringside.agent.kernel.btf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes BTF sections for tests, byte for byte as Linux's documentation describes them. Types are numbered in the order they are added. */
public final class BtfWriter {
    private final ByteArrayOutputStream types = new ByteArrayOutputStream();
    private final ByteArrayOutputStream strings = new ByteArrayOutputStream();
    private int count;

    /** A member of a structure: its name, type and place in bits, with the width of a bit field above bit 24 where the kind flag says so. */
    public record Member(String name, int type, int offset) {
        public static Member at(String name, int type, int bytes) {
            return new Member(name, type, bytes * 8);
        }
    }

    public BtfWriter() {
        strings.write(0);
    }

    private int string(String text) {
        if (text.isEmpty()) {
            return 0;
        }
        int at = strings.size();
        strings.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        strings.write(0);
        return at;
    }

    /** Any type: the three common words, then further ones. */
    public int type(String name, int kind, boolean flag, int items, int sizeOrType, int... further) {
        word(types, string(name));
        word(types, (flag ? 1 << 31 : 0) | kind << 24 | items);
        word(types, sizeOrType);
        for (int item : further) {
            word(types, item);
        }
        return ++count;
    }

    public int integer(String name, int bytes) {
        return type(name, 1, false, 0, bytes, bytes * 8);
    }

    public int pointer(int target) {
        return type("", 2, false, 0, target);
    }

    public int array(int element, int index, int elements) {
        return type("", 3, false, 0, 0, element, index, elements);
    }

    public int structure(String name, int bytes, Member... members) {
        return composite(name, 4, bytes, false, members);
    }

    public int composite(String name, int kind, int bytes, boolean flag, Member... members) {
        int[] words = new int[members.length * 3];
        for (int i = 0; i < members.length; i++) {
            words[3 * i] = string(members[i].name());
            words[3 * i + 1] = members[i].type();
            words[3 * i + 2] = members[i].offset();
        }
        return type(name, kind, flag, members.length, bytes, words);
    }

    /** An enumeration of 32-bit or 64-bit values. */
    public int enumeration(String name, int kind, boolean signed, List<String> names, long... values) {
        int width = kind == 19 ? 3 : 2;
        int[] words = new int[values.length * width];
        for (int i = 0; i < values.length; i++) {
            words[width * i] = string(names.get(i));
            words[width * i + 1] = (int) values[i];
            if (width == 3) {
                words[width * i + 2] = (int) (values[i] >>> 32);
            }
        }
        return type(name, kind, signed, values.length, width == 3 ? 8 : 4, words);
    }

    public byte[] section() {
        ByteBuffer header = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
        header.putShort((short) 0xeb9f)
                .put((byte) 1)
                .put((byte) 0)
                .putInt(24)
                .putInt(0)
                .putInt(types.size())
                .putInt(types.size())
                .putInt(strings.size());
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(header.array());
        all.writeBytes(types.toByteArray());
        all.writeBytes(strings.toByteArray());
        return all.toByteArray();
    }

    private static void word(ByteArrayOutputStream out, int value) {
        for (int shift = 0; shift < 32; shift += 8) {
            out.write(value >>> shift);
        }
    }
}
