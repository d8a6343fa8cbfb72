package org.ringside.agent.extract;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.BooleanSupplier;
import org.ringside.decoder.cpu.CpuRegisters;
import org.ringside.decoder.ept.EptContext;
import org.ringside.decoder.ept.EptMap;
import org.ringside.decoder.ept.ExtendedPageTables;
import org.ringside.decoder.ept.GuestPhysicalMemory;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.paging.PageWalker;
import org.ringside.decoder.paging.PagingContext;
import org.ringside.decoder.translation.MappedRange;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.translation.TableSummary;
import org.ringside.decoder.vmcs.CarvedRegion;
import org.ringside.decoder.vmcs.Vmcs;
import org.ringside.decoder.vmcs.VmcsCarver;
import org.ringside.decoder.vmcs.VmcsField;
import org.ringside.decoder.vmcs.VmcsLayouts;
import org.ringside.decoder.vmcs.VmxCapabilities;

/**
 * Reads all that Intel's VMCSs and their guests are made of, so that {@link ReadPages} notes it: the VMCSs, the pages they point to, the
 * tables of guests and hosts, and the code where each of them was left; within guests that are hypervisors, the same again.
 */
final class VmxPages {
    /** A guest in a guest in a guest in a guest: as deep as anyone nests, and an end where tables map themselves. */
    private static final int MOST_LEVELS = 4;

    private static final TableLimits TABLES = TableLimits.standard().withTables(1 << 16);

    /** Hypervisors misconfigure single entries on purpose, to be told of accesses to devices. */
    private static final int MOST_FINDINGS = 16;

    /** Pages of code kept on either side of where a hypervisor is entered; its exit handlers are near. */
    private static final int HOST_CODE_PAGES = 64;

    private static final int GUEST_CODE_PAGES = 16;

    /** A guest of at most this many mapped pages is kept whole. */
    private static final int SMALL_GUEST_PAGES = 512;

    private static final List<VmcsField> POINTERS = List.of(
            VmcsField.IO_BITMAP_A,
            VmcsField.IO_BITMAP_B,
            VmcsField.MSR_BITMAP,
            VmcsField.VMREAD_BITMAP,
            VmcsField.VMWRITE_BITMAP,
            VmcsField.VIRTUAL_APIC_PAGE_ADDR,
            VmcsField.APIC_ACCESS_ADDR,
            VmcsField.POSTED_INTR_DESC_ADDR,
            VmcsField.PML_ADDRESS,
            VmcsField.EPTP_LIST_ADDRESS,
            VmcsField.VMCS_LINK_POINTER,
            VmcsField.VM_EXIT_MSR_STORE_ADDR,
            VmcsField.VM_EXIT_MSR_LOAD_ADDR,
            VmcsField.VM_ENTRY_MSR_LOAD_ADDR);

    private final BooleanSupplier cancelled;

    private VmxPages(BooleanSupplier cancelled) {
        this.cancelled = cancelled;
    }

    /**
     * The physical memory of one level, twice: what is read through {@code noted} is kept.
     *
     * @param plain for searching
     * @param noted for following
     */
    private record Level(PhysicalMemory plain, PhysicalMemory noted) {}

    /**
     * A VMCS and the guest that it runs.
     *
     * @param map what its extended page tables map, read without noting
     * @param guest the guest's memory
     */
    private record Guest(Vmcs vmcs, EptMap map, Level guest) {
        /** Whether another one's VMCS lies in this guest's memory. */
        boolean holds(Guest other) {
            long address = other.vmcs().address();
            return address != vmcs.address() && !map.guestAddressesOf(address).isEmpty();
        }
    }

    /** Adds the pages of {@code memory} that matter to {@code kept}. */
    static void read(PhysicalMemory memory, ConcurrentSkipListSet<Long> kept, BooleanSupplier cancelled) {
        new VmxPages(cancelled).readLevel(new Level(memory, new ReadPages(memory, kept)), 0);
    }

    private void readLevel(Level level, int depth) {
        List<CarvedRegion> regions = new VmcsCarver(level.plain(), VmcsLayouts.shipped(), Set.of(), cancelled)
                .scan()
                .regions();
        List<Guest> guests = new ArrayList<>();
        for (CarvedRegion region : regions) {
            level.noted().page(region.address());
            vmcs(level, region).flatMap(vmcs -> guest(level, vmcs)).ifPresent(guests::add);
        }
        // What lies in a guest's memory is of that guest: its addresses mean nothing here.
        List<Guest> own = guests.stream()
                .filter(candidate -> guests.stream().noneMatch(other -> other.holds(candidate)))
                .toList();
        Set<Long> pointers = new HashSet<>();
        for (Guest guest : own) {
            if (cancelled.getAsBoolean()) {
                return;
            }
            readPointers(level, guest.vmcs());
            readHost(level, guest.vmcs());
            readGuest(guest);
            if (pointers.add(guest.map().pointer().raw()) && depth + 1 < MOST_LEVELS) {
                readLevel(guest.guest(), depth + 1);
            }
        }
    }

