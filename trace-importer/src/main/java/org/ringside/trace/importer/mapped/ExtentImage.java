package org.ringside.trace.importer.mapped;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;
import org.ringside.trace.MachineState;
import org.ringside.trace.importer.MemoryImage;

/** An image whose pages lie as plain bytes in the file: every page is a view of the mapping, none is copied. */
public final class ExtentImage implements MemoryImage {
    private final String format;
    private final MemorySegment content;
    private final List<FileExtent> extents;
    private final long[] starts;
    private final RangeList ranges;
    private final MachineState state;
    private final List<String> notes;

    /**
     * @param content the whole file
     * @param extents sorted by address, disjoint, whole pages, all inside {@code content}; as {@link ExtentPlan} yields them
     */
    public ExtentImage(
            String format, MemorySegment content, List<FileExtent> extents, MachineState state, List<String> notes) {
        this.format = format;
        this.content = content.asReadOnly();
        this.extents = List.copyOf(extents);
        this.starts = new long[extents.size()];
        this.state = state;
        this.notes = List.copyOf(notes);
        RangeList.Builder builder = new RangeList.Builder();
        for (int i = 0; i < starts.length; i++) {
            FileExtent extent = extents.get(i);
            starts[i] = extent.address();
            builder.add(extent.address(), extent.address() + extent.length());
        }
        this.ranges = builder.build();
    }

    @Override
    public String format() {
        return format;
    }

    @Override
    public Optional<List<FileExtent>> extents() {
        return Optional.of(extents);
    }

    @Override
    public MachineState state() {
        return state;
    }

    @Override
    public List<String> notes() {
        return notes;
    }

    @Override
    public List<AddressRange> ranges() {
        return ranges;
    }

    @Override
    public Observed<MemorySegment> page(long address) {
        long page = address & -PAGE_SIZE;
        int at = Arrays.binarySearch(starts, page);
        int candidate = at >= 0 ? at : -at - 2;
        if (candidate >= 0) {
            FileExtent extent = extents.get(candidate);
            if (page - extent.address() < extent.length()) {
                return Observed.known(content.asSlice(extent.offset() + (page - extent.address()), PAGE_SIZE));
            }
        }
        return new Observed.NotCaptured<>(page, PAGE_SIZE);
    }

    @Override
    public void close() {
        // The mapping belongs to whoever opened the file.
    }
}
