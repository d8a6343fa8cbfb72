package org.ringside.decoder.paging;

import java.util.List;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.translation.MappedRange;

/**
 * The linear addresses that lead to one physical page.
 *
 * @param page physical address of the page's first byte
 * @param mappings found, by linear address
 * @param complete whether these are all: nothing was cut or missing
 * @param findings what was odd about the tables
 */
public record ReverseMap(long page, List<Mapping> mappings, boolean complete, List<Finding> findings) {
    public ReverseMap {
        mappings = List.copyOf(mappings);
        findings = List.copyOf(findings);
    }

    /**
     * @param linear linear address of the page's first byte
     * @param range the mapping that contains it
     */
    public record Mapping(long linear, MappedRange range) {}
}
