package org.ringside.decoder.vmcs;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;

/**
 * Finds the VMX regions of an image: every captured page is looked at once, by several threads. A page is a candidate because of its revision
 * identifier or because its values hold up in some layout, whatever its identifier says.
 */
public final class VmcsCarver {
    /** Identifiers from here up are made up by hypervisors and hardly occur by chance; those of processors are small numbers. */
    private static final int DISTINCTIVE = 0x10000;

    /** The share of points, in percent, that a region needs whose identifier proves nothing. */
    private static final int ENOUGH = 75;

    /** The weight of tests that must have been possible for {@link #ENOUGH} to count. */
    private static final int ENOUGH_TESTED = 20;

    private static final int CHUNK_PAGES = 2048;
    private static final int HIGHEST_ABORT = 6;

    private final PhysicalMemory memory;
    private final List<VmcsLayout> layouts;
    private final VmcsPlausibility.QuickTest[] quickTests;
    private final Set<Integer> knownRevisions = new HashSet<>();
    private final Set<Long> vmxonRegions;
    private final BooleanSupplier cancelled;

    /**
     * @param layouts the layouts to try
     * @param vmxonRegions addresses known to be VMXON regions from elsewhere, such as a debugger; may be empty
     * @param cancelled asked now and then; {@code true} ends the scan
     */
    public VmcsCarver(PhysicalMemory memory, VmcsLayouts layouts, Set<Long> vmxonRegions, BooleanSupplier cancelled) {
        this.memory = memory;
        this.layouts = layouts.all();
        this.quickTests = this.layouts.stream()
                .map(VmcsPlausibility.QuickTest::of)
                .distinct()
                .toArray(VmcsPlausibility.QuickTest[]::new);
        this.layouts.forEach(layout -> knownRevisions.addAll(layout.revisions()));
        this.vmxonRegions = Set.copyOf(vmxonRegions);
        this.cancelled = cancelled;
    }

    /**
     * What a scan found. Whose addresses the values of a region are is another question, which
     * {@link org.ringside.decoder.nested.VmxSurvey} answers.
     *
     * @param regions in the order of their addresses
     * @param pages pages looked at
     * @param complete whether the scan reached the end
     */
    public record Result(List<CarvedRegion> regions, long pages, boolean complete) {
        public Result {
            regions = List.copyOf(regions);
        }
    }

    private record Chunk(long start, int pages) {}

    private record Candidate(long address, int header, MemorySegment page) {}

    /** Scans all captured pages. */
    public Result scan() {
        List<Chunk> chunks = chunks();
        List<Candidate> candidates = IntStream.range(0, chunks.size())
                .parallel()
                .boxed()
                .flatMap(i -> candidates(chunks.get(i)))
                .toList();
        List<CarvedRegion> regions = new ArrayList<>();
        Set<Integer> confirmed = new HashSet<>();
        List<Candidate> undecided = new ArrayList<>();
        for (Candidate candidate : candidates) {
            Optional<CarvedRegion> region = vmcs(candidate);
            if (region.isPresent()) {
                regions.add(region.get());
                confirmed.add(region.get().revision());
            } else {
                undecided.add(candidate);
            }
        }
        for (Candidate candidate : undecided) {
            byCompany(candidate, confirmed).ifPresent(regions::add);
        }
        regions.sort((a, b) -> Long.compareUnsigned(a.address(), b.address()));
        long pages = chunks.stream().mapToLong(Chunk::pages).sum();
        return new Result(regions, pages, !cancelled.getAsBoolean());
    }

    /**
     * One page as a VMX region, whether or not it proves to be one: all layouts with their scores, the best or the one of its identifier first.
     *
     * @param address any address in the page
     * @return the region, or why the page is not known
     */
    public Observed<CarvedRegion> at(long address) {
        long start = address & -PhysicalMemory.PAGE_SIZE;
        return memory.page(start).map(page -> {
            Candidate candidate = new Candidate(start, page.get(PhysicalMemory.LittleEndian.INT, 0), page);
            if (!hasContent(page)) {
                CarvedRegion.Kind kind =
                        vmxonRegions.contains(start) ? CarvedRegion.Kind.VMXON : CarvedRegion.Kind.HEADER_ONLY;
                return new CarvedRegion(start, candidate.header(), kind, Optional.empty(), List.of());
            }
            return scored(candidate);
        });
    }

