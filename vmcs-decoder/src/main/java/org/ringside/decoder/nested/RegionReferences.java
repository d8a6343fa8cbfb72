package org.ringside.decoder.nested;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.memory.PhysicalMemory.LittleEndian;
import org.ringside.decoder.paging.PageWalker;
import org.ringside.decoder.paging.PagingContext;
import org.ringside.decoder.paging.ReverseMap;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.vmcs.CarvedRegion;
import org.ringside.decoder.vmcs.Vmcs;
import org.ringside.decoder.vmcs.VmcsField;

/**
 * Tells VMXON regions from VMCSs without content by what refers to them: a VMXON region belongs to a logical processor, so its pointer is in the
 * processor's own data (at GS base); a VMCS belongs to a virtual processor, so its pointer is beside those to that processor's other
 * VMCSs. Looks for words that hold the region's physical address or one of its virtual addresses. For one survey.
 */
final class RegionReferences {
    /** Of a processor's own data; kernels use a few hundred KiB. */
    private static final long OWN_DATA = 1L << 20;

    /** Bytes that the pointers of one virtual processor lie within. */
    private static final long BESIDE = 16 << 10;

    private static final int MOST_REFERENCES = 32;
    private static final int MOST_MAPPINGS = 8;
    private static final int CHUNK_PAGES = 2048;

    private final PhysicalMemory host;
    private final List<VmxRegion> regions;
    private final TableLimits limits;
    private final Map<Long, List<VmxRegion>> pointers = new TreeMap<>();
    private final Map<MemorySpace, Set<Long>> ownData = new LinkedHashMap<>();
    private final Map<Long, Set<Long>> found = new ConcurrentHashMap<>();

    /** An address space that is in use in a memory. */
    private record Software(MemorySpace memory, PagingContext paging, long gsBase) {}

    RegionReferences(PhysicalMemory host, Collection<VmxRegion> regions, TableLimits limits) {
        this.host = host;
        this.regions = List.copyOf(regions);
        this.limits = limits;
    }

    /** The regions with what refers to them, those of a header only told apart where that is possible. */
    List<VmxRegion> resolve() {
        if (regions.stream().noneMatch(region -> region.kind() == CarvedRegion.Kind.HEADER_ONLY)) {
            return regions;
        }
        Set<Software> software = new HashSet<>();
        regions.forEach(region -> region.vmcs()
                .filter(vmcs -> region.kind() == CarvedRegion.Kind.VMCS)
                .ifPresent(vmcs -> software.addAll(software(region, vmcs))));
        software.forEach(this::expect);
        scan();
        List<VmxRegion> resolved = regions.stream().map(this::resolved).toList();
        return resolved.stream().map(region -> beyondVmxon(region, resolved)).toList();
    }

    private static List<Software> software(VmxRegion region, Vmcs vmcs) {
        List<Software> running = new ArrayList<>();
        region.owner().ifPresent(owner -> add(running, owner, VmcsPaging.host(vmcs), vmcs.get(VmcsField.HOST_GS_BASE)));
        region.guest()
                .ifPresent(guest -> add(running, guest, VmcsPaging.guest(vmcs), vmcs.get(VmcsField.GUEST_GS_BASE)));
        return running;
    }

    private static void add(
            List<Software> running, MemorySpace memory, Observed<PagingContext> paging, Observed<Long> gsBase) {
        paging.toOptional().ifPresent(context -> running.add(new Software(memory, context, gsBase.orElse(0L))));
    }

    /** Notes the words that would be pointers of this software, and where its processor's own data is. */
    private void expect(Software software) {
        PhysicalMemory memory = software.memory().memory();
        PageWalker walker = new PageWalker(memory, software.paging());
        for (VmxRegion region : regions) {
            if (region.home() != software.memory()) {
                continue;
            }
            expect(region.homeAddress(), region);
            ReverseMap mappings = walker.mappingsOf(region.homeAddress(), MOST_MAPPINGS, limits);
            mappings.mappings().forEach(mapping -> expect(mapping.linear(), region));
        }
        Set<Long> pages = ownData.computeIfAbsent(software.memory(), ignored -> new HashSet<>());
        if (software.gsBase() != 0) {
            for (long at = 0; at < OWN_DATA; at += PhysicalMemory.PAGE_SIZE) {
                walker.translate(software.gsBase() + at)
                        .toOptional()
                        .ifPresent(page -> pages.add(page.output() & -PhysicalMemory.PAGE_SIZE));
            }
        }
    }

    private void expect(long pointer, VmxRegion region) {
        List<VmxRegion> owners = pointers.computeIfAbsent(pointer, ignored -> new ArrayList<>());
        if (!owners.contains(region)) {
            owners.add(region);
        }
    }

