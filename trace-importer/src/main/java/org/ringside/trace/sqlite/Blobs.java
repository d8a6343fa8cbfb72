package org.ringside.trace.sqlite;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.trace.importer.MemoryImage.FileExtent;

/** Lists of numbers as stored: 8 bytes each, big-endian, one after the other. */
final class Blobs {
    private Blobs() {}

    static byte[] ranges(List<AddressRange> ranges) {
        ByteBuffer out = ByteBuffer.allocate(Math.multiplyExact(ranges.size(), 2 * Long.BYTES));
        ranges.forEach(range -> out.putLong(range.start()).putLong(range.end()));
        return out.array();
    }

    /** @throws IllegalArgumentException if the ranges are not sorted, disjoint, not empty and page-aligned */
    static List<AddressRange> ranges(byte[] bytes) {
        ByteBuffer in = whole(bytes, 2 * Long.BYTES, "captured ranges");
        List<AddressRange> ranges = new ArrayList<>(bytes.length / (2 * Long.BYTES));
        long last = 0;
        while (in.hasRemaining()) {
            long start = in.getLong();
            long end = in.getLong();
            boolean ordered = Long.compareUnsigned(start, last) >= 0 && Long.compareUnsigned(start, end) < 0;
            if (!ordered || ((start | end) & (PhysicalMemory.PAGE_SIZE - 1)) != 0) {
                throw new IllegalArgumentException("captured range 0x%x..0x%x".formatted(start, end));
            }
            ranges.add(new AddressRange(start, end));
            last = end;
        }
        return ranges;
    }

    static byte[] extents(List<FileExtent> extents) {
        ByteBuffer out = ByteBuffer.allocate(Math.multiplyExact(extents.size(), 3 * Long.BYTES));
        extents.forEach(e -> out.putLong(e.address()).putLong(e.length()).putLong(e.offset()));
        return out.array();
    }

    /** @throws IllegalArgumentException if the extents are not sorted, disjoint and inside a file */
    static List<FileExtent> extents(byte[] bytes) {
        ByteBuffer in = whole(bytes, 3 * Long.BYTES, "extents");
        List<FileExtent> extents = new ArrayList<>(bytes.length / (3 * Long.BYTES));
        long last = 0;
        while (in.hasRemaining()) {
            FileExtent extent = new FileExtent(in.getLong(), in.getLong(), in.getLong());
            boolean ordered = extent.address() >= last && extent.length() > 0 && extent.offset() >= 0;
            if (!ordered
                    || extent.address() > Long.MAX_VALUE - extent.length()
                    || extent.offset() > Long.MAX_VALUE - extent.length()) {
                throw new IllegalArgumentException("extent at 0x%x, %d bytes, in the file at 0x%x"
                        .formatted(extent.address(), extent.length(), extent.offset()));
            }
            extents.add(extent);
            last = extent.address() + extent.length();
        }
        return extents;
    }

    static ByteBuffer whole(byte[] bytes, int unit, String what) {
        if (bytes.length % unit != 0) {
            throw new IllegalArgumentException(what + " of " + bytes.length + " bytes, not a multiple of " + unit);
        }
        return ByteBuffer.wrap(bytes);
    }
}
