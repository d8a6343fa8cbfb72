package org.ringside.decoder.nested;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.ringside.decoder.ept.EptContext;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.vmcs.CarvedRegion;
import org.ringside.decoder.vmcs.LayoutScore;
import org.ringside.decoder.vmcs.Vmcs;
import org.ringside.decoder.vmcs.VmcsCarver;
import org.ringside.decoder.vmcs.VmcsField;
import org.ringside.decoder.vmcs.VmcsLayout;
import org.ringside.decoder.vmcs.VmcsLayouts;
import org.ringside.decoder.vmcs.VmxCapabilities;

/**
 * Places the regions that a carver found. What runs on the processor is placed first; its extended page tables open the memories of the guests,
 * in which the regions of hypervisors that are guests make sense, and so on inwards. For one survey.
 */
final class VmxSurveyor {
    /** Regions placed at most: an image that is made of nothing else ends in bounded time. */
    private static final int MOST_REGIONS = 512;

    private static final int MOST_MEMORIES = 16;

    private final PhysicalMemory host;
    private final VmcsLayouts layouts;
    private final Set<Long> vmxonRegions;
    private final BooleanSupplier cancelled;
    private final TableLimits limits;
    private final List<MemorySpace> memories = new ArrayList<>();
    private final Map<CarvedRegion, VmxRegion> placed = new LinkedHashMap<>();
    private boolean complete = true;

    VmxSurveyor(PhysicalMemory host, VmcsLayouts layouts, Set<Long> vmxonRegions, BooleanSupplier cancelled) {
        this.host = host;
        this.layouts = layouts;
        this.vmxonRegions = vmxonRegions;
        this.cancelled = cancelled;
        this.limits = TableLimits.standard().cancelledBy(cancelled);
        memories.add(MemorySpace.host(host));
    }

    VmxSurvey run() {
        VmcsCarver.Result carved = new VmcsCarver(host, layouts, vmxonRegions, cancelled).scan();
        List<CarvedRegion> regions = carved.regions();
        if (regions.size() > MOST_REGIONS) {
            // Proven ones first: a mass of look-alikes must not hide them.
            regions = regions.stream()
                    .sorted(Comparator.comparing(CarvedRegion::kind))
                    .limit(MOST_REGIONS)
                    .toList();
            complete = false;
        }
        placeVmcss(regions);
        regions.stream()
                .filter(region -> !placed.containsKey(region))
                .forEach(region -> placed.put(region, unowned(region)));
        linkShadows();
        List<VmxRegion> all = new RegionReferences(host, placed.values(), limits).resolve();
        List<VmxRegion> sorted = all.stream()
                .sorted((a, b) -> Long.compareUnsigned(a.address(), b.address()))
                .toList();
        return new VmxSurvey(
                sorted,
                memories,
                HypervisorImage.behind(sorted, limits),
                carved.pages(),
                carved.complete() && complete && !cancelled.getAsBoolean());
    }

    private void placeVmcss(List<CarvedRegion> regions) {
        List<CarvedRegion> pending = new ArrayList<>(regions.stream()
                .filter(region ->
                        region.kind() == CarvedRegion.Kind.VMCS && region.best().isPresent())
                .toList());
        List<VmxRegion> onProcessor = new ArrayList<>();
        for (CarvedRegion region : List.copyOf(pending)) {
            if (keeper(region) == VmcsLayout.Keeper.PROCESSOR && fits(region, memories.getFirst())) {
                onProcessor.add(place(region, memories.getFirst(), mapsHostCode(region)));
                pending.remove(region);
            }
        }
        openMemoriesOfHost(onProcessor);
        boolean moved = true;
        while (moved && !cancelled.getAsBoolean()) {
            moved = false;
            for (CarvedRegion region : List.copyOf(pending)) {
                Optional<MemorySpace> owner = candidates(region).stream()
                        .filter(memory -> fits(region, memory))
                        .findFirst();
                if (owner.isPresent()) {
                    settle(region, owner.get(), mapsHostCode(region));
                    moved = pending.remove(region);
                }
            }
        }
        pending.forEach(this::placeByDefault);
    }

