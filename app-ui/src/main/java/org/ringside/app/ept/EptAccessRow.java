package org.ringside.app.ept;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.ringside.decoder.ept.EptAccess;
import org.ringside.decoder.ept.EptOutcome;
import org.ringside.decoder.ept.ExtendedPageTables;
import org.ringside.decoder.structure.BitField;
import org.ringside.decoder.translation.TableStep;
import org.ringside.decoder.vmcs.ExitQualifications;
import org.ringside.decoder.vmcs.ExitReason;

/**
 * What one kind of access to a guest page does.
 *
 * @param access what is done, for a person
 * @param outcome what comes of it, in a word or two
 * @param allowed whether it is simply done
 * @param qualification the predicted exit qualification with its bits; empty where there is no exit with one
 * @param reason why
 * @param step the entry that decides; null if none was read
 */
record EptAccessRow(
        String access,
        String outcome,
        boolean allowed,
        String qualification,
        String reason,
        @Nullable TableStep step) {
    /** Every kind of access to a guest-physical address; reads a few table entries. */
    static List<EptAccessRow> of(ExtendedPageTables tables, long guestPhysical) {
        List<EptAccessRow> rows = new ArrayList<>();
        rows.add(row(tables, guestPhysical, "read", EptAccess.supervisor(EptAccess.Kind.READ)));
        rows.add(row(tables, guestPhysical, "write", EptAccess.supervisor(EptAccess.Kind.WRITE)));
        boolean apart = tables.context().modeBasedExecute();
        rows.add(row(
                tables,
                guestPhysical,
                apart ? "fetch, supervisor mode" : "fetch",
                EptAccess.supervisor(EptAccess.Kind.FETCH)));
        if (apart) {
            rows.add(row(tables, guestPhysical, "fetch, user mode", EptAccess.user(EptAccess.Kind.FETCH)));
        }
        rows.add(row(tables, guestPhysical, "paging-structure read", EptAccess.pagingRead()));
        rows.add(row(tables, guestPhysical, "paging-structure write", EptAccess.pagingWrite()));
        return rows;
    }

    private static EptAccessRow row(ExtendedPageTables tables, long guestPhysical, String name, EptAccess access) {
        EptOutcome outcome = tables.outcome(guestPhysical, access);
        return switch (outcome) {
            case EptOutcome.Allowed allowed -> new EptAccessRow(name, "allowed", true, "", allowed.reason(), null);
            case EptOutcome.Violation(long bits, long _, TableStep step, String reason) ->
                new EptAccessRow(name, exit(ExitReason.EPT_VIOLATION), false, qualification(bits), reason, step);
            case EptOutcome.VirtualizationException(long bits, long _, TableStep step, String reason) ->
                new EptAccessRow(name, "#VE in the guest", false, qualification(bits), reason, step);
            case EptOutcome.Misconfiguration misconfiguration ->
                new EptAccessRow(
                        name,
                        exit(ExitReason.EPT_MISCONFIGURATION),
                        false,
                        "",
                        misconfiguration.reason(),
                        misconfiguration.step());
            case EptOutcome.SubPageDecides(TableStep step, String reason) ->
                new EptAccessRow(name, "sub-page permissions decide", false, "", reason, step);
            case EptOutcome.Unknown(String reason) -> new EptAccessRow(name, "not known", false, "", reason, null);
        };
    }

    private static String exit(ExitReason reason) {
        return "VM exit %d: %s".formatted(reason.number(), reason.title());
    }

    private static String qualification(long bits) {
        String set = ExitQualifications.EPT_VIOLATION.fields().stream()
                .filter(field ->
                        field.kind() == BitField.Kind.VALUE && field.bits().of(bits) == 1)
                .map(BitField::name)
                .collect(Collectors.joining(", "));
        return "0x%x: %s".formatted(bits, set);
    }

    /** As a line of a report. */
    String text() {
        return String.join("\t", access, outcome, qualification, reason);
    }
}
