package org.ringside.decoder.vtd;

import org.ringside.decoder.structure.SpecificationReference;

/** The document that the decoders of this package and those below it follow. */
public final class VtdSpecification {
    /** First part of the codes of findings. */
    public static final String AREA = "vtd";

    private VtdSpecification() {}

    /** A section of it. */
    public static SpecificationReference section(String section) {
        return new SpecificationReference("Intel VT-d specification rev. 4", section);
    }
}
