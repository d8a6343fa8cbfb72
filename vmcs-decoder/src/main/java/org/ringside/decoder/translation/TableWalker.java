package org.ringside.decoder.translation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.structure.AddressSpace;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.StructureNode;

/** Walks single addresses through a radix table. Stateless: at most one read a level, whatever the table holds. */
public final class TableWalker {
    private final PhysicalMemory memory;
    private final AddressSpace space;
    private final TableFormat format;
    private final long root;

    /**
     * @param memory holds the tables
     * @param space what {@code memory}'s addresses are, for the spans of decoded entries
     * @param format kind of table
     * @param root address of the root table in {@code memory}
     */
    public TableWalker(PhysicalMemory memory, AddressSpace space, TableFormat format, long root) {
        this.memory = memory;
        this.space = space;
        this.format = format;
        this.root = root;
    }

    /** The way of {@code input}, every entry decoded. */
    public TableWalk walk(long input) {
        List<TableStep> steps = new ArrayList<>();
        if (!inRange(input)) {
            String message = "0x%x is not an address of %s: it has more than %d significant bits"
                    .formatted(input, format.name(), format.inputBits());
            return stopped(
                    input,
                    steps,
                    new Observed.NotApplicable<>(message),
                    new WalkStop(WalkStop.Reason.OUT_OF_RANGE, Optional.empty(), message));
        }
        long table = root;
        int rights = -1;
        for (TableLevel level : format.levels()) {
            long address = table + (long) level.index(input) * level.entryBytes();
            Observed<Long> raw = readEntry(memory, address, level.entryBytes());
            TableStep step = step(level, level.index(input), address, raw);
            steps.add(step);
            if (!(raw instanceof Observed.Known<Long>(Long entry))) {
                return stopped(input, steps, raw.map(v -> unreachable()), stop(step, WalkStop.Reason.NOT_READABLE));
            }
            switch (step.kind()) {
                case NOT_PRESENT -> {
                    WalkStop stop = stop(step, WalkStop.Reason.NOT_PRESENT);
                    return stopped(input, steps, new Observed.NotApplicable<>(stop.message()), stop);
                }
                case RESTART -> {
                    WalkStop stop = stop(step, WalkStop.Reason.RESTART);
                    return stopped(input, steps, new Observed.NotApplicable<>(stop.message()), stop);
                }
                case RESERVED -> {
                    WalkStop stop = stop(step, WalkStop.Reason.RESERVED_BITS);
                    return stopped(input, steps, new Observed.Malformed<>(stop.message()), stop);
                }
                case LEAF -> {
                    rights &= format.rights(level, entry);
                    return new TableWalk(
                            format,
                            root,
                            input,
                            steps,
                            Observed.known(translation(input, level, entry, rights)),
                            Optional.empty());
                }
                case TABLE -> {
                    rights &= format.rights(level, entry);
                    table = format.tableAddress(level, entry);
                }
            }
        }
        if (format instanceof IdentityFormat identity) {
            return new TableWalk(format, root, input, steps, Observed.known(itself(input, identity)), Optional.empty());
        }
        throw new IllegalStateException(format.name() + " has no leaf at its last level");
    }

    /** The translation alone, without decoded entries: for reading many bytes. */
    public Observed<Translation> translate(long input) {
        if (!inRange(input)) {
            return walk(input).result();
        }
        long table = root;
        int rights = -1;
        for (TableLevel level : format.levels()) {
            long address = table + (long) level.index(input) * level.entryBytes();
            Observed<Long> raw = readEntry(memory, address, level.entryBytes());
            if (!(raw instanceof Observed.Known<Long>(Long entry))) {
                return raw.map(v -> unreachable());
            }
            EntryKind kind = format.kind(level, entry);
            if (kind != EntryKind.LEAF && kind != EntryKind.TABLE) {
                return walk(input).result();
            }
            rights &= format.rights(level, entry);
            if (kind == EntryKind.LEAF) {
                return Observed.known(translation(input, level, entry, rights));
            }
            table = format.tableAddress(level, entry);
        }
        return walk(input).result();
    }

    private static Translation itself(long input, IdentityFormat identity) {
        return new Translation(
                input, input, PhysicalMemory.PAGE_SIZE, identity.allowed(), identity.name(), false, false);
    }

    private boolean inRange(long input) {
        int bits = format.inputBits();
        return bits >= 64 || format.canonical(input & ((1L << bits) - 1)) == input;
    }

    private TableStep step(TableLevel level, int index, long address, Observed<Long> raw) {
        ByteSpan span = new ByteSpan(space, address, level.entryBytes());
        long entry = raw.orElse(0L);
        EntryKind kind = raw.isKnown() ? format.kind(level, entry) : EntryKind.NOT_PRESENT;
        StructureNode.Field decoded =
                format.layout(level, entry).decode("%s %d".formatted(level.entryName(), index), raw, Optional.of(span));
        if (kind == EntryKind.RESERVED) {
            List<Finding> findings = format.refusals(level, entry, span);
            decoded = new StructureNode.Field(
                    decoded.name(),
                    decoded.value(),
                    decoded.width(),
                    decoded.meaning(),
                    decoded.span(),
                    decoded.bits(),
                    decoded.reference(),
                    findings,
                    decoded.children());
        }
        return new TableStep(level, index, address, raw, kind, decoded);
    }

    private Translation translation(long input, TableLevel level, long entry, int rights) {
        int attributes = format.attributes(level, entry);
        return new Translation(
                input,
                format.leafAddress(level, entry) | (input & (level.entrySpan() - 1)),
                level.entrySpan(),
                new AccessRights(rights),
                format.describeAttributes(attributes),
                format.accessed(level, entry),
                format.dirty(level, entry));
    }

    private TableWalk stopped(long input, List<TableStep> steps, Observed<Translation> result, WalkStop stop) {
        return new TableWalk(format, root, input, steps, result, Optional.of(stop));
    }

    private static WalkStop stop(TableStep step, WalkStop.Reason reason) {
        String what = switch (reason) {
            case NOT_PRESENT -> "is not present (0x%x)".formatted(step.raw().orElse(0L));
            case RESERVED_BITS ->
                "has reserved bits set (0x%x)".formatted(step.raw().orElse(0L));
            case RESTART ->
                "restarts the translation with ordinary paging (0x%x)"
                        .formatted(step.raw().orElse(0L));
            case NOT_READABLE -> "could not be read: " + step.raw().reason();
            case OUT_OF_RANGE -> "is out of range";
        };
        return new WalkStop(
                reason,
                Optional.of(step.level()),
                "%s %d at 0x%x %s".formatted(step.level().entryName(), step.index(), step.entryAddress(), what));
    }

    static Observed<Long> readEntry(PhysicalMemory memory, long address, int bytes) {
        return bytes == 8 ? memory.readLong(address) : memory.readInt(address).map(Integer::toUnsignedLong);
    }

    private static Translation unreachable() {
        throw new IllegalStateException("an unknown entry has no translation");
    }
}
