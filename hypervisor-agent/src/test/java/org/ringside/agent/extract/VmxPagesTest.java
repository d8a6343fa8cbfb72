package org.ringside.agent.extract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ringside.decoder.ept.EptContext;
import org.ringside.decoder.ept.EptMap;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.nested.NestedGuests;
import org.ringside.decoder.paging.PageWalker;
import org.ringside.decoder.paging.PagingContext;
import org.ringside.decoder.translation.MappedRange;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.vmcs.CarvedRegion;
import org.ringside.decoder.vmcs.Vmcs;
import org.ringside.decoder.vmcs.VmcsCarver;
import org.ringside.decoder.vmcs.VmcsField;
import org.ringside.decoder.vmcs.VmcsLayouts;
import org.ringside.trace.Trace;
import org.ringside.trace.TraceFile;

/** On the bundled recording of a hypervisor in a hypervisor: with the kept pages alone, all of it is still found. */
class VmxPagesTest {
    private static final TableLimits LIMITS = TableLimits.standard();

    @TempDir
    private Path directory;

    private Optional<Trace> trace = Optional.empty();

    @BeforeEach
    void open() throws IOException {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("sample-traces"))) {
            folder = Optional.ofNullable(folder.getParent()).orElseThrow();
        }
        Path copy = directory.resolve("sample.ringside");
        Files.copy(folder.resolve("sample-traces/kvm-in-kvm-under-bochs.ringside"), copy);
        trace = Optional.of(TraceFile.open(copy));
    }

    @AfterEach
    void close() throws IOException {
        if (trace.isPresent()) {
            trace.get().close();
        }
    }

    private PhysicalMemory sample() throws IOException {
        Trace open = trace.orElseThrow();
        return open.memory(open.snapshots().getFirst().id());
    }

    /** A memory of which some pages were kept. */
    private record Only(PhysicalMemory memory, Set<Long> kept) implements PhysicalMemory {
        @Override
        public List<AddressRange> ranges() {
            return memory.ranges();
        }

        @Override
        public Observed<MemorySegment> page(long address) {
            long start = address & -PAGE_SIZE;
            return kept.contains(start) ? memory.page(address) : new Observed.NotCaptured<>(start, PAGE_SIZE);
        }
    }

    private record ZeroPage() implements PhysicalMemory {
        @Override
        public List<AddressRange> ranges() {
            return List.of(AddressRange.ofLength(0, PAGE_SIZE));
        }

        @Override
        public Observed<MemorySegment> page(long address) {
            return address >>> PAGE_SHIFT == 0
                    ? Observed.known(MemorySegment.ofArray(new byte[PAGE_SIZE]))
                    : new Observed.NotCaptured<>(address & -PAGE_SIZE, PAGE_SIZE);
        }
    }

    private static Set<Long> kept(PhysicalMemory memory) {
        ConcurrentSkipListSet<Long> kept = new ConcurrentSkipListSet<>();
        VmxPages.read(memory, kept, () -> false);
        return kept;
    }

    private static List<CarvedRegion> carve(PhysicalMemory memory) {
        return new VmcsCarver(memory, VmcsLayouts.shipped(), Set.of(), () -> false)
                .scan()
                .regions();
    }

    private static List<Vmcs> of(PhysicalMemory memory, String layout) {
        return carve(memory).stream()
                .filter(region -> region.kind() == CarvedRegion.Kind.VMCS)
                .filter(region -> region.best().orElseThrow().layout().id().equals(layout))
                .map(region -> Vmcs.read(
                                memory,
                                region.address(),
                                region.best().orElseThrow().layout())
                        .orElseThrow())
                .toList();
    }

    private static EptContext ept(Vmcs vmcs) {
        return EptContext.of(vmcs.get(VmcsField.EPT_POINTER).orElseThrow());
    }

    @Test
    void theVmcssAndTheTablesOfAllLevelsAreKept() throws IOException {
        PhysicalMemory memory = sample();
        Set<Long> kept = kept(memory);
        long captured = memory.ranges().stream().mapToLong(AddressRange::length).sum() / PhysicalMemory.PAGE_SIZE;
        assertTrue(kept.size() < captured / 2, kept.size() + " of " + captured);
        PhysicalMemory small = new Only(memory, kept);
        assertEquals(
                carve(memory).stream().map(CarvedRegion::toString).toList(),
                carve(small).stream().map(CarvedRegion::toString).toList());
        int nested = 0;
        for (Vmcs outer : of(memory, "bochs-2")) {
            for (Vmcs inner : of(memory, "kvm-vmcs12")) {
                NestedGuests whole = new NestedGuests(memory, List.of(ept(outer), ept(inner)), LIMITS);
                NestedGuests rest = new NestedGuests(small, List.of(ept(outer), ept(inner)), LIMITS);
                EptMap first = whole.tables(1).map(LIMITS);
                assertEquals(first, rest.tables(1).map(LIMITS));
                if (first.guestAddressesOf(inner.address()).isEmpty()) {
                    continue;
                }
                nested++;
                assertEquals(whole.tables(2).map(LIMITS), rest.tables(2).map(LIMITS));
                assertSameSoftware(whole, rest, 0, outer, VmcsField.HOST_CR3, VmcsField.HOST_RIP);
                assertSameSoftware(whole, rest, 1, outer, VmcsField.GUEST_CR3, VmcsField.GUEST_RIP);
                assertSameSoftware(whole, rest, 1, inner, VmcsField.HOST_CR3, VmcsField.HOST_RIP);
                assertSameSoftware(whole, rest, 2, inner, VmcsField.GUEST_CR3, VmcsField.GUEST_RIP);
                for (MappedRange range : rest.tables(2).map(LIMITS).ranges()) {
                    assertTrue(rest.memory(2).page(range.input()).isKnown(), range::toString);
                }
            }
        }
        assertEquals(2, nested);
    }

    /** The page tables map the same, and the code at the address is there. */
    private static void assertSameSoftware(
            NestedGuests whole, NestedGuests rest, int level, Vmcs vmcs, VmcsField cr3, VmcsField rip) {
        PagingContext paging = PagingContext.fourLevel(vmcs.get(cr3).orElseThrow());
        List<MappedRange> expected = new ArrayList<>();
        new PageWalker(whole.memory(level), paging).ranges(LIMITS).forEachRemaining(expected::add);
        List<MappedRange> actual = new ArrayList<>();
        new PageWalker(rest.memory(level), paging).ranges(LIMITS).forEachRemaining(actual::add);
        assertEquals(expected, actual);
        assertTrue(!actual.isEmpty());
        long code = rest.virtual(level, paging, vmcs.get(rip).orElseThrow())
                .hostPhysical()
                .orElseThrow();
        assertTrue(rest.memory(0).page(code).isKnown(), "no code at 0x%x of level %d".formatted(code, level));
    }

    @Test
    void nothingIsKeptOfAMemoryWithoutHypervisors() {
        assertEquals(Set.of(), kept(new ZeroPage()));
    }

    @Test
    void stopsWhenCancelled() throws IOException {
        ConcurrentSkipListSet<Long> kept = new ConcurrentSkipListSet<>();
        VmxPages.read(sample(), kept, () -> true);
        assertEquals(Set.of(), kept);
    }
}
