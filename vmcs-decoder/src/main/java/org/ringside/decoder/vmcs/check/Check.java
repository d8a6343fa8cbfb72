package org.ringside.decoder.vmcs.check;

import java.util.Optional;
import java.util.function.Predicate;

/**
 * One rule of chapter 27, as data.
 *
 * @param id stable short name
 * @param section section of the SDM, volume 3
 * @param rule what must hold
 * @param when whether the rule applies to this VMCS
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
