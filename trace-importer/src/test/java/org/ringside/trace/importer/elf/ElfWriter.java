package org.ringside.trace.importer.elf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes ELF cores from the specification, apart from the reader: header, program headers, then each segment's bytes. */
public final class ElfWriter {
    private final boolean is64;
    private final boolean countInSection;
    private final List<Segment> segments = new ArrayList<>();

    @SuppressWarnings("ArrayRecordComponent") // Private, never changed.
    private record Segment(int type, long virtual, long physical, byte[] bytes, long memorySize) {}

    /** @param countInSection whether to write the number of segments in section header 0, as for 65,535 and more */
    public ElfWriter(boolean is64, boolean countInSection) {
        this.is64 = is64;
        this.countInSection = countInSection;
    }

    /** Appends a PT_LOAD segment. */
    public ElfWriter load(long physical, byte[] bytes, long memorySize) {
        segments.add(new Segment(1, physical, physical, bytes, memorySize));
        return this;
    }

    /** Appends a PT_LOAD segment of a process: virtual addresses, no physical ones. */
    public ElfWriter process(long virtual, byte[] bytes) {
        segments.add(new Segment(1, virtual, 0, bytes, bytes.length));
        return this;
    }

    /** Appends a PT_NOTE segment. */
    public ElfWriter notes(byte[] bytes) {
        segments.add(new Segment(4, 0, 0, bytes, bytes.length));
        return this;
    }

    /** One note, padded. */
    public static byte[] note(String name, int type, byte[] data) {
        byte[] text = (name + "\0").getBytes(StandardCharsets.US_ASCII);
        ByteBuffer note = ByteBuffer.allocate(12 + (text.length + 3) / 4 * 4 + (data.length + 3) / 4 * 4)
                .order(ByteOrder.LITTLE_ENDIAN);
        note.putInt(text.length).putInt(data.length).putInt(type).put(text);
        note.position(12 + (text.length + 3) / 4 * 4).put(data);
        return note.array();
    }

    private int headerSize() {
        return is64 ? 64 : 52;
    }

    private int sectionSize() {
        return is64 ? 64 : 40;
    }

    private int entrySize() {
        return is64 ? 56 : 32;
    }

    /** Offset of a segment's program header. */
    public int programHeader(int index) {
        return headerSize() + sectionSize() + index * entrySize();
    }

    /** Offset of a segment's bytes. */
    public int data(int index) {
        int offset = programHeader(segments.size());
        for (int i = 0; i < index; i++) {
            offset += segments.get(i).bytes().length;
        }
        return offset;
    }

    public byte[] toBytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(header());
        out.writeBytes(sectionHeader());
        for (int i = 0; i < segments.size(); i++) {
            out.writeBytes(programHeader(segments.get(i), data(i)));
        }
        segments.forEach(segment -> out.writeBytes(segment.bytes()));
        return out.toByteArray();
    }

    private ByteBuffer word(ByteBuffer out, long value) {
        return is64 ? out.putLong(value) : out.putInt((int) value);
    }

    private byte[] header() {
        ByteBuffer out = ByteBuffer.allocate(headerSize()).order(ByteOrder.LITTLE_ENDIAN);
        out.put(new byte[] {0x7f, 'E', 'L', 'F', (byte) (is64 ? 2 : 1), 1, 1}).position(16);
        out.putShort((short) 4).putShort((short) (is64 ? 62 : 3)).putInt(1);
        word(out, 0);
        word(out, programHeader(0));
        word(out, headerSize());
        out.putInt(0).putShort((short) headerSize()).putShort((short) entrySize());
        out.putShort((short) (countInSection ? 0xffff : segments.size()));
        out.putShort((short) sectionSize()).putShort((short) 1).putShort((short) 0);
        return out.array();
    }

    private byte[] sectionHeader() {
        ByteBuffer out = ByteBuffer.allocate(sectionSize()).order(ByteOrder.LITTLE_ENDIAN);
        if (countInSection) {
            out.putInt(is64 ? 44 : 28, segments.size());
        }
        return out.array();
    }

    private byte[] programHeader(Segment segment, long offset) {
        ByteBuffer out = ByteBuffer.allocate(entrySize()).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(segment.type());
        if (is64) {
            out.putInt(7);
        }
        word(out, offset);
        word(out, segment.virtual());
        word(out, segment.physical());
        word(out, segment.bytes().length);
        word(out, segment.memorySize());
        return out.array();
    }
}