    private CarvedRegion scored(Candidate candidate) {
        int revision = candidate.header() & 0x7fff_ffff;
        List<LayoutScore> scores = new ArrayList<>();
        for (VmcsLayout layout : layouts) {
            scores.add(VmcsPlausibility.score(memory, Vmcs.of(candidate.address(), layout, candidate.page())));
        }
        Collections.sort(scores);
        LayoutScore best = scores.stream()
                .filter(score -> revision >= DISTINCTIVE && score.layout().expects(revision))
                .findFirst()
                .orElse(scores.getFirst());
        scores.remove(best);
        return new CarvedRegion(
                candidate.address(),
                candidate.header(),
                candidate.header() < 0 ? CarvedRegion.Kind.SHADOW_VMCS : CarvedRegion.Kind.VMCS,
                Optional.of(best),
                scores);
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

    private Stream<Candidate> candidates(Chunk chunk) {
        if (cancelled.getAsBoolean()) {
            return Stream.empty();
        }
        List<Candidate> found = new ArrayList<>();
        for (int i = 0; i < chunk.pages(); i++) {
            long address = chunk.start() + ((long) i << PhysicalMemory.PAGE_SHIFT);
            if (memory.page(address) instanceof Observed.Known<MemorySegment>(MemorySegment page)) {
                int header = page.get(PhysicalMemory.LittleEndian.INT, 0);
                if (header != 0 && isCandidate(header, page)) {
                    found.add(new Candidate(address, header, page));
                }
            }
        }
        return found.stream();
    }

    private boolean isCandidate(int header, MemorySegment page) {
        int abort = page.get(PhysicalMemory.LittleEndian.INT, 4);
        if (Integer.compareUnsigned(abort, HIGHEST_ABORT) > 0) {
            return false;
        }
        if (knownRevisions.contains(header & 0x7fff_ffff)) {
            return true;
        }
        for (VmcsPlausibility.QuickTest test : quickTests) {
            if (test.mayBe(page)) {
                return true;
            }
        }
        return false;
    }

    /** The region, if it has content that proves it, or an identifier that does. */
    private Optional<CarvedRegion> vmcs(Candidate candidate) {
        int revision = candidate.header() & 0x7fff_ffff;
        if (!hasContent(candidate.page())) {
            return Optional.empty();
        }
        CarvedRegion region = scored(candidate);
        return region.best()
                .filter(best -> (revision >= DISTINCTIVE && best.layout().expects(revision))
                        || (best.percent() >= ENOUGH && best.possible() >= ENOUGH_TESTED))
                .map(best -> region);
    }

    /** A region that alone proves nothing, beside others of the same identifier or with an identifier that does. */
    private Optional<CarvedRegion> byCompany(Candidate candidate, Set<Integer> confirmed) {
        int revision = candidate.header() & 0x7fff_ffff;
        boolean known = confirmed.contains(revision) || (revision >= DISTINCTIVE && knownRevisions.contains(revision));
        if (!known && !vmxonRegions.contains(candidate.address())) {
            return Optional.empty();
        }
        boolean content = hasContent(candidate.page());
        if (candidate.header() < 0) {
            return Optional.of(
                    content
                            ? shadow(scored(candidate))
                            : new CarvedRegion(
                                    candidate.address(),
                                    candidate.header(),
                                    CarvedRegion.Kind.SHADOW_VMCS,
                                    Optional.empty(),
                                    List.of()));
        }
        if (content) {
            return Optional.empty();
        }
        CarvedRegion.Kind kind =
                vmxonRegions.contains(candidate.address()) ? CarvedRegion.Kind.VMXON : CarvedRegion.Kind.HEADER_ONLY;
        return Optional.of(
                new CarvedRegion(candidate.address(), candidate.header(), kind, Optional.empty(), List.of()));
    }

    /** A shadow VMCS has too little content to tell layouts apart by it: one that goes with its identifier is better than any other. */
    private static CarvedRegion shadow(CarvedRegion region) {
        List<LayoutScore> scores = new ArrayList<>(region.runnersUp());
        region.best().ifPresent(scores::addFirst);
        Optional<LayoutScore> expected = scores.stream()
                .filter(score -> score.layout().expects(region.revision()))
                .findFirst();
        if (expected.isEmpty()) {
            return region;
        }
        scores.remove(expected.get());
        return region.withScores(expected.get(), scores);
    }

    private static boolean hasContent(MemorySegment page) {
        for (int offset = 8; offset < VmcsLayout.REGION_SIZE; offset += 8) {
            if (page.get(PhysicalMemory.LittleEndian.LONG, offset) != 0) {
                return true;
            }
        }
        return false;
    }
}
