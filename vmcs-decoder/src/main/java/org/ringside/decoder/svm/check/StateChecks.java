package org.ringside.decoder.svm.check;

import static org.ringside.decoder.svm.VmcbField.*;

import java.util.List;
import java.util.function.Predicate;
import org.ringside.decoder.cpu.RegisterLayouts;
import org.ringside.decoder.svm.SaveAreaLayouts;
import org.ringside.decoder.svm.VmcbField;

/** Checks on the guest's registers in the state-save area. Of a guest with encrypted state nothing there counts. */
final class StateChecks {
    private static final String SECTION = "15.5.1";
    private static final int PE = 0;
    private static final int WP = 16;
    private static final int PG = 31;
    private static final int PAE = 5;
    private static final int CET = 23;
    private static final int LME = 8;
    private static final int LMA = 10;
    private static final int SVME = 12;

    private StateChecks() {}

    static List<Check> all() {
        return List.of(
                state("state.efer.svme", "EFER.SVME is 1", in -> in.bit(EFER, SVME)),
                state(
                        "state.efer.reserved",
                        "EFER has no bit set that must be 0",
                        in -> (in.get(EFER) & SaveAreaLayouts.EFER.reservedZeroMask()) == 0),
                state(
                        "state.cr0.cache",
                        "CR0.NW is not 1 while CR0.CD is 0",
                        in -> in.bit(CR0, 30) || !in.bit(CR0, 29)),
                state("state.cr0.high", "CR0 bits 63:32 are 0", in -> in.get(CR0) >>> 32 == 0),
                state(
                        "state.cr3.reserved",
                        "CR3 has no bit set that must be 0",
                        in -> (in.get(CR3) & SaveAreaLayouts.CR3.reservedZeroMask()) == 0),
                state(
                        "state.cr4.reserved",
                        "CR4 has no bit set that must be 0",
                        in -> (in.get(CR4) & RegisterLayouts.CR4.reservedZeroMask()) == 0),
                state("state.dr6.high", "DR6 bits 63:32 are 0", in -> in.get(DR6) >>> 32 == 0),
                state("state.dr7.high", "DR7 bits 63:32 are 0", in -> in.get(DR7) >>> 32 == 0),
                state(
                        "state.long-mode.pae",
                        "CR4.PAE is 1 with EFER.LME and CR0.PG",
                        StateChecks::isLongMode,
                        in -> in.bit(CR4, PAE)),
                state(
                        "state.long-mode.protection",
                        "CR0.PE is 1 with EFER.LME and CR0.PG",
                        StateChecks::isLongMode,
                        in -> in.bit(CR0, PE)),
                state(
                        "state.long-mode.cs",
                        "CS.L and CS.D are not both 1 with EFER.LME, CR0.PG and CR4.PAE",
                        in -> isLongMode(in) && in.bit(CR4, PAE),
                        in -> !in.bit(CS_ATTRIBUTES, 9) || !in.bit(CS_ATTRIBUTES, 10)),
                state(
                        "state.long-mode.support",
                        "EFER.LME and EFER.LMA are 1 on a processor with long mode only",
                        in -> in.bit(EFER, LME) || in.bit(EFER, LMA),
                        // A host in long mode shows it; every processor with SVM known so far has long mode.
                        in -> (in.host("efer") >>> LMA & 1) != 0),
                state(
                        "state.cet.write-protect",
                        "CR0.WP is 1 with CR4.CET",
                        in -> in.bit(CR4, CET),
                        in -> in.bit(CR0, WP)),
                state(
                        "state.s-cet.reserved",
                        "S_CET has no reserved bit set",
                        in -> in.bit(CR4, CET),
                        in -> (in.get(S_CET) & SaveAreaLayouts.S_CET.reservedZeroMask()) == 0));
    }

    /**
     * VMRUN and #VMEXIT make bases canonical by themselves: one that is not was written by software and is not what the guest will have. No
     * VMCB that a processor has left has one.
     */
    static List<Check> canonicalBases() {
        return List.of(
                canonical("state.canonical.fs", FS_BASE),
                canonical("state.canonical.gs", GS_BASE),
                canonical("state.canonical.gdtr", GDTR_BASE),
                canonical("state.canonical.idtr", IDTR_BASE),
                canonical("state.canonical.tr", TR_BASE));
    }

    private static boolean isLongMode(CheckInput in) {
        return in.bit(EFER, LME) && in.bit(CR0, PG);
    }

    private static Check state(String id, String rule, Predicate<CheckInput> holds) {
        return state(id, rule, in -> true, holds);
    }

    private static Check state(String id, String rule, Predicate<CheckInput> when, Predicate<CheckInput> holds) {
        return new Check(id, SECTION, rule, in -> !in.values().encryptedState() && when.test(in), holds);
    }

    private static Check canonical(String id, VmcbField base) {
        return state(id, "%s is canonical; VMRUN would sign-extend it".formatted(base.title()), in -> {
            long address = in.get(base);
            int unused = in.bit(CR4, 12) ? 7 : 16;
            return address << unused >> unused == address;
        });
    }
}
