package org.ringside.decoder.svm;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;

/**
 * Finds the VMCBs of an image: every captured page is looked at once, by several threads. A page is a VMCB if VMRUN would take it, as far as the
 * image tells, and nearly all that a hypervisor keeps in it holds up.
 */
public final class VmcbCarver {
    /** The share of points, in percent, that a VMCB needs. */
    private static final int ENOUGH = 90;

    /** The share from which a page that is none is worth to be shown as a runner-up. */
    private static final int NEARLY = 60;

    private static final int MOST_RUNNERS_UP = 100;
    private static final int CHUNK_PAGES = 2048;

    private final PhysicalMemory memory;
    private final BooleanSupplier cancelled;

    /**
     * @param cancelled asked now and then; {@code true} ends the scan
     */
    public VmcbCarver(PhysicalMemory memory, BooleanSupplier cancelled) {
        this.memory = memory;
        this.cancelled = cancelled;
    }

    /**
     * What a scan found.
     *
     * @param vmcbs VMCBs and host state-save areas, in the order of their addresses
     * @param runnersUp pages that are nearly one, best first, at most 100
     * @param nestedRoots N_CR3 of the VMCBs that use nested paging, sorted
     * @param pages pages looked at
     * @param complete whether the scan reached the end
     */
    public record Result(
            List<CarvedVmcb> vmcbs, List<CarvedVmcb> runnersUp, List<Long> nestedRoots, long pages, boolean complete) {
        public Result {
            vmcbs = List.copyOf(vmcbs);
            runnersUp = List.copyOf(runnersUp);
            nestedRoots = List.copyOf(nestedRoots);
        }
    }

    private record Chunk(long start, int pages) {}

    /** Scans all captured pages. */
    public Result scan() {
        List<Chunk> chunks = chunks();
        List<CarvedVmcb> candidates = IntStream.range(0, chunks.size())
                .parallel()
                .boxed()
                .flatMap(i -> candidates(chunks.get(i)))
                .toList();
        List<CarvedVmcb> found = new ArrayList<>();
        List<CarvedVmcb> others = new ArrayList<>();
        for (CarvedVmcb candidate : candidates) {
            if (isOne(candidate)) {
                found.add(candidate);
            } else if (candidate.score().percent() >= NEARLY) {
                others.add(candidate);
            }
        }
        found.sort((a, b) -> Long.compareUnsigned(a.address(), b.address()));
        others.sort(Comparator.comparingInt((CarvedVmcb one) -> -one.score().percent())
                .thenComparingLong(CarvedVmcb::address));
        return new Result(
                found,
                others.subList(0, Math.min(others.size(), MOST_RUNNERS_UP)),
                nestedRoots(found),
                chunks.stream().mapToLong(Chunk::pages).sum(),
                !cancelled.getAsBoolean());
    }

    /** What one page is and why; empty if it is nothing of the kind. */
    public static Optional<CarvedVmcb> look(PhysicalMemory memory, long address) {
        long start = address & -PhysicalMemory.PAGE_SIZE;
        return memory.page(start).toOptional().flatMap(page -> candidate(memory, start, page));
    }

    private static boolean isOne(CarvedVmcb candidate) {
        return candidate.score().percent() >= ENOUGH;
    }

    private List<Chunk> chunks() {
        List<Chunk> chunks = new ArrayList<>();
        for (AddressRange range : memory.ranges()) {
            long pages = range.length() >>> PhysicalMemory.PAGE_SHIFT;
            for (long first = 0; first < pages; first += CHUNK_PAGES) {
                chunks.add(new Chunk(range.start() + (first << PhysicalMemory.PAGE_SHIFT), (int)
                        Math.min(CHUNK_PAGES, pages - first)));
            }
        }
        return chunks;
    }

    private Stream<CarvedVmcb> candidates(Chunk chunk) {
        if (cancelled.getAsBoolean()) {
            return Stream.empty();
        }
        List<CarvedVmcb> found = new ArrayList<>();
        for (int i = 0; i < chunk.pages(); i++) {
            long address = chunk.start() + ((long) i << PhysicalMemory.PAGE_SHIFT);
            if (memory.page(address) instanceof Observed.Known<MemorySegment>(MemorySegment page)) {
                candidate(memory, address, page).ifPresent(found::add);
            }
        }
        return found.stream();
    }

    private static Optional<CarvedVmcb> candidate(PhysicalMemory memory, long address, MemorySegment page) {
        if (VmcbPlausibility.mayBe(page)) {
            Vmcb vmcb = Vmcb.of(address, page);
            return Optional.of(
                    VmcbPlausibility.hasEntryControls(page)
                            ? new CarvedVmcb(address, CarvedVmcb.Kind.VMCB, VmcbPlausibility.score(memory, vmcb))
                            : new CarvedVmcb(
                                    address,
                                    CarvedVmcb.Kind.HOST_SAVE_AREA,
                                    VmcbPlausibility.scoreHostState(memory, vmcb)));
        }
        if (VmcbPlausibility.mayBeEncrypted(page)) {
            return Optional.of(new CarvedVmcb(
                    address,
                    CarvedVmcb.Kind.VMCB_ENCRYPTED_STATE,
                    VmcbPlausibility.scoreControl(memory, Vmcb.of(address, page))));
        }
        return Optional.empty();
    }

    private List<Long> nestedRoots(List<CarvedVmcb> found) {
        Set<Long> roots = new TreeSet<>(Long::compareUnsigned);
        for (CarvedVmcb one : found) {
            if (one.kind() != CarvedVmcb.Kind.HOST_SAVE_AREA) {
                Vmcb.read(memory, one.address())
                        .toOptional()
                        .filter(VmcbValues::nestedPaging)
                        .ifPresent(vmcb -> roots.add(vmcb.element(VmcbField.N_CR3, 0)));
            }
        }
        return List.copyOf(roots);
    }
}
