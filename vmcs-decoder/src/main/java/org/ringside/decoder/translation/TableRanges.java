package org.ringside.decoder.translation;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.structure.AddressSpace;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.FindingCollector;
import org.ringside.decoder.structure.Severity;

/**
 * All mappings of a radix table, merged into ranges, in the order of the input addresses; read as the caller asks for more, so stopping is
 * not asking. Safe against tables that loop: the depth is that of the format, the work that of the limits. For one thread.
 */
public final class TableRanges implements Iterator<MappedRange> {
    private static final int MOST_FINDINGS = 32;

    private final PhysicalMemory memory;
    private final AddressSpace space;
    private final TableFormat format;
    private final TableLimits limits;
    private final TableLevel[] levels;

    private final MemorySegment[] tables;
    private final long[] addresses;
    private final int[] next;
    private final long[] bases;
    private final int[] rights;
    private int depth = -1;

    private @Nullable MappedRange ready;
    private @Nullable RangeList sink;
    private boolean open;
    private long input;
    private long output;
    private long length;
    private int rangeRights;
    private int rangeAttributes;
    private long rangeLeaves;
    private long smallest;
    private long largest;

    private long tableCount;
    private long leafCount;
    private long rangeCount;
    private long mappedBytes;
    private boolean cut;
    private @Nullable Finding stopped;
    private final FindingCollector findings = new FindingCollector("translation", MOST_FINDINGS);

    /**
     * @param memory holds the tables
     * @param space what {@code memory}'s addresses are
     * @param format kind of table
     * @param root address of the root table
     * @param limits how much work it may be
     */
    public TableRanges(PhysicalMemory memory, AddressSpace space, TableFormat format, long root, TableLimits limits) {
        this.memory = memory;
        this.space = space;
        this.format = format;
        this.limits = limits;
        this.levels = format.levels().toArray(TableLevel[]::new);
        this.tables = new MemorySegment[levels.length];
        this.addresses = new long[levels.length];
        this.next = new int[levels.length];
        this.bases = new long[levels.length];
        this.rights = new int[levels.length];
        if (format instanceof IdentityFormat identity) {
            everything(identity);
        } else {
            enter(root, 0, -1);
        }
    }

    /** A range of all addresses; of more than 62 bits the lower half, so that its length is a positive number. */
    private void everything(IdentityFormat identity) {
        open = true;
        length = identity.inputBits() >= 63 ? Long.MAX_VALUE & -PhysicalMemory.PAGE_SIZE : 1L << identity.inputBits();
        mappedBytes = length;
        rangeRights = identity.allowed().mask();
        smallest = PhysicalMemory.PAGE_SIZE;
        largest = PhysicalMemory.PAGE_SIZE;
    }

    @Override
    public boolean hasNext() {
        if (ready == null) {
            ready = advance();
        }
        return ready != null;
    }

    @Override
    public MappedRange next() {
        if (!hasNext() || ready == null) {
            throw new NoSuchElementException("no further mapping");
        }
        MappedRange result = ready;
        ready = null;
        return result;
    }

    /** The remaining ranges; sequential. */
    public Stream<MappedRange> stream() {
        return StreamSupport.stream(
                Spliterators.spliteratorUnknownSize(
                        this, Spliterator.ORDERED | Spliterator.NONNULL | Spliterator.IMMUTABLE),
                false);
    }

    /** All remaining ranges, in little memory; the list does not change. */
    public List<MappedRange> drain() {
        RangeList list = new RangeList();
        if (ready != null) {
            MappedRange first = ready;
            list.append(
                    first.input(),
                    first.output(),
                    first.length(),
                    first.rights().mask(),
                    first.attributes(),
                    first.leaves(),
                    first.smallestPage(),
                    first.largestPage());
            ready = null;
        }
        sink = list;
        // With a sink nothing is handed back but put there.
        advance();
        sink = null;
        return list;
    }

    /** What was seen so far; final once {@link #hasNext()} is false. */
    public TableSummary summary() {
        List<Finding> all = new ArrayList<>();
        if (stopped != null) {
            all.add(stopped);
        }
        all.addAll(findings.toList());
        boolean complete = !cut && depth < 0 && ready == null && !open;
        return new TableSummary(tableCount, leafCount, rangeCount, mappedBytes, complete, all);
    }

