package org.ringside.decoder.svm.check;

import java.util.Optional;
import java.util.function.Predicate;
import org.ringside.decoder.vmcs.check.CheckResult;

/**
 * One rule, as data.
 *
 * @param id stable short name
 * @param section section of the AMD64 APM, volume 2
 * @param rule what must hold
 * @param when whether the rule applies to this VMCB
 * @param holds whether it holds
 */
record Check(String id, String section, String rule, Predicate<CheckInput> when, Predicate<CheckInput> holds) {
    static Check always(String id, String section, String rule, Predicate<CheckInput> holds) {
        return new Check(id, section, rule, input -> true, holds);
    }

    /** The result; empty where the rule does not apply. */
    Optional<CheckResult> run(CheckInput input) {
        boolean applies = when.test(input);
        if (!applies && input.complete()) {
            return Optional.empty();
        }
        return Optional.of(input.result(id, section, rule, applies && holds.test(input)));
    }
}
