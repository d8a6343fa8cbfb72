package org.ringside.trace.importer.kdump;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import org.ringside.trace.importer.codec.Codec;
import org.ringside.trace.importer.codec.Packing;

/** Writes kdump-compressed files from the format's description, apart from the reader. */
public final class KdumpWriter {
    private final boolean is64;
    private final int version;
    private final int blockSize;
    private final int bitmapBlocks;
    private final SortedMap<Integer, byte[]> pages = new TreeMap<>();
    private final SortedMap<Integer, Codec> codecs = new TreeMap<>();
    private final ByteArrayOutputStream excluded = new ByteArrayOutputStream();
    private byte[] notes = {};
    private String machine = "x86_64";
    private int pageCount;

    /** @param bitmapBlocks blocks of both bitmaps together, even */
    public KdumpWriter(boolean is64, int version, int blockSize, int bitmapBlocks) {
        this.is64 = is64;
        this.version = version;
        this.blockSize = blockSize;
        this.bitmapBlocks = bitmapBlocks;
        this.pageCount = bitmapBlocks / 2 * blockSize * 8;
    }

    /** Adds a page, stored as it is. */
    public KdumpWriter page(int number, byte[] bytes) {
        pages.put(number, bytes);
        return this;
    }

    /** Adds a page, compressed. */
    public KdumpWriter page(int number, byte[] bytes, Codec codec) {
        pages.put(number, bytes);
        codecs.put(number, codec);
        return this;
    }

    /** A page below 256 that the machine has and the dump has not. */
    public KdumpWriter exclude(int number) {
        excluded.write(number);
        return this;
    }

    public KdumpWriter notes(byte[] elfNotes) {
        notes = elfNotes;
        return this;
    }

    public KdumpWriter machine(String name) {
        machine = name;
        return this;
    }

    /** Sets {@code max_mapnr}. */
    public KdumpWriter pageCount(int count) {
        pageCount = count;
        return this;
    }

    /** Offset of {@code status} in the header. */
    public int status() {
        return is64 ? 424 : 412;
    }

    /** Offset of the page descriptors. */
    public int descriptors() {
        return (2 + bitmapBlocks) * blockSize;
    }

    public byte[] toBytes() {
        int data = descriptors() + pages.size() * 24;
        ByteArrayOutputStream stored = new ByteArrayOutputStream();
        ByteBuffer table = ByteBuffer.allocate(pages.size() * 24).order(ByteOrder.LITTLE_ENDIAN);
        pages.forEach((number, bytes) -> {
            Codec codec = codecs.get(number);
            byte[] block = codec == null ? bytes : Packing.pack(codec, bytes);
            table.putLong(data + stored.size())
                    .putInt(block.length)
                    .putInt(flag(codec))
                    .putLong(0);
            stored.writeBytes(block);
        });
        ByteBuffer out = ByteBuffer.allocate(data + stored.size()).order(ByteOrder.LITTLE_ENDIAN);
        header(out);
        subHeader(out);
        bitmaps(out);
        out.put(descriptors(), table.array()).put(data, stored.toByteArray());
        return out.array();
    }

    private static int flag(@org.jspecify.annotations.Nullable Codec codec) {
        if (codec == null) {
            return 0;
        }
        return switch (codec) {
            case ZLIB -> 0x1;
            case LZO -> 0x2;
            case SNAPPY -> 0x4;
            case ZSTD -> 0x20;
        };
    }

    private void header(ByteBuffer out) {
        out.put(0, "KDUMP   ".getBytes(StandardCharsets.US_ASCII)).putInt(8, version);
        String[] names = {"Linux", "guest", "6.1.0", "#1 SMP", machine};
        for (int i = 0; i < names.length; i++) {
            out.put(12 + 65 * i, names[i].getBytes(StandardCharsets.US_ASCII));
        }
        int at = status();
        out.putInt(at, 0).putInt(at + 4, blockSize).putInt(at + 8, 1).putInt(at + 12, bitmapBlocks);
        out.putInt(at + 16, version >= 6 ? 0 : pageCount);
    }

    private void subHeader(ByteBuffer out) {
        int at = blockSize;
        int notesAt = at + 512;
        out.putInt(at + (is64 ? 8 : 4), excluded.size() > 0 ? 31 : 0);
        if (version >= 4 && notes.length > 0) {
            out.putLong(at + (is64 ? 48 : 32), notesAt);
            if (is64) {
                out.putLong(at + 56, notes.length);
            } else {
                out.putInt(at + 40, notes.length);
            }
            out.put(notesAt, notes);
        }
        if (version >= 6) {
            out.putLong(at + (is64 ? 96 : 72), pageCount);
        }
    }

    private void bitmaps(ByteBuffer out) {
        int first = 2 * blockSize;
        int second = first + bitmapBlocks / 2 * blockSize;
        for (int number : pages.keySet()) {
            set(out, first, number);
            set(out, second, number);
        }
        for (byte number : excluded.toByteArray()) {
            set(out, first, Byte.toUnsignedInt(number));
        }
    }

    private static void set(ByteBuffer out, int bitmap, int number) {
        int at = bitmap + number / 8;
        out.put(at, (byte) (out.get(at) | (1 << (number % 8))));
    }

    /** The same file flattened, in records of so many bytes, the last one first. */
    public static byte[] flatten(byte[] file, int recordSize) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(Arrays.copyOf(
                ByteBuffer.allocate(32)
                        .put("makedumpfile\0\0\0\0".getBytes(StandardCharsets.US_ASCII))
                        .putLong(1)
                        .putLong(1)
                        .array(),
                4096));
        // First all of the header wrong, so that the later record must win.
        record(out, 0, new byte[Math.min(recordSize, file.length)]);
        for (int at = (file.length - 1) / recordSize * recordSize; at >= 0; at -= recordSize) {
            record(out, at, Arrays.copyOfRange(file, at, Math.min(at + recordSize, file.length)));
        }
        out.writeBytes(ByteBuffer.allocate(16).putLong(-1).putLong(-1).array());
        return out.toByteArray();
    }

    private static void record(ByteArrayOutputStream out, long offset, byte[] bytes) {
        out.writeBytes(
                ByteBuffer.allocate(16).putLong(offset).putLong(bytes.length).array());
        out.writeBytes(bytes);
    }
}
