package org.ringside.trace.importer.kdump;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;
import org.ringside.trace.MachineState;
import org.ringside.trace.importer.ImportException;
import org.ringside.trace.importer.MemoryImage;
import org.ringside.trace.importer.codec.Codec;
import org.ringside.trace.importer.codec.CorruptDataException;
import org.ringside.trace.importer.mapped.BlockCache;
import org.ringside.trace.importer.mapped.FileContent;

/** Pages of a kdump-compressed file: found by bitmap and descriptor, unpacked when read. */
final class KdumpImage implements MemoryImage {
    private static final long CACHE = 16 << 20;

    private static final int FLAG_ZLIB = 0x1;
    private static final int FLAG_LZO = 0x2;
    private static final int FLAG_SNAPPY = 0x4;
    private static final int FLAG_ZSTD = 0x20;
    private static final int FLAGS_COMPRESSION = FLAG_ZLIB | FLAG_LZO | FLAG_SNAPPY | FLAG_ZSTD;

    private final String format;
    private final FileContent file;
    private final int blockSize;
    private final PageBitmap bitmap;
    private final DescriptorTable descriptors;
    private final MachineState state;
    private final List<String> notes;
    private final BlockCache cache = new BlockCache(CACHE);

    KdumpImage(
            String format,
            FileContent file,
            KdumpHeader header,
            PageBitmap bitmap,
            DescriptorTable descriptors,
            MachineState state,
            List<String> notes) {
        this.format = format;
        this.file = file;
        this.blockSize = header.blockSize();
        this.bitmap = bitmap;
        this.descriptors = descriptors;
        this.state = state;
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
        return state;
    }

    @Override
    public List<String> notes() {
        return notes;
    }

    @Override
    public List<AddressRange> ranges() {
        return bitmap.ranges();
    }

    @Override
    public Observed<MemorySegment> page(long address) {
        long page = address & -PAGE_SIZE;
        long descriptor = page < 0 ? -1 : bitmap.descriptor(page / blockSize);
        if (descriptor < 0) {
            return new Observed.NotCaptured<>(page, PAGE_SIZE);
        }
        return cache.get(descriptor, this::unpack).map(block -> block.asSlice(page % blockSize, PAGE_SIZE));
    }

    private Observed<MemorySegment> unpack(long number) {
        try {
            DescriptorTable.Descriptor descriptor = descriptors.get(number);
            if (descriptor.isBlank()) {
                return new Observed.Unreadable<>(
                        "%s: the page of the descriptor at offset 0x%x was never written; the dump is incomplete."
                                .formatted(file.path(), descriptor.at()));
            }
            return unpack(descriptor);
        } catch (ImportException cut) {
            return new Observed.Unreadable<>(String.valueOf(cut.getMessage()));
        }
    }

    private Observed<MemorySegment> unpack(DescriptorTable.Descriptor descriptor) throws ImportException {
        int compression = descriptor.flags() & FLAGS_COMPRESSION;
        MemorySegment data = file.slice(descriptor.offset(), descriptor.size(), "page data");
        if (compression == 0) {
            return data.byteSize() == blockSize
                    ? Observed.known(data)
                    : malformed(descriptor, "it is not compressed, but has %d bytes".formatted(data.byteSize()));
        }
        @Nullable
        Codec codec = switch (compression) {
            case FLAG_ZLIB -> Codec.ZLIB;
            case FLAG_LZO -> Codec.LZO;
            case FLAG_SNAPPY -> Codec.SNAPPY;
            case FLAG_ZSTD -> Codec.ZSTD;
            default -> null;
        };
        if (codec == null) {
            return malformed(descriptor, "its flags 0x%x name more than one compression".formatted(descriptor.flags()));
        }
        try {
            byte[] block = codec.unpack(data.toArray(ValueLayout.JAVA_BYTE), blockSize);
            return Observed.known(MemorySegment.ofArray(block).asReadOnly());
        } catch (CorruptDataException bad) {
            return malformed(descriptor, String.valueOf(bad.getMessage()));
        }
    }

    private Observed<MemorySegment> malformed(DescriptorTable.Descriptor descriptor, String problem) {
        return new Observed.Malformed<>(
                "%s: the page at offset 0x%x (page_desc at 0x%x) cannot be unpacked, %s; the file is damaged there."
                        .formatted(file.path(), descriptor.offset(), descriptor.at(), problem));
    }

    @Override
    public void close() {
        // The mapping belongs to whoever opened the file.
    }
}
