package org.ringside.decoder.vtd;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.Severity;

/** What is odd about a present context or PASID entry. */
final class ContextFindings {
    private ContextFindings() {}

    static List<Finding> of(RequesterId id, ContextEntry entry, UnitRules rules) {
        List<Finding> findings = new ArrayList<>();
        ByteSpan span = entry.span();
        findings.addAll(VtdLayouts.CONTEXT_LOW.check(entry.low(), Optional.of(span)));
        findings.addAll(VtdLayouts.CONTEXT_HIGH.check(entry.high(), Optional.of(span)));
        String who = "device %s (context entry at 0x%x)".formatted(id, entry.address());
        target(who, entry.target(), entry.faultProcessingDisabled(), span, rules, findings);
        return findings;
    }

    static List<Finding> of(RequesterId id, ScalableContextEntry entry, UnitRules rules) {
        List<Finding> findings =
                new ArrayList<>(ScalableLayouts.check(ScalableLayouts.CONTEXT, entry.words(), entry.address()));
        String who = "device %s (context entry at 0x%x)".formatted(id, entry.address());
        if (entry.faultProcessingDisabled()) {
            findings.add(faultsNotRecorded(who, entry.span()));
        }
        if (entry.deviceTlb() && !rules.deviceTlbs()) {
            findings.add(notSupported(
                    who, "enables device TLBs, which the unit does not support (ECAP.DT = 0)", entry.span()));
        }
        if (entry.pasidEnabled() && !rules.pasids()) {
            findings.add(notSupported(
                    who, "enables PASIDs, which the unit does not support (ECAP.PASID = 0)", entry.span()));
        }
        return findings;
    }

    static List<Finding> of(RequesterId id, PasidEntry entry, UnitRules rules) {
        List<Finding> findings =
                new ArrayList<>(ScalableLayouts.check(ScalableLayouts.PASID, entry.words(), entry.address()));
        String who = "device %s, PASID %d (entry at 0x%x)".formatted(id, entry.pasid(), entry.address());
        target(who, entry.target(), entry.faultProcessingDisabled(), entry.span(), rules, findings);
        return findings;
    }

    private static void target(
            String who,
            DmaTarget target,
            boolean faultProcessingDisabled,
            ByteSpan span,
            UnitRules rules,
            List<Finding> findings) {
        TranslationType type = target.type();
        if (type == TranslationType.RESERVED) {
            findings.add(finding(
                    "vtd.reserved-translation-type",
                    who,
                    "has a reserved translation type: its requests are blocked",
                    span));
        }
        int field = target.addressWidthField();
        if (type != TranslationType.FIRST_STAGE && type != TranslationType.RESERVED && (field < 1 || field > 3)) {
            findings.add(finding(
                    "vtd.reserved-address-width", who, "has a reserved address width: its requests are blocked", span));
        }
        if (target.first().filter(first -> first.levels() == 0).isPresent()) {
            findings.add(finding(
                    "vtd.reserved-paging-mode",
                    who,
                    "has a reserved first-stage paging mode: its requests are blocked",
                    span));
        }
        rules.refusals(target).forEach(what -> findings.add(notSupported(who, what, span)));
        if (type == TranslationType.PASS_THROUGH) {
            findings.add(finding("vtd.pass-through", who, "passes through: it reads and writes all memory", span));
        }
        if (faultProcessingDisabled) {
            findings.add(faultsNotRecorded(who, span));
        }
    }

    private static Finding faultsNotRecorded(String who, ByteSpan span) {
        return new Finding(
                Severity.INFORMATION,
                "vtd.fault-processing-disabled",
                who + " has fault processing disabled: blocked requests leave no record",
                Optional.of(span),
                Optional.of(VtdLayouts.CONTEXT_LOW.reference()));
    }

    private static Finding notSupported(String who, String what, ByteSpan span) {
        return finding("vtd.not-supported", who, what + ": its requests are blocked", span);
    }

    private static Finding finding(String code, String who, String what, ByteSpan span) {
        return new Finding(
                Severity.WARNING,
                code,
                who + " " + what,
                Optional.of(span),
                Optional.of(VtdLayouts.CONTEXT_LOW.reference()));
    }
}
