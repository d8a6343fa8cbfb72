package org.ringside.agent.dma;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.ringside.agent.kernel.KernelMappings;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.nested.HypervisorImage;
import org.ringside.decoder.nested.VmxSurvey;
import org.ringside.decoder.paging.PagingContext;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.vmcs.VmcsLayouts;
import org.ringside.decoder.vtd.RemappingUnit;
import org.ringside.decoder.vtd.dmar.DmarTable;
import org.ringside.decoder.vtd.finding.DmaEvidence;
import org.ringside.decoder.vtd.finding.ProtectedMemory;
import org.ringside.trace.MachineState;

/** Gathers what the checks of DMA remapping look at from a snapshot. Stateless. */
public final class SnapshotDma {
    private SnapshotDma() {}

    /**
     * Memory that the processors of the moment run on: kernel code, as far as the page tables map it executable and not writable, and the
     * page tables themselves.
     */
    public static List<ProtectedMemory> kernel(PhysicalMemory memory, MachineState state, BooleanSupplier cancelled) {
        List<ProtectedMemory> found = new ArrayList<>();
        List<PagingContext> contexts = state.cpus().stream()
                .map(PagingContext::of)
                .map(Observed::toOptional)
                .flatMap(Optional::stream)
                .distinct()
                .toList();
        if (contexts.isEmpty()) {
            return found;
        }
        KernelMappings.of(memory, state, cancelled)
                .toOptional()
                .ifPresent(mappings ->
                        found.add(new ProtectedMemory(ProtectedMemory.Kind.KERNEL_TEXT, code(memory, mappings))));
        found.add(
                DmaEvidence.pageTables(memory, contexts, TableLimits.standard().cancelledBy(cancelled)));
        return found;
    }

    private static List<AddressRange> code(PhysicalMemory memory, KernelMappings mappings) {
        TreeSet<Long> pages = new TreeSet<>();
        for (AddressRange range : mappings.protectedRanges()) {
            for (AddressRange captured : memory.ranges()) {
                long end = Math.min(range.end(), captured.end());
                for (long page = Math.max(range.start(), captured.start());
                        page < end;
                        page += PhysicalMemory.PAGE_SIZE) {
                    if (mappings.use(page) == KernelMappings.Use.CODE) {
                        pages.add(page);
                    }
                }
            }
        }
        return ranges(pages);
    }

    /**
     * Memory of the hypervisor on the processor itself: its VMX regions, its page tables, the page that VM exits enter. Looks through all of
     * memory.
     */
    public static Optional<ProtectedMemory> hypervisor(PhysicalMemory memory, BooleanSupplier cancelled) {
        VmxSurvey survey = VmxSurvey.of(memory, VmcsLayouts.shipped(), Set.of(), cancelled);
        TreeSet<Long> pages = new TreeSet<>();
        survey.vmcss().stream()
                .filter(region -> region.home().level() == 0)
                .forEach(region -> pages.add(region.address() & -PhysicalMemory.PAGE_SIZE));
        for (HypervisorImage image : survey.hypervisors()) {
            if (image.owner().level() == 0) {
                image.entryPhysical().toOptional().ifPresent(entry -> pages.add(entry & -PhysicalMemory.PAGE_SIZE));
                ProtectedMemory tables = DmaEvidence.pageTables(
                        memory,
                        List.of(PagingContext.assumed(memory, image.cr3())),
                        TableLimits.standard().cancelledBy(cancelled));
                for (AddressRange range : tables.ranges()) {
                    for (long page = range.start(); page < range.end(); page += PhysicalMemory.PAGE_SIZE) {
                        pages.add(page);
                    }
                }
            }
        }
        return pages.isEmpty()
                ? Optional.empty()
                : Optional.of(new ProtectedMemory(ProtectedMemory.Kind.HYPERVISOR, ranges(pages)));
    }

    /**
     * Everything of a moment.
     *
     * @param units decoded from {@code memory}
     * @param dmar the firmware's table, if it was found
     * @param withHypervisor whether to look for a hypervisor, which reads all of memory
     */
    public static DmaEvidence evidence(
            PhysicalMemory memory,
            MachineState state,
            List<RemappingUnit> units,
            Optional<DmarTable> dmar,
            boolean withHypervisor,
            BooleanSupplier cancelled) {
        List<ProtectedMemory> others = new ArrayList<>(kernel(memory, state, cancelled));
        if (withHypervisor) {
            hypervisor(memory, cancelled).ifPresent(others::add);
        }
        return DmaEvidence.ofUnits(
                memory, units, dmar, others, TableLimits.standard().cancelledBy(cancelled));
    }

    private static List<AddressRange> ranges(NavigableSet<Long> pages) {
        List<AddressRange> ranges = new ArrayList<>();
        for (long page : pages) {
            AddressRange last = ranges.isEmpty() ? null : ranges.getLast();
            if (last != null && last.end() == page) {
                ranges.set(ranges.size() - 1, new AddressRange(last.start(), page + PhysicalMemory.PAGE_SIZE));
            } else {
                ranges.add(AddressRange.ofLength(page, PhysicalMemory.PAGE_SIZE));
            }
        }
        return ranges;
    }
}
