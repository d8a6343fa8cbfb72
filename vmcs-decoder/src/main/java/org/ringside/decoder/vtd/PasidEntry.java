package org.ringside.decoder.vtd;

import java.util.List;
import java.util.Optional;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.StructureNode;

/**
 * An entry of a PASID table (VT-d specification, section 9.6).
 *
 * @param pasid 0 to 1048575
 * @param directoryEntry physical address of the directory entry that leads to its table
 * @param address physical address of its first byte
 * @param words its eight quadwords
 */
public record PasidEntry(int pasid, long directoryEntry, long address, List<Long> words) {
    static final int BYTES = 64;

    public PasidEntry {
        words = List.copyOf(words);
    }

    public boolean present() {
        return (words.getFirst() & 1) != 0;
    }

    /** FPD: faults are not recorded. */
    public boolean faultProcessingDisabled() {
        return (words.getFirst() & 2) != 0;
    }

    /** AW, as it is. */
    public int addressWidthField() {
        return (int) (words.getFirst() >>> 2) & 7;
    }

    /** PGTT. */
    public TranslationType type() {
        return switch ((int) (words.getFirst() >>> 6) & 7) {
            case 1 -> TranslationType.FIRST_STAGE;
            case 2 -> TranslationType.SECOND_STAGE;
            case 3 -> TranslationType.NESTED;
            case 4 -> TranslationType.PASS_THROUGH;
            default -> TranslationType.RESERVED;
        };
    }

    /** SSPTPTR. */
    public long secondStage() {
        return words.getFirst() & -4096L;
    }

    /** DID. */
    public int domainId() {
        return (int) (words.get(1) & 0xffff);
    }

    /** SRE: requests with supervisor privilege are allowed. */
    public boolean supervisorRequests() {
        return (words.get(2) & 1) != 0;
    }

    /** FSPM: 4 or 5 levels of the first stage; 0 for a reserved value. */
    public int firstStageLevels() {
        int mode = (int) (words.get(2) >>> 2) & 3;
        return mode < 2 ? mode + 4 : 0;
    }

    /** WPE. */
    public boolean writeProtect() {
        return (words.get(2) >>> 4 & 1) != 0;
    }

    /** FSPTPTR. */
    public long firstStage() {
        return words.get(2) & -4096L;
    }

    /** What is done with requests that carry the PASID and have whatever privilege they may. */
    public DmaTarget target() {
        return target(true);
    }

    /** @param supervisor whether the requests in question may have supervisor privilege, as far as the entry allows it */
    DmaTarget target(boolean supervisor) {
        TranslationType type = type();
        boolean first = type == TranslationType.FIRST_STAGE || type == TranslationType.NESTED;
        boolean second = type == TranslationType.SECOND_STAGE || type == TranslationType.NESTED;
        return new DmaTarget(
                domainId(),
                type,
                second ? secondStage() : 0,
                type == TranslationType.FIRST_STAGE ? 0 : addressWidthField(),
                first
                        ? Optional.of(new DmaTarget.FirstStage(
                                firstStage(), firstStageLevels(), supervisor && supervisorRequests(), writeProtect()))
                        : Optional.empty());
    }

    public ByteSpan span() {
        return ByteSpan.physical(address, BYTES);
    }

    /** Every bit of it. */
    public StructureNode.Structure toStructure() {
        return new StructureNode.Structure(
                "PASID " + pasid,
                present() ? target().meaning() : "not present: requests are blocked",
                Optional.of(span()),
                Optional.of(ScalableLayouts.PASID.getFirst().reference()),
                List.of(),
                ScalableLayouts.decode(ScalableLayouts.PASID, words, address));
    }
}
