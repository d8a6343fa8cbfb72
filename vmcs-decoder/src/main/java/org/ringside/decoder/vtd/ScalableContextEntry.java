package org.ringside.decoder.vtd;

import java.util.List;
import java.util.Optional;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.StructureNode;

/**
 * An entry of a context table in scalable mode: one PCI function (VT-d specification, section 9.4).
 *
 * @param address physical address of its first byte
 * @param words its four quadwords
 */
public record ScalableContextEntry(long address, List<Long> words) implements DeviceContext {
    static final int BYTES = 32;

    public ScalableContextEntry {
        words = List.copyOf(words);
    }

    private long low() {
        return words.getFirst();
    }

    @Override
    public boolean present() {
        return (low() & 1) != 0;
    }

    @Override
    public boolean faultProcessingDisabled() {
        return (low() & 2) != 0;
    }

    /** DTE: the device may translate addresses itself. */
    public boolean deviceTlb() {
        return (low() & 4) != 0;
    }

    /** PASIDE: requests with a PASID are allowed. */
    public boolean pasidEnabled() {
        return (low() & 8) != 0;
    }

    /** PDTS: entries of the PASID directory, 128 to 16384. */
    public int directoryEntries() {
        return 128 << (low() >>> 9 & 7);
    }

    /** Physical address of the PASID directory. */
    public long directory() {
        return low() & -4096L;
    }

    /** RID_PASID: the PASID whose entry serves requests without PASID. */
    public int requesterPasid() {
        return (int) (words.get(1) & 0xfffff);
    }

    /** RID_PRIV: whether requests without PASID have supervisor privilege. */
    public boolean requesterPrivilege() {
        return (words.get(1) >>> 20 & 1) != 0;
    }

    @Override
    public ByteSpan span() {
        return ByteSpan.physical(address, BYTES);
    }

    @Override
    public StructureNode.Structure toStructure(String name) {
        String meaning = present()
                ? "PASID directory at 0x%x, %,d entries".formatted(directory(), directoryEntries())
                : "not present: requests are blocked";
        return new StructureNode.Structure(
                name,
                meaning,
                Optional.of(span()),
                Optional.of(ScalableLayouts.CONTEXT.getFirst().reference()),
                List.of(),
                ScalableLayouts.decode(ScalableLayouts.CONTEXT, words, address));
    }
}
