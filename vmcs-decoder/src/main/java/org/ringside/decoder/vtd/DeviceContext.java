package org.ringside.decoder.vtd;

import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.StructureNode;

/** An entry of a context table: one PCI function. */
public sealed interface DeviceContext permits ContextEntry, ScalableContextEntry {
    /** Physical address of its first byte. */
    long address();

    boolean present();

    /** FPD: faults of this function are not recorded. */
    boolean faultProcessingDisabled();

    /** Its bytes. */
    ByteSpan span();

    /**
     * Every bit of it.
     *
     * @param name of the node, for example the function it belongs to
     */
    StructureNode.Structure toStructure(String name);
}
