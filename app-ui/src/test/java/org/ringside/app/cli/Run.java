package org.ringside.app.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A command that was run in this process, and what came of it.
 *
 * @param status exit status
 * @param out what it wrote as text
 * @param err what it wrote as errors
 * @param binary what it wrote as bytes, in hexadecimal
 */
record Run(int status, String out, String err, String binary) {
    /** Runs {@code ringside} with arguments of any kind, each as its text. */
    static Run of(Object... arguments) {
        return of(new NoWindow(), arguments);
    }

    static Run of(Window window, Object... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        ByteArrayOutputStream binary = new ByteArrayOutputStream();
        List<String> words = Stream.of(arguments).map(Object::toString).toList();
        Console console = new Console(new PrintWriter(out), new PrintWriter(err), binary, false);
        int status = CommandLineInterface.execute(words, console, window);
        return new Run(status, out.toString(), err.toString(), HexFormat.of().formatHex(binary.toByteArray()));
    }

    /** This run, which ended with {@code expected}. */
    Run ended(int expected) {
        assertEquals(expected, status, () -> "exit status; out: " + out + " err: " + err);
        return this;
    }

    /** The one JSON document that was written. */
    JsonNode json() {
        try {
            return new ObjectMapper().readTree(out);
        } catch (IOException e) {
            throw new AssertionError("not JSON: " + out, e);
        }
    }

    /** The error, which is one line and no stack trace. */
    String error() {
        ended(CommandLineInterface.ERROR);
        assertEquals(1, err.lines().count(), () -> "one line: " + err);
        return err.strip();
    }

    /** For commands that open no window. */
    static final class NoWindow implements Window {
        @Override
        public int open(Optional<Path> file) {
            throw new AssertionError("no window was asked for");
        }

        @Override
        public void screenshot(ScreenshotRequest request) {
            throw new AssertionError("no picture was asked for");
        }
    }
}
