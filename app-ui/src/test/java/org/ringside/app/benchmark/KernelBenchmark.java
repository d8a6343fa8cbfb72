package org.ringside.app.benchmark;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import org.ringside.agent.kernel.image.KernelFinder;
import org.ringside.agent.kernel.image.KernelSearch;
import org.ringside.agent.kernel.image.LinuxKernel;
import org.ringside.agent.kernel.objects.KernelModules;
import org.ringside.agent.kernel.objects.KernelTasks;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;

/**
 * Finds the kernel of a raw image with its symbols and types, then its modules and its tasks; the first run in a program that just started.
 *
 */
final class KernelBenchmark {
    private KernelBenchmark() {}

    private record Raw(MemorySegment bytes) implements PhysicalMemory {
        @Override
        public List<AddressRange> ranges() {
            return List.of(AddressRange.ofLength(0, bytes.byteSize() & -PAGE_SIZE));
        }

        @Override
        public Observed<MemorySegment> page(long address) {
            long start = address & -PAGE_SIZE;
            return start < 0 || start + PAGE_SIZE > bytes.byteSize()
                    ? new Observed.NotCaptured<>(start, PAGE_SIZE)
                    : Observed.known(bytes.asSlice(start, PAGE_SIZE));
        }
    }

    public static void main(String[] arguments) throws IOException {
        int runs = Integer.parseInt(arguments[1]);
        try (FileChannel channel = FileChannel.open(Path.of(arguments[0]));
                Arena arena = Arena.ofShared()) {
            Raw memory = new Raw(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena));
            List<List<Double>> columns = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
            for (int run = 0; run < runs; run++) {
                AtomicReference<KernelSearch> search = new AtomicReference<>();
                columns.get(0).add(time(() -> search.set(KernelFinder.search(memory, List.of(), () -> false))));
                if (!(search.get() instanceof KernelSearch.Found(LinuxKernel kernel, var others, var findings))) {
                    System.out.println("no kernel with symbols in " + arguments[0]);
                    return;
                }
                columns.get(1).add(time(() -> KernelModules.of(kernel)));
                columns.get(2).add(time(() -> KernelTasks.of(kernel)));
                if (run == 0) {
                    System.out.printf(
                            Locale.ROOT,
                            "%,d symbols, %s types%n",
                            kernel.symbols().size(),
                            kernel.types()
                                    .map(types -> "%,d".formatted(types.count()))
                                    .orElse("no"));
                }
            }
            print("kernel, symbols, types", columns.get(0));
            print("modules", columns.get(1));
            print("tasks", columns.get(2));
        }
    }

    /** Milliseconds. */
    private static double time(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) / 1e6;
    }

    private static void print(String what, List<Double> times) {
        List<Double> sorted = times.stream().sorted().toList();
        System.out.printf(
                Locale.ROOT,
                "%-24s first %7.1f ms, median %7.1f ms, max %7.1f ms%n",
                what,
                times.getFirst(),
                sorted.get(sorted.size() / 2),
                sorted.getLast());
    }
}
