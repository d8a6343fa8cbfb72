package org.ringside.trace.sqlite;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Compresses packs in several threads. Contexts and buffers are used again: making them costs as much as compressing with them. */
final class PackCompressor implements AutoCloseable {
    /** For imports. More saves little and costs time: level 3 makes 2 % less of real memory, in a third more time. */
    static final int FAST = 1;

    /** For traces that are made once and handed on: kernel code takes an eighth less, in some twenty times the time. */
    static final int SMALL = 19;

    private static final int LARGEST = PageStore.PACK_PAGES * PageStore.PAGE;

    private final int level;
    private final ConcurrentLinkedQueue<Tool> idle = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<byte[]> buffers = new ConcurrentLinkedQueue<>();

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Tool(ZstdCompressCtx context, byte[] out) {}

    /**
     * A compressor.
     *
     * @param level zstd's, for example {@link #FAST}
     */
    PackCompressor(int level) {
        this.level = level;
    }

    /** Room for a pack's pages; {@link #compress} takes it back. */
    byte[] buffer() {
        byte[] buffer = buffers.poll();
        if (buffer == null) {
            return new byte[LARGEST];
        }
        return buffer;
    }

    /** Compresses the first bytes of a buffer. */
    byte[] compress(byte[] bytes, int length) {
        Tool tool = idle.poll();
        if (tool == null) {
            ZstdCompressCtx context = new ZstdCompressCtx();
            context.setLevel(level);
            tool = new Tool(context, new byte[(int) Zstd.compressBound(LARGEST)]);
        }
        int size = tool.context.compressByteArray(tool.out, 0, tool.out.length, bytes, 0, length);
        byte[] compressed = Arrays.copyOf(tool.out, size);
        idle.add(tool);
        buffers.add(bytes);
        return compressed;
    }

    /** To be called when no thread compresses any more. */
    @Override
    public void close() {
        for (Tool tool = idle.poll(); tool != null; tool = idle.poll()) {
            tool.context.close();
        }
    }
}