    private static Optional<Vmcs> vmcs(Level level, CarvedRegion region) {
        return region.best()
                .filter(score -> region.kind() == CarvedRegion.Kind.VMCS)
                .flatMap(score -> Vmcs.read(level.plain(), region.address(), score.layout())
                        .toOptional());
    }

    /** The guest of a VMCS whose extended page tables hold up as such in this level's memory; those of a copy kept elsewhere do not. */
    private Optional<Guest> guest(Level level, Vmcs vmcs) {
        return EptContext.of(vmcs, VmxCapabilities.unknown()).toOptional().flatMap(context -> {
            TableLimits limits = TABLES.cancelledBy(cancelled);
            ExtendedPageTables tables = new ExtendedPageTables(level.plain(), context);
            EptMap map = tables.map(limits);
            if (!holdsUp(map.summary())) {
                return Optional.empty();
            }
            PhysicalMemory noted =
                    new GuestPhysicalMemory(level.noted(), new ExtendedPageTables(level.noted(), context), limits);
            Level guest = new Level(new GuestPhysicalMemory(level.plain(), tables, limits), noted);
            return Optional.of(new Guest(vmcs, map, guest));
        });
    }

    private static boolean holdsUp(TableSummary summary) {
        return summary.leaves() > 0
                && summary.findings().size() <= MOST_FINDINGS
                && summary.findings().stream()
                        .noneMatch(finding -> finding.code().equals("translation.table-not-readable"));
    }

    private static void readPointers(Level level, Vmcs vmcs) {
        for (VmcsField pointer : POINTERS) {
            vmcs.get(pointer).toOptional().filter(address -> address > 0).ifPresent(level.noted()::page);
        }
    }

    private void readHost(Level level, Vmcs vmcs) {
        paging(vmcs, VmcsField.HOST_CR0, VmcsField.HOST_CR3, VmcsField.HOST_CR4, VmcsField.HOST_IA32_EFER)
                .ifPresent(context -> readSoftware(
                        level.noted(), context, vmcs.get(VmcsField.HOST_RIP).orElse(0L), HOST_CODE_PAGES));
    }

    private void readGuest(Guest guest) {
        Vmcs vmcs = guest.vmcs();
        PhysicalMemory memory = guest.guest().noted();
        long rip = vmcs.get(VmcsField.GUEST_RIP).orElse(0L)
                + vmcs.get(VmcsField.GUEST_CS_BASE).orElse(0L);
        paging(vmcs, VmcsField.GUEST_CR0, VmcsField.GUEST_CR3, VmcsField.GUEST_CR4, VmcsField.GUEST_IA32_EFER)
                .ifPresent(context -> readSoftware(memory, context, rip, GUEST_CODE_PAGES));
        if (guest.map().summary().mappedBytes() <= SMALL_GUEST_PAGES * PhysicalMemory.PAGE_SIZE) {
            for (MappedRange range : guest.map().ranges()) {
                for (long offset = 0; offset < range.length(); offset += PhysicalMemory.PAGE_SIZE) {
                    memory.page(range.input() + offset);
                }
            }
        }
    }

    private static Optional<PagingContext> paging(
            Vmcs vmcs, VmcsField cr0, VmcsField cr3, VmcsField cr4, VmcsField efer) {
        TreeMap<String, Long> registers = new TreeMap<>();
        vmcs.get(cr0).toOptional().ifPresent(value -> registers.put("cr0", value));
        vmcs.get(cr3).toOptional().ifPresent(value -> registers.put("cr3", value));
        vmcs.get(cr4).toOptional().ifPresent(value -> registers.put("cr4", value));
        vmcs.get(efer).toOptional().ifPresent(value -> registers.put("efer", value));
        return PagingContext.of(new CpuRegisters(0, registers)).toOptional();
    }

    /** Reads all tables of an address space, and the executable pages around an address. */
    private void readSoftware(PhysicalMemory memory, PagingContext context, long rip, int pages) {
        PageWalker walker = new PageWalker(memory, context);
        walker.ranges(TABLES.cancelledBy(cancelled)).forEachRemaining(range -> {});
        for (int page = -pages; page <= pages; page++) {
            long address = (rip & -PhysicalMemory.PAGE_SIZE) + (long) page * PhysicalMemory.PAGE_SIZE;
            walker.translate(address)
                    .toOptional()
                    .filter(translation -> translation.rights().execute())
                    .ifPresent(translation -> memory.page(translation.output()));
        }
    }
}
