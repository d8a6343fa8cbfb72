package org.ringside.decoder.nested;

import java.util.Optional;
import org.ringside.decoder.ept.EptAccess;
import org.ringside.decoder.ept.EptOutcome;
import org.ringside.decoder.ept.ExtendedPageTables;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.paging.AccessControls;
import org.ringside.decoder.paging.AccessEvaluator;
import org.ringside.decoder.paging.AccessOutcome;
import org.ringside.decoder.paging.HlatControls;
import org.ringside.decoder.paging.HlatPaging;
import org.ringside.decoder.paging.LinearAccess;
import org.ringside.decoder.paging.LinearWalk;
import org.ringside.decoder.paging.PageWalker;
import org.ringside.decoder.paging.PagingContext;
import org.ringside.decoder.paging.PagingMode;
import org.ringside.decoder.structure.AddressSpace;
import org.ringside.decoder.translation.AccessRights;
import org.ringside.decoder.translation.EntryKind;
import org.ringside.decoder.translation.TableStep;
import org.ringside.decoder.translation.TableWalk;
import org.ringside.decoder.translation.Translation;

/**
 * What accesses of a guest to linear addresses do: each entry of the guest's tables is itself accessed through the extended page tables, then
 * the guest's rules apply, then the extended page tables once more to what the address leads to (SDM vol. 3, 29.3.3.2). Safe for several
 * threads.
 */
public final class GuestAccesses {
    private static final long ACCESSED = 1 << 5;
    private static final long DIRTY = 1 << 6;

    private final ExtendedPageTables ept;
    private final PagingContext paging;
    private final PageWalker walker;
    private final Optional<HlatPaging> hlat;
    private final AccessEvaluator evaluator;

    /**
     * @param memory the guest's physical memory
     * @param ept the tables that it is translated by
     * @param paging how the guest translates linear addresses
     * @param hlat how its hypervisor does, if it does; only with 4-level or 5-level paging
     * @param controls the guest's registers
     */
    public GuestAccesses(
            PhysicalMemory memory,
            ExtendedPageTables ept,
            PagingContext paging,
            Optional<HlatControls> hlat,
            AccessControls controls) {
        this.ept = ept;
        this.paging = paging;
        AddressSpace space =
                new AddressSpace.GuestPhysical(ept.context().pointer().raw());
        this.walker = new PageWalker(memory, space, paging);
        this.hlat = hlat.map(known -> new HlatPaging(walker, known));
        this.evaluator = new AccessEvaluator(walker, controls);
    }

    /** The way of a linear address through the guest's tables, and those of its hypervisor. */
    public LinearWalk walk(long linear) {
        return hlat.map(known -> known.walk(linear))
                .orElseGet(() -> new LinearWalk(Optional.empty(), walker.walk(linear)));
    }

    /** What {@code access} to {@code linear} does. */
    public GuestOutcome outcome(long linear, LinearAccess access) {
        LinearWalk walk = walk(linear);
        Optional<GuestOutcome> stopped =
                walk.restarted() ? walk.hlat().flatMap(this::readingEntries) : Optional.<GuestOutcome>empty();
        if (stopped.isEmpty()) {
            stopped = readingEntries(walk.deciding());
        }
        if (stopped.isPresent()) {
            return stopped.get();
        }
        AccessOutcome inGuest = evaluator.evaluate(walk.deciding(), access);
        if (!(inGuest instanceof AccessOutcome.Allowed allowed)) {
            return new GuestOutcome.InGuest(inGuest);
        }
        Optional<GuestOutcome> dirty = access.writes() ? settingDirty(walk.deciding()) : Optional.empty();
        if (dirty.isPresent()) {
            return dirty.get();
        }
        Translation guest = allowed.translation();
        EptOutcome outcome = ept.outcome(guest.output(), finalAccess(walk.deciding(), guest.rights(), access));
        return outcome instanceof EptOutcome.Allowed done
                ? new GuestOutcome.Done(guest, done.translation())
                : new GuestOutcome.InEpt(guest.output(), Optional.empty(), outcome);
    }

    /** The processor reads each entry, and sets its accessed flag where that is 0. */
    private Optional<GuestOutcome> readingEntries(TableWalk walk) {
        for (TableStep step : walk.steps()) {
            if (isLoadedWithCr3(step)) {
                continue;
            }
            Optional<GuestOutcome> read = accessEntry(step, EptAccess.pagingRead());
            if (read.isPresent()) {
                return read;
            }
            boolean used = step.kind() != EntryKind.NOT_PRESENT && step.kind() != EntryKind.RESERVED;
            if (used && (step.raw().orElse(ACCESSED) & ACCESSED) == 0) {
                Optional<GuestOutcome> written = accessEntry(step, EptAccess.pagingWrite());
                if (written.isPresent()) {
                    return written;
                }
            }
        }
        return Optional.empty();
    }

    /** PDPTEs of PAE paging are in registers: a memory access does not read them. */
    private boolean isLoadedWithCr3(TableStep step) {
        return paging.mode() == PagingMode.PAE && step.level().number() == 3;
    }

    private Optional<GuestOutcome> settingDirty(TableWalk walk) {
        if (walk.steps().isEmpty()) {
            return Optional.empty();
        }
        TableStep leaf = walk.steps().getLast();
        return (leaf.raw().orElse(DIRTY) & DIRTY) != 0 ? Optional.empty() : accessEntry(leaf, EptAccess.pagingWrite());
    }

    private Optional<GuestOutcome> accessEntry(TableStep step, EptAccess access) {
        EptOutcome outcome = ept.outcome(step.entryAddress(), access);
        return outcome instanceof EptOutcome.Allowed
                ? Optional.empty()
                : Optional.of(new GuestOutcome.InEpt(step.entryAddress(), Optional.of(step), outcome));
    }

    private EptAccess finalAccess(TableWalk walk, AccessRights rights, LinearAccess access) {
        EptAccess.Kind kind =
                access.fetches() ? EptAccess.Kind.FETCH : access.writes() ? EptAccess.Kind.WRITE : EptAccess.Kind.READ;
        // Mode-based execute control goes by the mode of the address, everything else by that of the access.
        boolean user = access.fetches() ? rights.user() : access.user();
        EptAccess result = new EptAccess(kind, user, true, false).to(page(walk, rights));
        return access.toShadowStack() ? result.toShadowStack() : result;
    }

    private EptAccess.GuestPage page(TableWalk walk, AccessRights rights) {
        if (paging.mode() == PagingMode.NONE) {
            return EptAccess.GuestPage.unpaged();
        }
        boolean verified = walk.steps().stream().allMatch(step -> ept.isPagingWrite(step.entryAddress()));
        return new EptAccess.GuestPage(rights.user(), rights.write(), !rights.execute(), verified);
    }
}
