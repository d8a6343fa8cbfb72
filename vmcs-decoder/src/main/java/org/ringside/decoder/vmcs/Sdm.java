package org.ringside.decoder.vmcs;

import org.ringside.decoder.structure.SpecificationReference;

/** References to the Intel SDM, volume 3. */
final class Sdm {
    static final String DOCUMENT = "Intel SDM vol. 3";

    private Sdm() {}

    static SpecificationReference section(String section) {
        return new SpecificationReference(DOCUMENT, section);
    }
}
