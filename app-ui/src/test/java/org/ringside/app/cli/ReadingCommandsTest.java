package org.ringside.app.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that read one snapshot: {@code read}, {@code disasm}, {@code vtd}. */
final class ReadingCommandsTest {
    private static final int PAGE = 4096;

    @TempDir
    private Path directory = Path.of("");

    private CommandLineFiles files = new CommandLineFiles(directory);

    @BeforeEach
    void useDirectory() {
        files = new CommandLineFiles(directory);
    }

    @Test
    void readSaysWhichBytesAreMissing() throws IOException {
        JsonNode read = Run.of("read", files.trace(), "quiet", "0x2ffc", "8", "--json")
                .ended(CommandLineInterface.FINE)
                .json();
        assertEquals("02020202", read.at("/pieces/0/bytes").asText());
        assertEquals("0x3000", read.at("/pieces/1/address").asText());
        assertTrue(read.at("/pieces/1/missing").asText().contains("not captured"));
        String nothing =
                Run.of("read", files.traceFile(), "quiet", "0x3000", "1").error();
        assertTrue(nothing.contains("not captured"), nothing);
    }

    @Test
    void readDumpsRowsOfSixteenAtAnyAlignment() throws IOException {
        Path text = directory.resolve("text.bin");
        byte[] bytes = new byte[PAGE];
        System.arraycopy("Ringside!".getBytes(StandardCharsets.US_ASCII), 0, bytes, 0x1c, 9);
        Files.write(text, bytes);
        Path trace = directory.resolve("text.ringside");
        Run.of("import", "--into", trace, text).ended(CommandLineInterface.FINE);
        assertEquals(
                """
                0000000000000010                                       52 69 6e 67  |            Ring|
                0000000000000020  73 69 64 65 21                                    |side!           |
                """,
                Run.of("read", trace, "1", "0x1c", "9")
                        .ended(CommandLineInterface.FINE)
                        .out());
    }

    @Test
    void rawBytesComeOutAsTheyAreOrNotAtAll() throws IOException {
        assertEquals(
                "0101",
                Run.of("read", files.trace(), "quiet", "0x1000", "2", "--raw").binary());
        Run cut = Run.of("read", files.traceFile(), "quiet", "0x2fff", "2", "--raw");
        assertTrue(cut.error().contains("not captured"), cut::err);
        assertEquals("", cut.binary());
    }

    @Test
    void addressesMayBeArithmetic() throws IOException {
        JsonNode read = Run.of("read", files.trace(), "quiet", "0x1000+4096", "1", "--json")
                .json();
        assertEquals("0x2000", read.get("address").asText());
    }

    @Test
    void aVirtualAddressNeedsRegisters() throws IOException {
        String error = Run.of("read", files.trace(), "quiet", "0xffffffff81000000", "1", "--virtual")
                .error();
        assertTrue(error.contains("no registers of vCPU 0 were captured"), error);
        assertTrue(error.contains("--cr3"), error);
    }

    @Test
    void vtdWithoutCapturedRegistersSaysWhatToGive() throws IOException {
        String error = Run.of("vtd", files.trace(), "quiet").error();
        assertTrue(error.contains("give --root"), error);
        JsonNode unit = Run.of("vtd", files.traceFile(), "quiet", "--root", "0x0", "--json")
                .ended(CommandLineInterface.FINE)
                .json();
        assertEquals(0, unit.at("/units/0/devices").size());
    }

    @Test
    void disasmOfMemoryThatWasNotCapturedIsAnError() throws IOException {
        assertTrue(
                Run.of("disasm", files.trace(), "quiet", "0x10000", "1").error().contains("not captured"));
        assertTrue(Run.of("disasm", files.traceFile(), "quiet", "0x1000", "0")
                .error()
                .contains("COUNT"));
        assertTrue(Run.of("disasm", files.traceFile(), "quiet", "0x1000", "1", "--bits", "8")
                .error()
                .contains("16, 32 or 64"));
    }
}
