package org.ringside.trace.importer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Which physical addresses the bytes of a raw image belong to. Three kinds of text are understood, a line at a time, {@code #} begins a
 * comment:
 *
 * <ul>
 *   <li>Ringside's own: {@code FIRST-LAST @OFFSET}, for example {@code 0x100000000-0x17fffffff @0x80000000}: physical addresses, both
 *       inclusive, and the file offset of the first byte. All hexadecimal, with or without {@code 0x}. The offset may be left out of every
 *       line, see below.
 *   <li>Linux's {@code /proc/iomem}: the lines {@code FIRST-LAST : System RAM}; all others are passed over.
 *   <li>QEMU's {@code info mtree -f}: the RAM and ROM of the view of address space {@code memory}, as far as it belongs to the largest RAM
 *       block, whose file this is taken to be; {@code @} there is the offset in the block.
 * </ul>
 *
 * <p>Where no line has an offset (as in {@code /proc/iomem}), the file's size decides: if it reaches the last address, the offset is the
 * address; if it is the sum of all ranges, they follow each other without gaps.
 *
 * @param name of the map's file, for messages
 * @param regions in the order of the text, disjoint; either all have an offset or none
 * @param notes what was passed over
 */
public record MemoryMap(String name, List<Region> regions, List<String> notes) {
    /** Longest text that is accepted, in bytes. */
    public static final int MAXIMUM_SIZE = 4 << 20;

    /**
     * One range.
     *
     * @param start physical address of the first byte
     * @param length bytes, at least 1
     * @param offset file offset of the first byte, if the map says
     * @param line line of the map's text, from 1
     */
    public record Region(long start, long length, OptionalLong offset, int line) {
        public long end() {
            return start + length;
        }
    }

    public MemoryMap {
        regions = List.copyOf(regions);
        notes = List.copyOf(notes);
    }

    /** @throws ImportException if the text is not a map; the message names the line */
    public static MemoryMap parse(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new ImportException(file, "is not a regular file; a memory map is a text file.");
        }
        if (Files.size(file) > MAXIMUM_SIZE) {
            throw new ImportException(
                    file, "has more than %d bytes, too many for a memory map.".formatted(MAXIMUM_SIZE));
        }
        return parse(file, new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
    }

    /**
     * @param file where the text comes from, for messages
     * @throws ImportException if the text is not a map; the message names the line
     */
    public static MemoryMap parse(Path file, String text) throws ImportException {
        return new MemoryMapParser(file).parse(text);
    }

    /**
     * The regions, each with its file offset.
     *
     * @param image the raw image, for messages
     * @param size its size in bytes
     * @throws ImportException if no line has an offset and the size of the file does not tell how the ranges lie in it
     */
    public List<Region> place(Path image, long size) throws ImportException {
        if (regions.stream().allMatch(region -> region.offset().isPresent())) {
            return regions;
        }
        long total = 0;
        long end = 0;
        for (Region region : regions) {
            total += region.length();
            end = Math.max(end, region.end());
        }
        boolean packed = size == total && size != end;
        if (size < end && !packed) {
            throw new ImportException(
                    image,
                    ("has 0x%x bytes, but memory map %s, which gives no offsets, needs 0x%x (each byte at its physical address) or exactly"
                                    + " 0x%x (ranges without gaps). Add \" @OFFSET\" to each line or check that map and image belong together.")
                            .formatted(size, name, end, total));
        }
        List<Region> placed = new ArrayList<>();
        long offset = 0;
        for (Region region : regions) {
            placed.add(new Region(
                    region.start(), region.length(), OptionalLong.of(packed ? offset : region.start()), region.line()));
            offset += region.length();
        }
        return placed;
    }
}
