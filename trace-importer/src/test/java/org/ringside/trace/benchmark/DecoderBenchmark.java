package org.ringside.trace.benchmark;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.function.LongSupplier;
import org.ringside.decoder.ept.EptContext;
import org.ringside.decoder.ept.ExtendedPageTables;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.nested.VmxSurvey;
import org.ringside.decoder.paging.PageWalker;
import org.ringside.decoder.paging.PagingContext;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.vmcs.VmcsCarver;
import org.ringside.decoder.vmcs.VmcsLayouts;

/**
 * The decoders at their largest tasks: VMCSs carved from a raw image, against reading the same file; a million leaves of extended page tables
 * mapped; every mapping of a page found in tables that map 4 GiB in 4 KiB pages. Both kinds of tables once with each page after the one before
 * it and once scattered, so that nothing merges.
 */
final class DecoderBenchmark {
    private static final int LEAVES = 1 << 20;
    private static final int PAGE = PhysicalMemory.PAGE_SIZE;

    private DecoderBenchmark() {}

    public static void main(String[] arguments) throws IOException {
        Path image = Path.of(arguments[0]);
        int runs = Integer.parseInt(arguments[1]);
        try (Arena arena = Arena.ofShared()) {
            carve(image, runs, arena);
            map(runs, arena);
        }
    }

    private static void carve(Path image, int runs, Arena arena) throws IOException {
        MemorySegment bytes;
        try (FileChannel channel = FileChannel.open(image)) {
            bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size() & -PAGE, arena);
        }
        Mapped memory = new Mapped(bytes);
        VmcsLayouts layouts = VmcsLayouts.shipped();
        // In turn, so that what else the machine does falls on all alike.
        long[][] times = new long[3][runs];
        for (int i = -3; i < runs; i++) {
            LongSupplier[] work = {
                () -> sum(bytes),
                () -> new VmcsCarver(memory, layouts, Set.of(), () -> false)
                        .scan()
                        .pages(),
                () -> VmxSurvey.of(memory, layouts, Set.of(), () -> false).pages()
            };
            for (int kind = 0; kind < work.length; kind++) {
                long start = System.nanoTime();
                check(work[kind].getAsLong() != 0);
                if (i >= 0) {
                    times[kind][i] = System.nanoTime() - start;
                }
            }
        }
        print("every word of the mapped file summed", times[0]);
        print("VMCSs carved", times[1]);
        print("VMCSs carved, placed, their hypervisors found", times[2]);
    }

    /** One thread that looks at every word. */
    private static long sum(MemorySegment bytes) {
        long sum = 1;
        for (long at = 0; at < bytes.byteSize(); at += Long.BYTES) {
            sum += bytes.get(PhysicalMemory.LittleEndian.LONG, at);
        }
        return sum == 0 ? 1 : sum;
    }

    private static void map(int runs, Arena arena) {
        for (boolean scattered : new boolean[] {false, true}) {
            IntUnaryOperator target = scattered ? i -> (int) (i * 0x9e3779b1L & LEAVES - 1) : i -> i;
            String kind = scattered ? "scattered" : "contiguous";
            MemorySegment tables = tables(target, 0x37, arena);
            ExtendedPageTables ept = new ExtendedPageTables(new Mapped(tables), EptContext.of(0x1e));
            measure(
                    "EPT map of 1,048,576 leaves, " + kind,
                    runs,
                    () -> ept.map(TableLimits.standard()).summary().leaves());
            PageWalker walker = new PageWalker(new Mapped(tables(target, 0x67, arena)), PagingContext.fourLevel(0));
            measure(
                    "reverse map of a page in 4 GiB, " + kind,
                    runs,
                    () -> walker.mappingsOf(0x1234_5000L, 100, TableLimits.standard())
                            .mappings()
                            .size());
        }
    }

    /** Four levels of tables, the root at 0, that map 4 GiB from 0 on. */
    private static MemorySegment tables(IntUnaryOperator target, long flags, Arena arena) {
        int leafTables = LEAVES / 512;
        int directories = leafTables / 512;
        long firstDirectory = 2L * PAGE;
        long firstLeafTable = firstDirectory + (long) directories * PAGE;
        MemorySegment tables = arena.allocate(firstLeafTable + (long) leafTables * PAGE, PAGE);
        tables.set(PhysicalMemory.LittleEndian.LONG, 0, PAGE | 7);
        for (int i = 0; i < directories; i++) {
            tables.set(PhysicalMemory.LittleEndian.LONG, PAGE + 8L * i, firstDirectory + (long) i * PAGE | 7);
        }
        for (int i = 0; i < leafTables; i++) {
            tables.set(PhysicalMemory.LittleEndian.LONG, firstDirectory + 8L * i, firstLeafTable + (long) i * PAGE | 7);
        }
        for (int i = 0; i < LEAVES; i++) {
            tables.set(
                    PhysicalMemory.LittleEndian.LONG,
                    firstLeafTable + 8L * i,
                    (long) target.applyAsInt(i) << PhysicalMemory.PAGE_SHIFT | flags);
        }
        return tables;
    }

    private static void measure(String what, int runs, LongSupplier work) {
        long[] times = new long[runs];
        for (int i = -20; i < runs; i++) {
            long start = System.nanoTime();
            check(work.getAsLong() != 0);
            if (i >= 0) {
                times[i] = System.nanoTime() - start;
            }
        }
        print(what, times);
    }

    private static void check(boolean sane) {
        if (!sane) {
            throw new IllegalStateException("the work measured had no result");
        }
    }

    private static void print(String what, long[] times) {
        Arrays.sort(times);
        System.out.printf(
                "%-52s minimum %8.1f ms, median %8.1f ms, maximum %8.1f ms%n",
                what, times[0] / 1e6, times[times.length / 2] / 1e6, times[times.length - 1] / 1e6);
    }

    private record Mapped(MemorySegment bytes) implements PhysicalMemory {
        @Override
        public List<AddressRange> ranges() {
            return List.of(AddressRange.ofLength(0, bytes.byteSize()));
        }

        @Override
        public Observed<MemorySegment> page(long address) {
            long start = address & -PAGE_SIZE;
            return start < 0 || start >= bytes.byteSize()
                    ? new Observed.NotCaptured<>(start, PAGE_SIZE)
                    : Observed.known(bytes.asSlice(start, PAGE_SIZE));
        }
    }
}
