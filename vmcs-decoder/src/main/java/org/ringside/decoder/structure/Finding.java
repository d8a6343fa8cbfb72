package org.ringside.decoder.structure;

import java.util.Optional;

/**
 * Something a decoder noticed and went on after.
 *
 * @param severity how much it matters
 * @param code stable short name, for tests and filters, for example {@code "vtd.reserved-bits-set"}
 * @param message what, where and what it means, for a person
 * @param span the bytes it is about, if it is about bytes
 * @param reference the rule it follows from, if a specification has one
 */
public record Finding(
        Severity severity,
        String code,
        String message,
        Optional<ByteSpan> span,
        Optional<SpecificationReference> reference) {}
