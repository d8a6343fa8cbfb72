package org.ringside.agent.integrity;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.ringside.trace.ProgressMonitor;

/** A question about the integrity of a machine between two moments. Stateless: safe for use by several threads. */
public interface IntegrityCheck {
    /** Stable short name, for reports and filters, for example {@code "write-protected-memory"}. */
    String id();

    /** What is checked, in one line. */
    String title();

    /** Evidence without which the answer is {@link CheckResult.NotEvaluable}. */
    Set<Evidence> needs();

    /**
     * Answers the question. What the evidence lacks or what is malformed in it is part of the answer, never an exception.
     *
     * @throws IOException if the trace cannot be read
     * @throws CancellationException if {@code progress} says to stop
     */
    CheckResult evaluate(CheckSubject subject, ProgressMonitor progress) throws IOException;
}
