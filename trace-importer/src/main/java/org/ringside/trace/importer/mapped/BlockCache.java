package org.ringside.trace.importer.mapped;

import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.ringside.decoder.memory.Observed;

/** The most recently used unpacked blocks, never more than a number of bytes. Safe for several threads; unpacking runs outside the lock. */
public final class BlockCache {
    private final long maximumBytes;
    private final Map<Long, MemorySegment> blocks = new LinkedHashMap<>(64, 0.75f, true);
    private long bytes;

    /** @param maximumBytes what all cached blocks may take together, at least 1 */
    public BlockCache(long maximumBytes) {
        this.maximumBytes = maximumBytes;
    }

    /** The block of this number: the cached one, or what {@code unpack} makes of it, which is kept if it is known. */
    public Observed<MemorySegment> get(long number, LongFunction<Observed<MemorySegment>> unpack) {
        @Nullable MemorySegment cached;
        synchronized (blocks) {
            cached = blocks.get(number);
        }
        if (cached != null) {
            return Observed.known(cached);
        }
        Observed<MemorySegment> unpacked = unpack.apply(number);
        if (unpacked instanceof Observed.Known<MemorySegment>(MemorySegment block)) {
            keep(number, block);
        }
        return unpacked;
    }

    private void keep(long number, MemorySegment block) {
        synchronized (blocks) {
            @Nullable MemorySegment before = blocks.put(number, block);
            bytes += block.byteSize() - (before == null ? 0 : before.byteSize());
            var eldest = blocks.entrySet().iterator();
            while (bytes > maximumBytes && eldest.hasNext()) {
                bytes -= eldest.next().getValue().byteSize();
                eldest.remove();
            }
        }
    }

    /** Bytes kept now. */
    long bytes() {
        synchronized (blocks) {
            return bytes;
        }
    }
}
