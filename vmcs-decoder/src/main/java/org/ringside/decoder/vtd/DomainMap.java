package org.ringside.decoder.vtd;

import java.util.List;
import java.util.Optional;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.Severity;
import org.ringside.decoder.translation.MappedRange;
import org.ringside.decoder.translation.TableSummary;

/**
 * Everything a domain reaches.
 *
 * @param ranges by DMA address
 * @param summary how much was read and whether it was all
 * @param findings what was odd about the tables
 */
public record DomainMap(List<MappedRange> ranges, TableSummary summary, List<Finding> findings) {
    public DomainMap {
        ranges = List.copyOf(ranges);
        findings = List.copyOf(findings);
    }

    static DomainMap blocked(String why) {
        Finding finding = new Finding(Severity.WARNING, "vtd.blocked", why, Optional.empty(), Optional.empty());
        return new DomainMap(List.of(), new TableSummary(0, 0, 0, 0, true, List.of()), List.of(finding));
    }
}
