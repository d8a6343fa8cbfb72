package org.ringside.trace;

import java.util.List;
import org.ringside.decoder.memory.AddressRange;

/**
 * A snapshot of one machine at one moment.
 *
 * @param id in this trace
 * @param name given by whoever imported it, unique in the trace
 * @param machine the machine's name
 * @param time when the memory was captured, as well as is known
 * @param root Merkle root: equal roots are equal memory
 * @param ranges captured ranges, sorted, disjoint, page-aligned
 * @param capturedPages pages in {@code ranges}
 * @param zeroPages of those, pages of zeros
 * @param inPlace whether the bytes stay in the source's file
 * @param source the source the memory came from
 */
public record SnapshotInfo(
        SnapshotId id,
        String name,
        String machine,
        TraceTime time,
        Digest root,
        List<AddressRange> ranges,
        long capturedPages,
        long zeroPages,
        boolean inPlace,
        SourceInfo source) {
    public SnapshotInfo {
        ranges = List.copyOf(ranges);
    }
}
