package org.ringside.decoder.memory;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;

/** A few pages of table entries that mostly refer to each other, made from a fuzzer's bytes. */
public final class FuzzedMemory {
    /** Pages that may exist: addresses 0 to {@code PAGES << 12}. */
    public static final int PAGES = 16;

    private FuzzedMemory() {}

    @SuppressWarnings("exports")
    public static SparseMemory of(FuzzedDataProvider data) {
        SparseMemory memory = new SparseMemory();
        int count = data.consumeInt(0, 300);
        for (int i = 0; i < count && data.remainingBytes() > 0; i++) {
            long slot = data.consumeInt(0, PAGES * 512 - 1);
            memory.putLong(slot * 8, entry(data));
        }
        if (data.consumeBoolean()) {
            byte[] page = data.consumeBytes(4096);
            memory.page((long) data.consumeInt(0, PAGES - 1) << 12, page);
        }
        return memory;
    }

    private static long entry(FuzzedDataProvider data) {
        if (data.consumeBoolean()) {
            return data.consumeLong();
        }
        long page = data.consumeInt(0, PAGES);
        long high = data.consumeBoolean() ? Long.MIN_VALUE : 0;
        return page << 12 | data.consumeInt(0, 0xfff) | high;
    }
}
