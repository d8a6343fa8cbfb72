package org.ringside.decoder.svm;

/**
 * A page that is a VMCB, or nearly.
 *
 * @param address physical address of the page
 * @param kind what it is
 * @param score why
 */
public record CarvedVmcb(long address, Kind kind, VmcbScore score) {
    /** What a page is. */
    public enum Kind {
        VMCB("VMCB"),
        /** The VMCB of a guest whose registers are encrypted (SEV-ES): only its control area tells anything. */
        VMCB_ENCRYPTED_STATE("VMCB of a guest with encrypted state"),
        /**
         * Where VMRUN keeps the host's state (MSR VM_HSAVE_PA). Its form is up to the processor; those that use the form of the state-save area
         * are found.
         */
        HOST_SAVE_AREA("host state-save area");

        private final String title;

        Kind(String title) {
            this.title = title;
        }

        public String title() {
            return title;
        }
    }

    @Override
    public String toString() {
        return "%s at 0x%x (%d %%)".formatted(kind.title(), address, score.percent());
    }
}
