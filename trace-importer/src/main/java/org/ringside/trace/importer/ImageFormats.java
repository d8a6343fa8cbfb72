package org.ringside.trace.importer;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.ringside.trace.importer.avml.AvmlFormat;
import org.ringside.trace.importer.elf.ElfCoreFormat;
import org.ringside.trace.importer.kdump.FlattenedFormat;
import org.ringside.trace.importer.kdump.KdumpFormat;
import org.ringside.trace.importer.lime.LimeFormat;
import org.ringside.trace.importer.mapped.MappedImage;
import org.ringside.trace.importer.raw.RawFormat;

/** The formats of memory images that can be read, and the way in: a file is recognised by its content, never by its name. */
public final class ImageFormats {
    private static final int HEAD = 64 << 10;

    /** Every format with a signature, asked in this order; raw is what is left. */
    private static final List<ImageFormat> SIGNED =
            List.of(new ElfCoreFormat(), new KdumpFormat(), new FlattenedFormat(), new LimeFormat(), new AvmlFormat());

    private ImageFormats() {}

    /**
     * Opens a memory image in whichever format it is.
     *
     * @return the image, which owns the mapping of the file until it is closed
     * @throws ImportException if it is not a readable regular file, is in a format that is not supported, or breaks its format's rules
     */
    public static MemoryImage open(Path file) throws IOException {
        return open(file, Optional.empty());
    }

    /**
     * Opens a memory image in whichever format it is.
     *
     * @param map for a raw image with holes: what lies where. A file given with a map is read as raw even if it begins like something that
     *     cannot be read
     * @return the image, which owns the mapping of the file until it is closed
     * @throws ImportException if it is not a readable regular file, is in a format that is not supported, breaks its format's rules, or
     *     does not fit the map
     */
    @SuppressWarnings("MustBeClosedChecker") // The arena belongs to the image from the moment that there is one.
    public static MemoryImage open(Path file, Optional<MemoryMap> map) throws IOException {
        requireRegularFile(file);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size == 0) {
                throw new ImportException(file, "is empty: there is no memory image in it; record or copy it again.");
            }
            Arena arena = Arena.ofShared();
            try {
                MemorySegment content = channel.map(MapMode.READ_ONLY, 0, size, arena);
                return new MappedImage(file, recognise(file, content, map), arena);
            } catch (InternalError fault) {
                // What the JVM makes of a fault in a mapped file.
                arena.close();
                throw new ImportException(
                        file, "became shorter, or could not be read, while it was opened; try again.");
            } catch (IOException | RuntimeException | Error failure) {
                arena.close();
                throw failure;
            }
        } catch (AccessDeniedException denied) {
            throw new ImportException(file, "may not be read by this user; change its permissions or copy it.");
        } catch (NoSuchFileException gone) {
            throw new ImportException(file, "does not exist.");
        }
    }

    private static void requireRegularFile(Path file) throws ImportException {
        if (Files.isDirectory(file)) {
            throw new ImportException(file, "is a directory; name a file in it.");
        }
        if (Files.notExists(file)) {
            throw new ImportException(file, "does not exist.");
        }
        if (!Files.isRegularFile(file)) {
            throw new ImportException(
                    file, "is not a regular file (a pipe, a device or a socket); copy its content to a file first.");
        }
    }

    /** Reads mapped content; the image does not own the mapping. */
    static MemoryImage recognise(Path file, MemorySegment content, Optional<MemoryMap> map) throws IOException {
        MemorySegment head = content.asSlice(0, Math.min(HEAD, content.byteSize()));
        for (ImageFormat format : SIGNED) {
            if (format.recognises(head)) {
                if (map.isPresent()) {
                    throw new ImportException(
                            file,
                            "is in the format %s, which says itself what lies where; leave the memory map away."
                                    .formatted(format.name()));
                }
                return format.open(file, content);
            }
        }
        if (map.isPresent()) {
            return new RawFormat().open(file, content, map.get());
        }
        Optional<UnsupportedFormat> unsupported = UnsupportedFormat.recognise(head);
        if (unsupported.isPresent()) {
            throw new ImportException(file, unsupported.get().advice());
        }
        return new RawFormat().open(file, content);
    }
}