    private static VmcsLayout.Keeper keeper(CarvedRegion region) {
        return region.best().map(score -> score.layout().keeper()).orElse(VmcsLayout.Keeper.PROCESSOR);
    }

    /** The memories that a VMCS may speak of, likeliest first. */
    private List<MemorySpace> candidates(CarvedRegion region) {
        MemorySpace home = home(region.address());
        List<MemorySpace> inOrder = new ArrayList<>(memories);
        if (keeper(region) == VmcsLayout.Keeper.HYPERVISOR) {
            inOrder.add(inOrder.removeFirst());
        }
        if (home.level() > 0) {
            inOrder.remove(home);
            inOrder.addFirst(home);
        }
        return inOrder;
    }

    /** The innermost memory that has a page. */
    private MemorySpace home(long address) {
        return memories.stream()
                .filter(memory -> !memory.addressesOf(address).isEmpty())
                .max(Comparator.comparingInt(MemorySpace::level))
                .orElse(memories.getFirst());
    }

    private boolean fits(CarvedRegion region, MemorySpace memory) {
        return read(region)
                .filter(vmcs -> VmcsPaging.isHostMapped(vmcs, memory.memory()))
                .isPresent();
    }

    private Optional<Vmcs> read(CarvedRegion region) {
        return region.best()
                .flatMap(score ->
                        Vmcs.read(host, region.address(), score.layout()).toOptional());
    }

    private String mapsHostCode(CarvedRegion region) {
        Optional<Vmcs> vmcs = read(region);
        return "host CR3 0x%x maps host RIP 0x%x for fetches there"
                .formatted(
                        vmcs.map(v -> v.get(VmcsField.HOST_CR3).orElse(0L)).orElse(0L),
                        vmcs.map(v -> v.get(VmcsField.HOST_RIP).orElse(0L)).orElse(0L));
    }

    private void placeByDefault(CarvedRegion region) {
        MemorySpace home = home(region.address());
        List<MemorySpace> guests =
                memories.stream().filter(memory -> memory.level() == 1).toList();
        if (home.level() > 0) {
            settle(region, home, "the page belongs to that memory; nothing else tells");
        } else if (keeper(region) == VmcsLayout.Keeper.PROCESSOR) {
            settle(
                    region,
                    home,
                    "the layout is a processor's and the page is the host's; host RIP is not mapped there");
        } else if (guests.size() == 1) {
            settle(region, guests.getFirst(), "the layout is a hypervisor's for its guests, and there is one guest");
        } else {
            placed.put(region, unowned(region));
        }
    }

    private VmxRegion place(CarvedRegion region, MemorySpace owner, String why) {
        MemorySpace home = home(region.address());
        List<String> evidence = new ArrayList<>();
        evidence.add("its values are addresses of %s: %s".formatted(owner, why));
        if (home != owner) {
            evidence.add("the page itself lies in %s: a copy".formatted(home));
        }
        return new VmxRegion(
                rescored(region, owner),
                read(region),
                home,
                home.addressesOf(region.address()).stream().findFirst().orElse(region.address()),
                Optional.of(owner),
                Optional.empty(),
                List.of(),
                evidence);
    }

    private VmxRegion unowned(CarvedRegion region) {
        MemorySpace home = home(region.address());
        boolean header = region.best().isEmpty();
        return new VmxRegion(
                region,
                read(region),
                home,
                home.addressesOf(region.address()).stream().findFirst().orElse(region.address()),
                header ? Optional.of(home) : Optional.empty(),
                Optional.empty(),
                List.of(),
                home.level() > 0 ? List.of("the page belongs to %s".formatted(home)) : List.of());
    }

    /** The scores as they are when the host state is looked up in the memory it speaks of. */
    private CarvedRegion rescored(CarvedRegion region, MemorySpace owner) {
        if (owner.level() == 0 || region.best().isEmpty()) {
            return region;
        }
        List<LayoutScore> others = new ArrayList<>();
        region.runnersUp().forEach(score -> others.add(score(region, score, owner)));
        Collections.sort(others);
        return region.withScores(score(region, region.best().get(), owner), others);
    }