    private @Nullable MappedRange advance() {
        while (depth >= 0) {
            TableLevel level = levels[depth];
            if (next[depth] == level.entries()) {
                depth--;
                continue;
            }
            int index = next[depth]++;
            long entry = level.entryBytes() == 8
                    ? tables[depth].get(PhysicalMemory.LittleEndian.LONG, (long) index << 3)
                    : Integer.toUnsignedLong(tables[depth].get(PhysicalMemory.LittleEndian.INT, (long) index << 2));
            switch (format.kind(level, entry)) {
                case NOT_PRESENT, RESTART -> {}
                case RESERVED -> refuse(level, index, entry);
                case TABLE -> {
                    int below = rights[depth] & format.rights(level, entry);
                    if (below != 0) {
                        enter(format.tableAddress(level, entry), bases[depth] | (long) index << level.shift(), below);
                    }
                }
                case LEAF -> {
                    MappedRange finished = leaf(level, index, entry);
                    if (finished != null) {
                        return finished;
                    }
                }
            }
        }
        return closeRange();
    }

    private @Nullable MappedRange leaf(TableLevel level, int index, long entry) {
        int allowed = rights[depth] & format.rights(level, entry);
        if (allowed == 0) {
            return null;
        }
        leafCount++;
        long size = level.entrySpan();
        mappedBytes += size;
        long from = format.canonical(bases[depth] | (long) index << level.shift());
        long to = format.leafAddress(level, entry);
        int attributes = format.attributes(level, entry);
        if (open
                && from == input + length
                && to == output + length
                && allowed == rangeRights
                && attributes == rangeAttributes) {
            length += size;
            rangeLeaves++;
            smallest = Math.min(smallest, size);
            largest = Math.max(largest, size);
            return null;
        }
        MappedRange finished = closeRange();
        if (rangeCount >= limits.ranges()) {
            stop("translation.cut", "the listing was cut after %d ranges".formatted(rangeCount));
            return finished;
        }
        open = true;
        input = from;
        output = to;
        length = size;
        rangeRights = allowed;
        rangeAttributes = attributes;
        rangeLeaves = 1;
        smallest = size;
        largest = size;
        return finished;
    }

    private @Nullable MappedRange closeRange() {
        if (!open) {
            return null;
        }
        open = false;
        rangeCount++;
        if (sink != null) {
            sink.append(input, output, length, rangeRights, rangeAttributes, rangeLeaves, smallest, largest);
            return null;
        }
        return new MappedRange(
                input, output, length, AccessRights.of(rangeRights), rangeAttributes, rangeLeaves, smallest, largest);
    }

    private void enter(long address, long base, int allowed) {
        int target = depth + 1;
        TableLevel level = levels[target];
        if (tableCount >= limits.tables()) {
            stop("translation.cut", "the listing was cut after %d tables".formatted(tableCount));
            return;
        }
        if (limits.cancelled().getAsBoolean()) {
            stop("translation.cancelled", "the listing was cancelled after %d tables".formatted(tableCount));
            return;
        }
        int bytes = level.entries() * level.entryBytes();
        Observed<MemorySegment> table = memory.read(address, bytes);
        if (!(table instanceof Observed.Known<MemorySegment>(MemorySegment segment))) {
            cut = true;
            note(
                    Severity.WARNING,
                    "translation.table-not-readable",
                    "the table of %ss at 0x%x, for addresses from 0x%x, could not be read: %s"
                            .formatted(level.entryName(), address, format.canonical(base), table.reason()),
                    new ByteSpan(space, address, bytes));
            return;
        }
        for (int above = 0; above <= depth; above++) {
            if (addresses[above] == address) {
                note(
                        Severity.WARNING,
                        "translation.self-reference",
                        "the table of %ss at 0x%x is also its own table of %ss, for addresses from 0x%x"
                                .formatted(
                                        level.entryName(), address, levels[above].entryName(), format.canonical(base)),
                        new ByteSpan(space, address, bytes));
                break;
            }
        }
        tableCount++;
        depth = target;
        tables[target] = segment;
        addresses[target] = address;
        next[target] = 0;
        bases[target] = base;
        rights[target] = allowed;
    }

    private void refuse(TableLevel level, int index, long entry) {
        if (findings.isFull()) {
            findings.count();
            return;
        }
        ByteSpan span = new ByteSpan(space, addresses[depth] + (long) index * level.entryBytes(), level.entryBytes());
        note(
                Severity.WARNING,
                "translation.reserved-entry",
                "%s %d at 0x%x is present but refused by hardware: reserved bits are set (0x%x)"
                        .formatted(level.entryName(), index, span.address(), entry),
                span);
    }

    private void stop(String code, String message) {
        cut = true;
        depth = -1;
        stopped = finding(Severity.WARNING, code, message, Optional.empty());
    }

    private void note(Severity severity, String code, String message, ByteSpan span) {
        findings.add(finding(severity, code, message, Optional.of(span)));
    }

    private static Finding finding(Severity severity, String code, String message, Optional<ByteSpan> span) {
        return new Finding(severity, code, message, span, Optional.empty());
    }
}
