package org.ringside.trace.importer.mapped;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.trace.importer.ImportException;
import org.ringside.trace.importer.MemoryImage.FileExtent;

/**
 * Turns the pieces of memory that a file claims to hold, in any order, overlapping and at any alignment, into disjoint extents of whole
 * pages. Where pieces overlap, the first one added wins, and a note says so. A page that is not wholly held by one run of bytes is left out,
 * and a note says so: nothing is filled up with zeros. Not for several threads.
 */
public final class ExtentPlan {
    /** Pieces accepted; a file that claims more is taken for malformed. */
    public static final int MAXIMUM_PIECES = 1 << 20;

    /** No physical address of any machine we read reaches this; Intel SDM vol. 3, 4.1.4: at most 52 bits. */
    public static final long ADDRESS_LIMIT = 1L << 52;

    private static final long PAGE = PhysicalMemory.PAGE_SIZE;

    private final FileContent file;
    private final Notes notes;
    private final TreeMap<Long, Long> covered = new TreeMap<>();
    private final TreeMap<Long, FileExtent> fragments = new TreeMap<>();
    private int pieces;

    public ExtentPlan(FileContent file, Notes notes) {
        this.file = file;
        this.notes = notes;
    }

    /**
     * Adds a piece.
     *
     * @param address physical address of its first byte, any alignment
     * @param length bytes, at least 0
     * @param offset where it lies in the file
     * @param header offset of the header that claims this, for messages
     * @param field what the header calls it, for messages
     * @throws ImportException if the piece is not inside the file or not inside physical memory
     */
    public void add(long address, long length, long offset, long header, String field) throws ImportException {
        if (length == 0) {
            return;
        }
        if (address < 0 || length < 0 || address >= ADDRESS_LIMIT || length > ADDRESS_LIMIT - address) {
            throw file.error(
                    header,
                    field,
                    "claims physical memory 0x%x + 0x%x, past the 52 bits of a physical address; the header is wrong or the addresses are not physical."
                            .formatted(address, length));
        }
        if (!file.has(offset, length)) {
            throw file.error(
                    header,
                    field,
                    "claims 0x%x bytes at file offset 0x%x, but the file ends at 0x%x. It is truncated or its header is wrong: copy or record it again."
                            .formatted(length, offset, file.size()));
        }
        if (++pieces > MAXIMUM_PIECES) {
            throw file.error(
                    header,
                    field,
                    "is one of more than %d pieces of memory, more than is plausible.".formatted(MAXIMUM_PIECES));
        }
        long overlap = insert(address, address + length, offset);
        if (overlap > 0) {
            notes.add(
                    "%s at offset 0x%x: 0x%x bytes of physical memory 0x%x..0x%x were already given before; the first ones are used."
                            .formatted(field, header, overlap, address, address + length));
        }
    }

    /** Adds the parts not covered yet; returns how many bytes were. Each covered interval is met once: it is merged into one. */
    private long insert(long start, long end, long offset) {
        long at = start;
        long overlap = 0;
        long mergedStart = start;
        long mergedEnd = end;
        Map.Entry<Long, Long> before = covered.floorEntry(start);
        if (before != null && before.getValue() >= start) {
            mergedStart = before.getKey();
            mergedEnd = Math.max(mergedEnd, before.getValue());
            long stop = Math.min(end, before.getValue());
            overlap += stop - at;
            at = stop;
            covered.remove(before.getKey());
        }
        Map.Entry<Long, Long> next = covered.ceilingEntry(start);
        while (next != null && next.getKey() <= end) {
            if (next.getKey() > at) {
                fragment(at, next.getKey(), offset + (at - start));
                at = next.getKey();
            }
            long stop = Math.min(end, next.getValue());
            overlap += Math.max(0, stop - at);
            at = Math.max(at, stop);
            mergedEnd = Math.max(mergedEnd, next.getValue());
            covered.remove(next.getKey());
            next = covered.ceilingEntry(start);
        }
        if (at < end) {
            fragment(at, end, offset + (at - start));
        }
        covered.put(mergedStart, mergedEnd);
        return overlap;
    }

    private void fragment(long start, long end, long offset) {
        if (start < end) {
            fragments.put(start, new FileExtent(start, end - start, offset));
        }
    }

    /** The extents: sorted by address, disjoint, whole pages; joined where address and offset both go on. */
    public List<FileExtent> build() {
        List<FileExtent> result = new ArrayList<>();
        FileExtent open = null;
        for (FileExtent next : fragments.values()) {
            if (open == null) {
                open = next;
            } else if (open.address() + open.length() == next.address()
                    && open.offset() + open.length() == next.offset()) {
                open = new FileExtent(open.address(), open.length() + next.length(), open.offset());
            } else {
                addWholePages(open, result);
                open = next;
            }
        }
        if (open != null) {
            addWholePages(open, result);
        }
        return result;
    }

    private void addWholePages(FileExtent extent, List<FileExtent> result) {
        long end = extent.address() + extent.length();
        long firstPage = (extent.address() + PAGE - 1) & -PAGE;
        long lastPage = end & -PAGE;
        if (firstPage >= lastPage) {
            notes.add("Physical memory 0x%x..0x%x is only part of a page and was left out."
                    .formatted(extent.address(), end));
            return;
        }
        if (firstPage > extent.address()) {
            notes.add("Physical memory 0x%x..0x%x is only part of a page and was left out."
                    .formatted(extent.address(), firstPage));
        }
        if (lastPage < end) {
            notes.add("Physical memory 0x%x..0x%x is only part of a page and was left out.".formatted(lastPage, end));
        }
        result.add(new FileExtent(firstPage, lastPage - firstPage, extent.offset() + (firstPage - extent.address())));
    }
}
