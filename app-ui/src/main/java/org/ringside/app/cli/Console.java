package org.ringside.app.cli;

import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Where a command writes.
 *
 * @param out results as text
 * @param err errors and progress
 * @param binary results that are bytes; the same place as {@code out}, which is flushed before
 * @param interactive whether a person watches {@code err}, so that progress may be drawn there
 */
public record Console(PrintWriter out, PrintWriter err, OutputStream binary, boolean interactive) {
    /** The standard streams of this process, in UTF-8. */
    public static Console ofProcess() {
        return new Console(
                new PrintWriter(System.out, false, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                System.out,
                Optional.ofNullable(System.console())
                        .map(java.io.Console::isTerminal)
                        .orElse(false));
    }
}