    private void scan() {
        long[] wanted =
                pointers.keySet().stream().mapToLong(Long::longValue).sorted().toArray();
        List<AddressRange> chunks = new ArrayList<>();
        for (AddressRange range : host.ranges()) {
            long step = (long) CHUNK_PAGES << PhysicalMemory.PAGE_SHIFT;
            for (long at = range.start(); range.contains(at); at += step) {
                chunks.add(AddressRange.ofLength(at, Math.min(step, range.end() - at)));
            }
        }
        chunks.parallelStream().forEach(chunk -> scan(chunk, wanted));
    }

    private void scan(AddressRange chunk, long[] wanted) {
        if (limits.cancelled().getAsBoolean()) {
            return;
        }
        for (long at = chunk.start(); chunk.contains(at); at += PhysicalMemory.PAGE_SIZE) {
            if (host.page(at) instanceof Observed.Known<MemorySegment>(MemorySegment page)) {
                for (int offset = 0; offset < PhysicalMemory.PAGE_SIZE; offset += Long.BYTES) {
                    long word = page.get(LittleEndian.LONG, offset);
                    if ((word & 0xfff) == 0 && word != 0 && Arrays.binarySearch(wanted, word) >= 0) {
                        note(at + offset, word);
                    }
                }
            }
        }
    }

    private void note(long at, long word) {
        for (VmxRegion region : Objects.requireNonNull(pointers.get(word), "wanted words have regions")) {
            // An address of a guest means something in that guest's memory only.
            if (!region.home().addressesOf(at).isEmpty()) {
                Set<Long> references =
                        found.computeIfAbsent(region.address(), ignored -> ConcurrentHashMap.newKeySet());
                if (references.size() < MOST_REFERENCES) {
                    references.add(at);
                }
            }
        }
    }

    private VmxRegion resolved(VmxRegion region) {
        List<Long> references = List.copyOf(new TreeSet<>(found.getOrDefault(region.address(), Set.of())));
        List<String> evidence = new ArrayList<>(region.evidence());
        CarvedRegion.Kind kind = region.kind();
        if (kind == CarvedRegion.Kind.HEADER_ONLY && !references.isEmpty()) {
            List<Long> own = references.stream()
                    .filter(at -> isOwnData(region.home(), at))
                    .toList();
            List<Long> beside = references.stream()
                    .filter(at -> !own.contains(at) && isBesideVmcs(region, at))
                    .toList();
            if (!beside.isEmpty()) {
                kind = CarvedRegion.Kind.EMPTY_VMCS;
                evidence.add("a pointer to it at 0x%x lies beside the pointers to the VMCSs of a virtual processor"
                        .formatted(beside.getFirst()));
            } else if (own.size() == references.size()) {
                kind = CarvedRegion.Kind.VMXON;
                evidence.add("the only pointer to it, at 0x%x, lies in the processor's own data (from GS base on)"
                        .formatted(own.getFirst()));
            }
        }
        return told(region, kind, references, evidence);
    }

    /** A region that is referred to from elsewhere than a processor's data, where the processor has its VMXON region: it is no other. */
    private VmxRegion beyondVmxon(VmxRegion region, List<VmxRegion> all) {
        boolean other = region.kind() == CarvedRegion.Kind.HEADER_ONLY
                && region.references().stream().anyMatch(at -> !isOwnData(region.home(), at))
                && all.stream()
                        .anyMatch(vmxon -> vmxon.kind() == CarvedRegion.Kind.VMXON
                                && vmxon.home() == region.home()
                                && vmxon.carved().revision() == region.carved().revision());
        if (!other) {
            return region;
        }
        List<String> evidence = new ArrayList<>(region.evidence());
        evidence.add(
                "it is referred to from outside the processor's own data, and the processor has another VMXON region");
        return told(region, CarvedRegion.Kind.EMPTY_VMCS, region.references(), evidence);
    }

    private static VmxRegion told(
            VmxRegion region, CarvedRegion.Kind kind, List<Long> references, List<String> evidence) {
        return new VmxRegion(
                region.carved().withKind(kind),
                region.vmcs(),
                region.home(),
                region.homeAddress(),
                region.owner(),
                region.guest(),
                references,
                evidence);
    }

    private boolean isOwnData(MemorySpace memory, long hostAddress) {
        Set<Long> pages = ownData.getOrDefault(memory, Set.of());
        return memory.addressesOf(hostAddress).stream().anyMatch(pages::contains);
    }

    private boolean isBesideVmcs(VmxRegion region, long at) {
        return regions.stream()
                .filter(other -> other.home() == region.home()
                        && (other.kind() == CarvedRegion.Kind.VMCS || other.kind() == CarvedRegion.Kind.SHADOW_VMCS))
                .flatMap(other -> found.getOrDefault(other.address(), Set.of()).stream())
                .anyMatch(reference -> !isOwnData(region.home(), reference) && Math.abs(reference - at) < BESIDE);
    }
}
