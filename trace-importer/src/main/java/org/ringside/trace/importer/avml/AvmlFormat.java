package org.ringside.trace.importer.avml;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.ringside.decoder.memory.PhysicalMemory.LittleEndian;
import org.ringside.trace.importer.ImageFormat;
import org.ringside.trace.importer.ImportException;
import org.ringside.trace.importer.MemoryImage;
import org.ringside.trace.importer.codec.CorruptDataException;
import org.ringside.trace.importer.codec.Snappy;
import org.ringside.trace.importer.lime.RangeHeader;
import org.ringside.trace.importer.mapped.FileContent;
import org.ringside.trace.importer.mapped.Notes;

/**
 * AVML version 2: for each block of physical memory a header like LiME's (magic {@code "AVML"}, version 2), the block in Snappy's framing
 * format, and the length of that in 8 bytes. Little-endian. Opening walks the chunks' headers; chunks are unpacked when a page is read.
 */
public final class AvmlFormat implements ImageFormat {
    /** The first four bytes of every block's header, {@code "AVML"}. */
    public static final int MAGIC = 0x4c4d5641;

    /** A chunk of Snappy's framing format unpacks to no more. */
    static final int MAXIMUM_CHUNK = 65_536;

    static final int COMPRESSED = 0x00;
    static final int UNCOMPRESSED = 0x01;

    /** Bytes of a chunk's head: type, length (3 bytes), checksum (4 bytes). */
    static final int CHUNK_HEAD = 8;

    private static final String NAME = "AVML 2";
    private static final int STREAM_IDENTIFIER = 0xff;
    private static final long IDENTIFIER = 0x59_70_50_61_4e_73L;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean recognises(MemorySegment head) {
        return head.byteSize() >= 4 && head.get(LittleEndian.INT, 0) == MAGIC;
    }

    @Override
    public MemoryImage open(Path path, MemorySegment content) throws IOException {
        FileContent file = new FileContent(path, content, ByteOrder.LITTLE_ENDIAN);
        ChunkIndex index = new ChunkIndex(file);
        long at = 0;
        while (at < file.size()) {
            at = block(file, at, index);
        }
        Notes notes = new Notes();
        return new AvmlImage(NAME, file, index.build(notes), notes.list());
    }

    /** Walks one block; returns the offset after it. */
    private static long block(FileContent file, long at, ChunkIndex index) throws ImportException {
        RangeHeader header = RangeHeader.read(file, at, MAGIC, 2, NAME);
        long stream = at + RangeHeader.SIZE;
        long offset = stream;
        long done = 0;
        while (done < header.length()) {
            int type = file.u8(offset, "chunk type");
            long length = file.u32(offset, "chunk length") >>> 8;
            file.require(offset + 4, length, "chunk");
            if (type == COMPRESSED || type == UNCOMPRESSED) {
                long unpacked = unpackedLength(file, offset, type, length);
                if (unpacked > header.length() - done) {
                    throw file.error(
                            offset,
                            "chunk",
                            "unpacks to %d bytes, but the block at 0x%x has only %d left."
                                    .formatted(unpacked, at, header.length() - done));
                }
                index.add(header.start() + done, unpacked, offset);
                done += unpacked;
            } else if (type == STREAM_IDENTIFIER) {
                identifier(file, offset, length);
            } else if (type < 0x80) {
                throw file.error(offset, "chunk type", "0x%02x is not known and must not be skipped.".formatted(type));
            }
            offset += 4 + length;
        }
        long claimed = file.u64(offset, "compressed length");
        if (claimed != offset - stream) {
            throw file.error(
                    offset,
                    "compressed length",
                    "is %s, but the block's chunks have %d bytes; the file is damaged."
                            .formatted(Long.toUnsignedString(claimed), offset - stream));
        }
        return offset + 8;
    }

    private static void identifier(FileContent file, long offset, long length) throws ImportException {
        boolean right = length == 6
                && (file.u32(offset + 4, "stream identifier")
                                | ((long) file.u16(offset + 8, "stream identifier") << 32))
                        == IDENTIFIER;
        if (!right) {
            throw file.error(offset, "stream identifier", "is not \"sNaPpY\".");
        }
    }

    private static long unpackedLength(FileContent file, long offset, int type, long length) throws ImportException {
        if (length < 5) {
            throw file.error(offset, "chunk length", "%d is too short for a chunk of data.".formatted(length));
        }
        long unpacked;
        if (type == UNCOMPRESSED) {
            unpacked = length - 4;
        } else {
            byte[] start = file.slice(offset + CHUNK_HEAD, Math.min(5, length - 4), "chunk")
                    .toArray(ValueLayout.JAVA_BYTE);
            try {
                unpacked = Snappy.unpackedLength(start);
            } catch (CorruptDataException bad) {
                throw file.error(offset + CHUNK_HEAD, "chunk", bad.getMessage() + ".");
            }
        }
        if (unpacked < 1 || unpacked > MAXIMUM_CHUNK) {
            throw file.error(
                    offset,
                    "chunk",
                    "unpacks to %d bytes; Snappy's framing allows 1 to %d.".formatted(unpacked, MAXIMUM_CHUNK));
        }
        return unpacked;
    }
}
