package org.ringside.app.vmcs;

import java.util.List;
import java.util.Optional;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.Severity;
import org.ringside.decoder.structure.SpecificationReference;
import org.ringside.decoder.structure.StructureNode;
import org.ringside.decoder.vmcs.check.CheckResult;

/**
 * Something that was looked at: a finding of the decoder or a rule with its result.
 *
 * @param kind what it is
 * @param severity of a finding; that of a rule follows from its result
 * @param title the rule, or what was found
 * @param detail the values that were looked at, or why there is no result; may be empty
 * @param reference where the specification says so
 * @param path the node of the decoded tree that it is about; empty for rules
 */
public record VmcsProblem(
        Kind kind,
        Severity severity,
        String title,
        String detail,
        Optional<SpecificationReference> reference,
        List<StructureNode> path) {
    /** In the order of the list. */
    public enum Kind {
        FAILED,
        FINDING,
        NOT_EVALUABLE,
        PASSED
    }

    public VmcsProblem {
        path = List.copyOf(path);
    }

    public static VmcsProblem of(Finding finding, List<StructureNode> path) {
        return new VmcsProblem(Kind.FINDING, finding.severity(), finding.message(), "", finding.reference(), path);
    }

    public static VmcsProblem of(CheckResult result) {
        return new VmcsProblem(
                switch (result.outcome()) {
                    case PASS -> Kind.PASSED;
                    case FAIL -> Kind.FAILED;
                    case NOT_EVALUABLE -> Kind.NOT_EVALUABLE;
                },
                result.outcome() == CheckResult.Outcome.FAIL ? Severity.ERROR : Severity.INFORMATION,
                result.rule(),
                result.detail(),
                Optional.of(result.reference()),
                List.of());
    }

    /** Where the specification says so, as text. */
    public String section() {
        return reference.map(SpecificationReference::toString).orElse("");
    }

    /** What a click selects: the node that it is about, or the rule itself. */
    public List<StructureNode> selection() {
        return path.isEmpty()
                ? List.of(new StructureNode.Structure(title, detail, Optional.empty(), reference, List.of(), List.of()))
                : path;
    }
}
