package org.ringside.decoder.npt;

import java.util.List;
import org.ringside.decoder.translation.MappedRange;
import org.ringside.decoder.translation.TableSummary;

/**
 * The whole guest-physical memory of one N_CR3.
 *
 * @param context whose map it is
 * @param ranges in the order of guest-physical addresses
 * @param summary tables and leaves seen, findings, whether it is complete
 */
public record NptMap(NptContext context, List<MappedRange> ranges, TableSummary summary) {
    public NptMap {
        ranges = List.copyOf(ranges);
    }
}
