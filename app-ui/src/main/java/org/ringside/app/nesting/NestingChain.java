package org.ringside.app.nesting;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.ringside.app.structures.FoundStructures;
import org.ringside.app.structures.FoundVmcs;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.nested.MemorySpace;
import org.ringside.decoder.nested.NestedGuests;
import org.ringside.decoder.nested.ShadowComparison;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.vmcs.Vmcs;
import org.ringside.decoder.vmcs.VmcsField;
import org.ringside.decoder.vmcs.VmcsFieldGroup;

/**
 * The VMCSs by which one virtual processor of a nested guest is run.
 *
 * @param inner what the guest hypervisor wants: VMCS12
 * @param merged what its host made of it for the processor: VMCS02; empty if none was found
 * @param outer what the host runs the guest hypervisor with: VMCS01
 */
record NestingChain(FoundVmcs inner, Optional<FoundVmcs> merged, FoundVmcs outer) {
    /** Pages that are looked at to tell which merged tables belong to which guest's. */
    private static final long PROBED_PAGES = 2048;

    /** Pairs that are looked at to tell so. */
    private static final int MOST_PROBES = 64;

    /** Pages compared at most: 16 GiB. */
    private static final long MOST_PAGES = 1L << 22;

    /** Every chain of a snapshot, those first whose merged tables lead where the guest's do. Blocks. */
    static List<NestingChain> all(FoundStructures found, BooleanSupplier cancelled) {
        record Probed(NestingChain chain, double agreement) {}
        List<Probed> chains = new ArrayList<>();
        int probes = 0;
        for (FoundVmcs inner : found.guests()) {
            if (inner.owner() == 0 || found.runnerOf(inner).isEmpty()) {
                continue;
            }
            List<FoundVmcs> merged = merged(found, inner);
            if (merged.isEmpty()) {
                chains.add(new Probed(
                        new NestingChain(
                                inner, Optional.empty(), found.runnerOf(inner).orElseThrow()),
                        -1));
            }
            for (FoundVmcs candidate : merged) {
                NestingChain chain = new NestingChain(inner, Optional.of(candidate), outerOf(found, inner, candidate));
                double agreement = probes++ < MOST_PROBES ? chain.agreement(cancelled) : 0;
                chains.add(new Probed(chain, agreement));
            }
        }
        return chains.stream()
                .sorted(Comparator.comparingDouble(Probed::agreement).reversed())
                .map(Probed::chain)
                .toList();
    }

    /** VMCSs of the level below the guest hypervisor that run a guest of the same level as {@code inner} does. */
    private static List<FoundVmcs> merged(FoundStructures found, FoundVmcs inner) {
        Optional<MemorySpace> beneath = inner.region().owner().flatMap(MemorySpace::outer);
        return found.guests().stream()
                .filter(vmcs -> vmcs.guest() == inner.guest())
                .filter(vmcs -> vmcs.region().owner().equals(beneath))
                .toList();
    }

    /** Of the VMCSs that run the guest hypervisor, that of the same virtual processor: with it the merged one shares its host state. */
    private static FoundVmcs outerOf(FoundStructures found, FoundVmcs inner, FoundVmcs merged) {
        Optional<MemorySpace> home = inner.region().owner();
        return found.guests().stream()
                .filter(vmcs -> vmcs.region().guest().equals(home))
                .max(Comparator.comparingLong(vmcs -> sharedHostState(vmcs, merged)))
                .orElseThrow();
    }

    private static long sharedHostState(FoundVmcs one, FoundVmcs other) {
        return VmcsField.of(VmcsFieldGroup.HOST).stream()
                .filter(field -> one.vmcs()
                        .flatMap(vmcs -> vmcs.get(field).toOptional())
                        .filter(value -> value != 0)
                        .flatMap(value -> other.vmcs()
                                .flatMap(vmcs -> vmcs.get(field).toOptional())
                                .filter(value::equals))
                        .isPresent())
                .count();
    }

    private double agreement(BooleanSupplier cancelled) {
        return compare(PROBED_PAGES, cancelled)
                .map(comparison -> comparison.pages() == 0 ? 0.0 : (double) comparison.equal() / comparison.pages())
                .orElse(0.0);
    }

    /** The merged tables against those of both levels; or why they cannot be compared. Blocks. */
    Observed<ShadowComparison> compare(BooleanSupplier cancelled) {
        return compare(MOST_PAGES, cancelled);
    }

    private Observed<ShadowComparison> compare(long pages, BooleanSupplier cancelled) {
        if (merged.isEmpty()) {
            return new Observed.NotApplicable<>("no VMCS was found by which the host runs this guest itself");
        }
        Optional<MemorySpace> shadow = merged.get().region().guest();
        Optional<MemorySpace> guest = inner.region().guest();
        Optional<MemorySpace> middle = guest.flatMap(MemorySpace::outer);
        if (guest.isEmpty() || middle.isEmpty()) {
            return new Observed.NotApplicable<>("%s has no extended page tables of its own".formatted(inner.title()));
        }
        if (shadow.isEmpty() || middle.get().outer().isEmpty()) {
            return new Observed.NotApplicable<>(
                    "%s has no extended page tables".formatted(merged.get().title()));
        }
        NestedGuests nested = new NestedGuests(
                middle.get().outer().get().memory(),
                List.of(
                        middle.get().tables().orElseThrow().context(),
                        guest.get().tables().orElseThrow().context()),
                TableLimits.standard().cancelledBy(cancelled));
        return Observed.known(ShadowComparison.of(nested, shadow.get().tables().orElseThrow(), pages, cancelled));
    }

    /** From the guest hypervisor's wish to what its host runs it with. */
    List<FoundVmcs> vmcss() {
        List<FoundVmcs> all = new ArrayList<>(List.of(inner));
        merged.ifPresent(all::add);
        all.add(outer);
        return all;
    }

    boolean has(long address) {
        return vmcss().stream().anyMatch(vmcs -> vmcs.address() == address);
    }

    /** The content of a region of the chain. */
    static Vmcs content(FoundVmcs vmcs) {
        return vmcs.vmcs().orElseThrow();
    }

    /** For a list: what the guest hypervisor wants, and what it became. */
    String title() {
        return "%s  ·  %s".formatted(inner.title(), merged.orElse(outer).title());
    }
}
