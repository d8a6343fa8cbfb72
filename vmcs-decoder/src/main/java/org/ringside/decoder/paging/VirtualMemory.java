package org.ringside.decoder.paging;

import java.lang.foreign.MemorySegment;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.memory.PhysicalMemory.LittleEndian;
import org.ringside.decoder.translation.Translation;

/** Reads memory by linear address, through the page tables of one address space. Safe for several threads. */
public final class VirtualMemory {
    private final PhysicalMemory memory;
    private final PageWalker walker;

    public VirtualMemory(PhysicalMemory memory, PageWalker walker) {
        this.memory = memory;
        this.walker = walker;
    }

    public PageWalker walker() {
        return walker;
    }

    /**
     * Bytes that may cross pages.
     *
     * @param linear linear address
     * @param length bytes, 0 to {@link PhysicalMemory#MAXIMUM_READ}
     * @return a read-only segment of {@code length} bytes, or the first reason why not all of them are known
     * @throws IllegalArgumentException if {@code length} is out of range
     */
    public Observed<MemorySegment> read(long linear, int length) {
        if (length < 0 || length > PhysicalMemory.MAXIMUM_READ) {
            throw new IllegalArgumentException("length " + length + " is outside 0.." + PhysicalMemory.MAXIMUM_READ);
        }
        int inPage = (int) (linear & (PhysicalMemory.PAGE_SIZE - 1));
        if (inPage + length <= PhysicalMemory.PAGE_SIZE) {
            return readInPage(linear, length);
        }
        MemorySegment copy = MemorySegment.ofArray(new byte[length]);
        int done = 0;
        while (done < length) {
            int offset = (int) ((linear + done) & (PhysicalMemory.PAGE_SIZE - 1));
            int part = Math.min(PhysicalMemory.PAGE_SIZE - offset, length - done);
            Observed<MemorySegment> bytes = readInPage(linear + done, part);
            if (!(bytes instanceof Observed.Known<MemorySegment>(MemorySegment segment))) {
                return bytes;
            }
            MemorySegment.copy(segment, 0, copy, done, part);
            done += part;
        }
        return Observed.known(copy.asReadOnly());
    }

    /** The little-endian 64-bit word at {@code linear}. */
    public Observed<Long> readLong(long linear) {
        return read(linear, Long.BYTES).map(bytes -> bytes.get(LittleEndian.LONG, 0));
    }

    private Observed<MemorySegment> readInPage(long linear, int length) {
        Observed<Translation> translation = walker.translate(linear);
        return translation.flatMap(found -> memory.read(found.output(), length));
    }
}
