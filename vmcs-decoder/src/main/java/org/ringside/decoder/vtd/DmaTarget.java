package org.ringside.decoder.vtd;

import java.util.Optional;

/**
 * What a context or PASID entry does with requests.
 *
 * @param domainId DID
 * @param type which stages translate
 * @param tables physical address of the root of the second-stage tables; 0 where there are none
 * @param addressWidthField AW: 1, 2, 3 for 3, 4, 5 second-stage levels; other values are reserved
 * @param first the first stage, where there is one
 */
public record DmaTarget(
        int domainId, TranslationType type, long tables, int addressWidthField, Optional<FirstStage> first) {
    /**
     * First-stage tables, as of a processor.
     *
     * @param tables address of their root: physical, or in the second stage's input where the stages are nested
     * @param levels 4 or 5; 0 where the field has a reserved value
     * @param supervisor whether requests have supervisor privilege
     * @param writeProtect whether supervisor writes to read-only pages are refused
     */
    public record FirstStage(long tables, int levels, boolean supervisor, boolean writeProtect) {}

    /** Where the tables are, in words; empty in pass-through. */
    public String place() {
        return switch (type) {
            case PASS_THROUGH -> "";
            case FIRST_STAGE ->
                "tables at 0x%x".formatted(first.map(FirstStage::tables).orElse(0L));
            case NESTED ->
                "first-stage tables at 0x%x, second-stage tables at 0x%x"
                        .formatted(first.map(FirstStage::tables).orElse(0L), tables);
            case SECOND_STAGE, SECOND_STAGE_AND_DEVICE_TLB, RESERVED -> "tables at 0x%x".formatted(tables);
        };
    }

    /** Address of the root of the tables that requests meet first; 0 in pass-through. */
    public long root() {
        return first.map(FirstStage::tables).orElse(tables);
    }

    /** In one line. */
    public String meaning() {
        return "domain %d, %s".formatted(domainId, type.title()) + (place().isEmpty() ? "" : ", " + place());
    }
}
