package org.ringside.decoder.svm;

import org.ringside.decoder.structure.SpecificationReference;

/** References to the AMD64 Architecture Programmer's Manual, volume 2. */
public final class Apm {
    public static final String DOCUMENT = "AMD64 APM vol. 2";

    private Apm() {}

    public static SpecificationReference section(String section) {
        return new SpecificationReference(DOCUMENT, section);
    }

    /** The row of the control area's table for an offset. */
    static SpecificationReference control(int offset) {
        return section("table B-1, offset %03xh".formatted(offset));
    }

    /** The row of the state-save area's table for an offset in the VMCB. */
    static SpecificationReference save(int offset) {
        return section("table B-2, offset %03xh".formatted(offset - VmcbField.SAVE_AREA));
    }
}
