package org.ringside.trace.importer.avml;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;
import org.ringside.trace.MachineState;
import org.ringside.trace.importer.ImportException;
import org.ringside.trace.importer.MemoryImage;
import org.ringside.trace.importer.codec.Codec;
import org.ringside.trace.importer.codec.CorruptDataException;
import org.ringside.trace.importer.mapped.BlockCache;
import org.ringside.trace.importer.mapped.FileContent;

/** Pages out of the chunks of an AVML image; each chunk's checksum is verified when it is unpacked. */
final class AvmlImage implements MemoryImage {
    private static final long CACHE = 16 << 20;

    private final String format;
    private final FileContent file;
    private final ChunkIndex.Chunks chunks;
    private final List<String> notes;
    private final BlockCache cache = new BlockCache(CACHE);

    AvmlImage(String format, FileContent file, ChunkIndex.Chunks chunks, List<String> notes) {
        this.format = format;
        this.file = file;
        this.chunks = chunks;
        this.notes = notes;
    }

    @Override
    public String format() {
        return format;
    }

    @Override
    public Optional<List<FileExtent>> extents() {
        return Optional.empty();
    }

    @Override
    public MachineState state() {
        return MachineState.none();
    }

    @Override
    public List<String> notes() {
        return notes;
    }

    @Override
    public List<AddressRange> ranges() {
        return chunks.ranges();
    }

    @Override
    public Observed<MemorySegment> page(long address) {
        long page = address & -PAGE_SIZE;
        if (chunks.ranges().find(page) < 0) {
            return new Observed.NotCaptured<>(page, PAGE_SIZE);
        }
        int chunk = chunks.find(page);
        if (page + PAGE_SIZE <= chunks.ends()[chunk]) {
            long inChunk = page - chunks.starts()[chunk];
            return cache.get(chunk, this::unpack).map(bytes -> bytes.asSlice(inChunk, PAGE_SIZE));
        }
        return gather(page, chunk);
    }

    /** A page that chunks share. */
    private Observed<MemorySegment> gather(long page, int firstChunk) {
        MemorySegment whole = MemorySegment.ofArray(new byte[PAGE_SIZE]);
        int done = 0;
        for (int chunk = firstChunk; done < PAGE_SIZE; chunk++) {
            Observed<MemorySegment> unpacked = cache.get(chunk, this::unpack);
            if (!(unpacked instanceof Observed.Known<MemorySegment>(MemorySegment bytes))) {
                return unpacked;
            }
            long from = page + done - chunks.starts()[chunk];
            int part = (int) Math.min(PAGE_SIZE - done, bytes.byteSize() - from);
            MemorySegment.copy(bytes, from, whole, done, part);
            done += part;
        }
        return Observed.known(whole.asReadOnly());
    }

    private Observed<MemorySegment> unpack(long chunk) {
        int number = (int) chunk;
        long offset = chunks.offsets()[number];
        int length = (int) (chunks.ends()[number] - chunks.starts()[number]);
        try {
            long packed = (file.u32(offset, "chunk length") >>> 8) - 4;
            byte[] data =
                    file.slice(offset + AvmlFormat.CHUNK_HEAD, packed, "chunk").toArray(ValueLayout.JAVA_BYTE);
            byte[] bytes =
                    file.u8(offset, "chunk type") == AvmlFormat.UNCOMPRESSED ? data : Codec.SNAPPY.unpack(data, length);
            if (bytes.length != length || maskedChecksum(bytes) != file.u32(offset + 4, "chunk checksum")) {
                return new Observed.Malformed<>(
                        "%s: the chunk at offset 0x%x does not match its checksum; the file is damaged there."
                                .formatted(file.path(), offset));
            }
            return Observed.known(MemorySegment.ofArray(bytes).asReadOnly());
        } catch (CorruptDataException bad) {
            return new Observed.Malformed<>(
                    "%s: the chunk at offset 0x%x cannot be unpacked, %s; the file is damaged there."
                            .formatted(file.path(), offset, bad.getMessage()));
        } catch (ImportException cut) {
            return new Observed.Unreadable<>(String.valueOf(cut.getMessage()));
        }
    }

    /** CRC-32C as Snappy's framing format keeps it: rotated right by 15 bits, plus a constant. */
    private static long maskedChecksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8) & 0xffff_ffffL;
    }

    @Override
    public void close() {
        // The mapping belongs to whoever opened the file.
    }
}
