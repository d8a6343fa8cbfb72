package org.ringside.decoder.npt;

import java.util.ArrayList;
import java.util.List;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.structure.AddressSpace;
import org.ringside.decoder.translation.AccessRights;
import org.ringside.decoder.translation.EntryKind;
import org.ringside.decoder.translation.GuestTables;
import org.ringside.decoder.translation.MappedRange;
import org.ringside.decoder.translation.TableFormat;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.translation.TableRanges;
import org.ringside.decoder.translation.TableStep;
import org.ringside.decoder.translation.TableWalk;
import org.ringside.decoder.translation.TableWalker;
import org.ringside.decoder.translation.Translation;
import org.ringside.decoder.translation.WalkStop;

/**
 * The guest-physical memory of one N_CR3: single addresses, the whole map, the effect of an access. In the rights of a translation, "user"
 * means that the guest may use the page at all (15.25.7). Immutable.
 */
public final class NestedPageTables implements GuestTables {
    private static final long PRESENT = 1;
    private static final long WRITE = 1 << 1;
    private static final long USER = 1 << 2;
    private static final long RESERVED = 1 << 3;
    private static final long FETCH = 1 << 4;
    private static final long FINAL = 1L << 32;
    private static final long GUEST_TABLE = 1L << 33;

    private final PhysicalMemory memory;
    private final AddressSpace space;
    private final NptContext context;
    private final NptFormat format;

    /** Tables in {@code memory}, which is system-physical. */
    public NestedPageTables(PhysicalMemory memory, NptContext context) {
        this(memory, AddressSpace.physical(), context);
    }

    /**
     * @param memory holds the tables
     * @param space what its addresses are: a guest hypervisor keeps its tables in its own guest-physical memory
     */
    public NestedPageTables(PhysicalMemory memory, AddressSpace space, NptContext context) {
        this.memory = memory;
        this.space = space;
        this.context = context;
        this.format = new NptFormat(context);
    }

    public NptContext context() {
        return context;
    }

    public TableFormat format() {
        return format;
    }

    @Override
    public AddressSpace guestSpace() {
        return new AddressSpace.GuestPhysical(context.nCr3());
    }

    @Override
    public TableWalk walk(long guestPhysical) {
        return walker().walk(guestPhysical);
    }

    @Override
    public Observed<Translation> translate(long guestPhysical) {
        return walker().translate(guestPhysical);
    }

    @Override
    public TableRanges ranges(TableLimits limits) {
        return new TableRanges(memory, space, format, context.root(), limits);
    }

    /** The whole map. */
    public NptMap map(TableLimits limits) {
        TableRanges ranges = ranges(limits);
        List<MappedRange> all = new ArrayList<>();
        ranges.forEachRemaining(all::add);
        return new NptMap(context, all, ranges.summary());
    }

    /** What {@code access} to {@code guestPhysical} does, and why. */
    public NptOutcome outcome(long guestPhysical, NptAccess access) {
        TableWalk walk = walk(guestPhysical);
        if (walk.steps().isEmpty() || walk.stop().map(WalkStop::reason).orElse(null) == WalkStop.Reason.NOT_READABLE) {
            return new NptOutcome.Unknown(walk.result().reason());
        }
        TableStep last = walk.steps().getLast();
        if (last.kind() == EntryKind.NOT_PRESENT) {
            return fault(guestPhysical, access, 0, last, "is not present");
        }
        if (last.kind() == EntryKind.RESERVED) {
            return fault(guestPhysical, access, PRESENT | RESERVED, last, "has reserved bits set");
        }
        AccessRights rights = walk.result().orElseThrow().rights();
        boolean write = isWrite(access);
        boolean fetch = access.kind() == NptAccess.Kind.FETCH && !access.guestTable();
        if (!rights.user() && !context.executeTrap()) {
            return fault(
                    guestPhysical, access, PRESENT, refusing(walk, AccessRights.USER), "is not for guests (U/S is 0)");
        }
        if (write && !rights.write()) {
            return fault(guestPhysical, access, PRESENT, refusing(walk, AccessRights.WRITE), "does not allow writes");
        }
        if (fetch && !rights.execute()) {
            return fault(
                    guestPhysical, access, PRESENT, refusing(walk, AccessRights.EXECUTE), "does not allow fetches");
        }
        if (fetch && context.executeTrap() && access.supervisor() && rights.user()) {
            return fault(
                    guestPhysical,
                    access,
                    PRESENT,
                    last,
                    "is a user page, which the guest's kernel may not execute (GMET)");
        }
        return new NptOutcome.Allowed(walk.result().orElseThrow(), "every entry on the way allows it: " + rights);
    }

    /** Walks of the guest's page tables are writes, as accessed and dirty bits may have to be set (15.25.5). */
    private boolean isWrite(NptAccess access) {
        return access.kind() == NptAccess.Kind.WRITE || (access.guestTable() && !context.readOnlyGuestTables());
    }

    private NptOutcome fault(long address, NptAccess access, long bits, TableStep step, String what) {
        long code = bits
                | (isWrite(access) ? WRITE : 0)
                | USER
                | (access.kind() == NptAccess.Kind.FETCH && !access.guestTable() ? FETCH : 0)
                | (access.guestTable() ? GUEST_TABLE : FINAL);
        String reason = "%s %d at 0x%x %s (0x%x)"
                .formatted(
                        step.level().entryName(),
                        step.index(),
                        step.entryAddress(),
                        what,
                        step.raw().orElse(0L));
        return new NptOutcome.NestedPageFault(code, address, step, reason);
    }

    private TableStep refusing(TableWalk walk, int needed) {
        for (TableStep step : walk.steps()) {
            if ((format.rights(step.level(), step.raw().orElse(0L)) & needed) != needed) {
                return step;
            }
        }
        return walk.steps().getLast();
    }

    private TableWalker walker() {
        return new TableWalker(memory, space, format, context.root());
    }
}