    private LayoutScore score(CarvedRegion region, LayoutScore before, MemorySpace owner) {
        return Vmcs.read(host, region.address(), before.layout())
                .map(vmcs -> LayoutScore.of(owner.memory(), vmcs))
                .orElse(before);
    }

    /** Opens the memories behind the tables that the processor itself uses; merged tables of inner guests are told by what they map. */
    private void openMemoriesOfHost(List<VmxRegion> onProcessor) {
        Map<Long, EptContext> contexts = new LinkedHashMap<>();
        for (VmxRegion region : onProcessor) {
            context(region).filter(this::hasRoot).ifPresent(context -> {
                if (contexts.size() < MOST_MEMORIES - 1) {
                    contexts.putIfAbsent(context.pointer().raw(), context);
                } else {
                    complete = false;
                }
            });
        }
        memories.addAll(MergedTables.levels(memories.getFirst(), List.copyOf(contexts.values()), limits));
        memories.sort(Comparator.comparingInt(MemorySpace::level));
        onProcessor.forEach(
                region -> settle(region.carved(), region.owner().orElseThrow(), mapsHostCode(region.carved())));
    }

    private boolean hasRoot(EptContext context) {
        return host.page(context.pointer().root()).isKnown();
    }

    private static Optional<EptContext> context(VmxRegion region) {
        return region.vmcs()
                .flatMap(vmcs -> EptContext.of(vmcs, VmxCapabilities.unknown()).toOptional());
    }

    private void settle(CarvedRegion region, MemorySpace owner, String why) {
        VmxRegion place = place(region, owner, why);
        Optional<MemorySpace> guest = context(place).flatMap(context -> open(owner, context));
        placed.put(
                region,
                new VmxRegion(
                        place.carved(),
                        place.vmcs(),
                        place.home(),
                        place.homeAddress(),
                        place.owner(),
                        guest,
                        place.references(),
                        place.evidence()));
    }

    private Optional<MemorySpace> open(MemorySpace owner, EptContext context) {
        Optional<MemorySpace> known = memories.stream()
                .filter(memory -> memory.outer().filter(outer -> outer == owner).isPresent()
                        && memory.tables().orElseThrow().context().pointer().equals(context.pointer()))
                .findFirst();
        if (known.isPresent() || !owner.memory().page(context.pointer().root()).isKnown()) {
            return known;
        }
        if (memories.size() >= MOST_MEMORIES) {
            complete = false;
            return Optional.empty();
        }
        MemorySpace opened = owner.guest(context, limits);
        memories.add(opened);
        return Optional.of(opened);
    }

    /** A shadow VMCS is the guest's: VMREAD and VMWRITE of the guest of the VMCS that links to it work on it. */
    private void linkShadows() {
        for (VmxRegion linking : List.copyOf(placed.values())) {
            Observed<Long> link = linking.vmcs()
                    .<Observed<Long>>map(vmcs -> vmcs.get(VmcsField.VMCS_LINK_POINTER))
                    .orElseGet(() -> new Observed.NotApplicable<>("no content"));
            Observed<Long> target = link.flatMap(
                    pointer -> linking.owner().orElse(memories.getFirst()).hostPhysical(pointer));
            if (target instanceof Observed.Known<Long>(Long address)) {
                placed.replaceAll(
                        (region, place) -> region.kind() == CarvedRegion.Kind.SHADOW_VMCS && region.address() == address
                                ? linked(place, linking)
                                : place);
            }
        }
    }

    private static VmxRegion linked(VmxRegion shadow, VmxRegion linking) {
        List<String> evidence = new ArrayList<>(shadow.evidence());
        evidence.add("the link pointer of the VMCS at 0x%x leads here: its guest's VMREAD and VMWRITE work on it"
                .formatted(linking.address()));
        return new VmxRegion(
                shadow.carved(),
                shadow.vmcs(),
                shadow.home(),
                shadow.homeAddress(),
                linking.guest(),
                Optional.empty(),
                shadow.references(),
                evidence);
    }
}
