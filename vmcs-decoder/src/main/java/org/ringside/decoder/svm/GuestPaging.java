package org.ringside.decoder.svm;

import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.paging.PagingContext;
import org.ringside.decoder.paging.PagingMode;

/** How the guest of a VMCB translates linear addresses. */
public final class GuestPaging {
    private static final long PG = 1L << 31;
    private static final long PSE = 1 << 4;
    private static final long PAE = 1 << 5;
    private static final long LA57 = 1 << 12;
    private static final long LMA = 1 << 10;
    private static final long NXE = 1 << 11;

    private GuestPaging() {}

    /** What CR0, CR3, CR4 and EFER of the VMCB say, or which of them is missing. */
    public static Observed<PagingContext> of(VmcbValues vmcb) {
        if (vmcb.encryptedState()) {
            return new Observed.NotApplicable<>("the guest's registers are encrypted (SEV-ES)");
        }
        return vmcb.get(VmcbField.CR0)
                .flatMap(cr0 -> vmcb.get(VmcbField.CR4)
                        .flatMap(cr4 -> vmcb.get(VmcbField.EFER)
                                .flatMap(efer -> vmcb.get(VmcbField.CR3)
                                        .map(cr3 -> new PagingContext(
                                                mode(cr0, cr4, efer),
                                                cr3,
                                                (cr4 & PSE) != 0,
                                                (efer & NXE) != 0,
                                                PagingContext.WIDEST)))));
    }

    private static PagingMode mode(long cr0, long cr4, long efer) {
        if ((cr0 & PG) == 0) {
            return PagingMode.NONE;
        }
        if ((cr4 & PAE) == 0) {
            return PagingMode.THIRTY_TWO_BIT;
        }
        if ((efer & LMA) == 0) {
            return PagingMode.PAE;
        }
        return (cr4 & LA57) == 0 ? PagingMode.FOUR_LEVEL : PagingMode.FIVE_LEVEL;
    }
}
