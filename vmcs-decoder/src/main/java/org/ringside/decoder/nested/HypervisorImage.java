package org.ringside.decoder.nested;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.paging.PageWalker;
import org.ringside.decoder.paging.PagingContext;
import org.ringside.decoder.structure.AddressSpace;
import org.ringside.decoder.translation.AccessRights;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.vmcs.CarvedRegion;
import org.ringside.decoder.vmcs.Vmcs;
import org.ringside.decoder.vmcs.VmcsField;

/**
 * The program that VM exits lead to: whose hypervisor it is.
 *
 * @param owner the memory it runs in
 * @param cr3 its address space, as in host CR3
 * @param entry where VM exits enter it: host RIP
 * @param entryPhysical {@code entry} in {@code owner}'s memory, or why it is not mapped
 * @param code what is around {@code entry}; empty if it is not mapped
 * @param kernel what is around the page-fault handler of its interrupt table: the kernel a hypervisor is a module of. Empty if that is the same
 *     piece of code, or not mapped
 * @param vmcss host-physical addresses of the VMCSs that lead to it, ascending
 */
public record HypervisorImage(
        MemorySpace owner,
        long cr3,
        long entry,
        Observed<Long> entryPhysical,
        Optional<CodeImage> code,
        Optional<CodeImage> kernel,
        List<Long> vmcss) {
    private static final int MOST_IMAGES = 32;
    private static final int PAGE_FAULT = 14;
    private static final int GATE_BYTES = 16;

    public HypervisorImage {
        vmcss = List.copyOf(vmcss);
    }

    /** The address space of {@link #entry}. */
    public AddressSpace space() {
        return new AddressSpace.Virtual(cr3);
    }

    /** The images behind VMCSs, one for each different memory, address space and entry. */
    static List<HypervisorImage> behind(List<VmxRegion> regions, TableLimits limits) {
        List<HypervisorImage> images = new ArrayList<>();
        for (VmxRegion region : regions) {
            Optional<Vmcs> vmcs = region.vmcs();
            if (region.kind() != CarvedRegion.Kind.VMCS
                    || vmcs.isEmpty()
                    || region.owner().isEmpty()
                    || images.size() >= MOST_IMAGES) {
                continue;
            }
            of(region, vmcs.get(), limits).ifPresent(image -> merge(images, image));
        }
        return images;
    }

    private static void merge(List<HypervisorImage> images, HypervisorImage image) {
        for (int i = 0; i < images.size(); i++) {
            HypervisorImage known = images.get(i);
            if (known.owner() == image.owner() && known.entry() == image.entry() && known.cr3() == image.cr3()) {
                List<Long> all = new ArrayList<>(known.vmcss());
                all.addAll(image.vmcss());
                images.set(i, known.with(all));
                return;
            }
        }
        images.add(image);
    }

    private HypervisorImage with(List<Long> others) {
        return new HypervisorImage(owner, cr3, entry, entryPhysical, code, kernel, others);
    }

    private static Optional<HypervisorImage> of(VmxRegion region, Vmcs vmcs, TableLimits limits) {
        MemorySpace owner = region.owner().orElseThrow();
        if (!(VmcsPaging.host(vmcs) instanceof Observed.Known<PagingContext>(PagingContext paging))
                || !(vmcs.get(VmcsField.HOST_RIP) instanceof Observed.Known<Long>(Long entry))) {
            return Optional.empty();
        }
        PageWalker walker = new PageWalker(owner.memory(), paging);
        Observed<Long> physical = walker.translate(entry).map(translation -> translation.output());
        Optional<CodeImage> code =
                physical.isKnown() ? CodeImage.around(owner.memory(), walker, entry, 0, limits) : Optional.empty();
        Optional<CodeImage> kernel = handler(owner, walker, vmcs)
                .filter(address -> code.isEmpty() || !code.get().image().contains(address))
                .flatMap(address -> CodeImage.around(owner.memory(), walker, address, CodeImage.KERNEL_GAP, limits));
        return Optional.of(
                new HypervisorImage(owner, paging.cr3(), entry, physical, code, kernel, List.of(region.address())));
    }

    /** The page-fault handler, from the interrupt descriptor table of the host state (SDM vol. 3, 6.14.1). */
    private static Optional<Long> handler(MemorySpace owner, PageWalker walker, Vmcs vmcs) {
        return vmcs.get(VmcsField.HOST_IDTR_BASE)
                .map(base -> base + PAGE_FAULT * GATE_BYTES)
                .flatMap(gate -> walker.translate(gate).map(translation -> translation.output()))
                .flatMap(gate -> owner.memory()
                        .readLong(gate)
                        .flatMap(low -> owner.memory()
                                .readLong(gate + Long.BYTES)
                                .map(high -> (low & 0xffff) | (low >>> 32 & 0xffff_0000L) | (high << 32))))
                .toOptional()
                .filter(address -> address != 0);
    }

    /** A part of an image: neighbouring pages with the same rights. */
    public record Section(AddressRange range, AccessRights rights) {}

    /** A text in an image that tells what it is. */
    public record Mark(long address, String meaning, String text) {}
}
