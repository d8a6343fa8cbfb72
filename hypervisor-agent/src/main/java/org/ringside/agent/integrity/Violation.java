package org.ringside.agent.integrity;

import java.util.List;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.Severity;

/**
 * One place where a check's property does not hold.
 *
 * @param code stable short name of the kind of violation, for example {@code "kernel-text-changed"}
 * @param severity how much it matters
 * @param what one sentence for a person, without addresses
 * @param physical the bytes in physical memory
 * @param virtual the same bytes as the guarded software addresses them, every such mapping that counts, most telling first
 * @param before the bytes in the baseline snapshot
 * @param after the bytes in the current snapshot
 */
public record Violation(
        String code,
        Severity severity,
        String what,
        ByteSpan physical,
        List<ByteSpan> virtual,
        ByteString before,
        ByteString after) {
    public Violation {
        virtual = List.copyOf(virtual);
    }
}
