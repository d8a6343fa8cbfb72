package org.ringside.decoder.translation;

import java.util.List;
import org.ringside.decoder.structure.Finding;

/**
 * What a listing of mappings came to.
 *
 * @param tables tables read
 * @param leaves leaf entries seen
 * @param ranges ranges returned
 * @param mappedBytes bytes mapped
 * @param complete whether everything reachable was listed: no limit hit, nothing missing, not cancelled
 * @param findings what was odd, at most a few dozen, with the rest counted in the last
 */
public record TableSummary(
        long tables, long leaves, long ranges, long mappedBytes, boolean complete, List<Finding> findings) {
    public TableSummary {
        findings = List.copyOf(findings);
    }
}
