package org.ringside.decoder.vtd;

import java.util.List;
import java.util.Optional;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.StructureNode;

/**
 * An entry of a context table in legacy mode: one PCI function (VT-d specification, section 9.3).
 *
 * @param address physical address of its first byte
 * @param low bits 63:0
 * @param high bits 127:64
 */
public record ContextEntry(long address, long low, long high) implements DeviceContext {
    static final int BYTES = 16;

    @Override
    public boolean present() {
        return (low & 1) != 0;
    }

    @Override
    public boolean faultProcessingDisabled() {
        return (low & 2) != 0;
    }

    public TranslationType translationType() {
        return switch ((int) (low >>> 2 & 3)) {
            case 0 -> TranslationType.SECOND_STAGE;
            case 1 -> TranslationType.SECOND_STAGE_AND_DEVICE_TLB;
            case 2 -> TranslationType.PASS_THROUGH;
            default -> TranslationType.RESERVED;
        };
    }

    /** Physical address of the root of the second-stage tables. */
    public long tables() {
        return low & -4096L;
    }

    /** The AW field as it is: 1, 2, 3 for 3, 4, 5 levels; other values are reserved. */
    public int addressWidthField() {
        return (int) high & 7;
    }

    /** Levels of the second-stage tables, 3 to 5, or that AW has a reserved value. */
    public Observed<Integer> levels() {
        int field = addressWidthField();
        return field >= 1 && field <= 3
                ? Observed.known(field + 2)
                : new Observed.Malformed<>(
                        "the context entry at 0x%x has the reserved address width %d".formatted(address, field));
    }

    /** DID. */
    public int domainId() {
        return (int) (high >>> 8) & 0xffff;
    }

    @Override
    public ByteSpan span() {
        return ByteSpan.physical(address, BYTES);
    }

    /** What it does with requests. */
    public DmaTarget target() {
        TranslationType type = translationType();
        return new DmaTarget(
                domainId(),
                type,
                type == TranslationType.PASS_THROUGH ? 0 : tables(),
                addressWidthField(),
                Optional.empty());
    }

    @Override
    public StructureNode.Structure toStructure(String name) {
        String meaning = present() ? target().meaning() : "not present: requests are blocked";
        return new StructureNode.Structure(
                name,
                meaning,
                Optional.of(span()),
                Optional.of(VtdLayouts.CONTEXT_LOW.reference()),
                List.of(),
                List.of(
                        VtdLayouts.CONTEXT_LOW.decode(
                                "bits 63:0", Observed.known(low), Optional.of(ByteSpan.physical(address, 8))),
                        VtdLayouts.CONTEXT_HIGH.decode(
                                "bits 127:64", Observed.known(high), Optional.of(ByteSpan.physical(address + 8, 8)))));
    }
}
