package org.ringside.app.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ringside.app.testing.Repository;

/** The bundled recording of a hypervisor in a hypervisor, from the command line alone. */
class HypervisorSampleCommandsTest {
    private static final String SAMPLE = "kvm-in-kvm-under-bochs";
    private static final Pattern MAPPED = Pattern.compile("(0x[0-9a-f]+)-0x[0-9a-f]+ -> (0x[0-9a-f]+)-0x[0-9a-f]+");
    private static final Pattern CURRENT = Pattern.compile(" *vmcsptr = (0x[0-9a-f]+)");

    @TempDir
    private Path directory;

    private Path trace = Path.of("");

    /** A copy, as opening a trace may leave files beside it. */
    @BeforeEach
    void copy() throws IOException {
        trace = directory.resolve("sample.ringside");
        Files.copy(samples().resolve(SAMPLE + ".ringside"), trace);
    }

    private static Path samples() {
        return Repository.samples();
    }

    private static Path debugger() {
        return samples().resolve(SAMPLE + ".vmx.txt");
    }

    private static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private Stream<JsonNode> found(String role) {
        return stream(Run.of("vmcs", "scan", trace, "stopped", "--json").json().get("vmcs"))
                .filter(vmcs -> vmcs.path("role").asText().equals(role));
    }

    private static String address(JsonNode vmcs) {
        return vmcs.at("/page/address").asText();
    }

    @Test
    void theScanNamesTheThreeKindsOfVmcs() throws IOException {
        String current = Files.readAllLines(debugger()).stream()
                .map(CURRENT::matcher)
                .filter(Matcher::matches)
                .map(matcher -> matcher.group(1))
                .reduce((first, last) -> last)
                .orElseThrow();
        assertEquals(1, found("VMCS01").count());
        assertEquals(
                Optional.of(current),
                found("VMCS02").map(HypervisorSampleCommandsTest::address).findFirst());
        // both guests' in the middle guest's memory, and the host's copy of one
        assertEquals(3, found("VMCS12").count());
    }

    @Test
    void walksThroughThreeTablesEndWhereTheDebuggerSays() throws IOException {
        Map<String, String> said = new TreeMap<>();
        for (String line : Files.readAllLines(debugger())) {
            Matcher mapped = MAPPED.matcher(line);
            if (mapped.matches()) {
                said.put(mapped.group(1), "0x%x".formatted(Long.decode(mapped.group(2))));
            }
        }
        assertTrue(said.size() > 3);
        String outer = address(found("VMCS01").findFirst().orElseThrow());
        boolean one = found("VMCS12").anyMatch(inner -> {
            Map<String, String> walked = new TreeMap<>();
            for (String linear : said.keySet().stream().limit(4).toList()) {
                JsonNode walk = Run.of(
                                "walk",
                                trace,
                                "stopped",
                                linear,
                                "--json",
                                "--vmcs",
                                "L0:" + outer,
                                "--vmcs",
                                "L0:" + address(inner))
                        .json();
                walked.put(linear, walk.path("hostPhysical").asText());
            }
            return said.entrySet().containsAll(walked.entrySet());
        });
        assertTrue(one, "no guest of the middle guest is the one that ran");
    }

    @Test
    void theDebuggersAnswerIsReadAsTheVmcsInMemory() {
        JsonNode said = Run.of("vmcs", "show", "--dump", debugger(), "--json")
                .ended(CommandLineInterface.FINE)
                .json()
                .get("fields");
        JsonNode ours = Run.of(
                        "vmcs",
                        "show",
                        trace,
                        "stopped",
                        address(found("VMCS02").findFirst().orElseThrow()),
                        "--json")
                .ended(CommandLineInterface.FINE)
                .json()
                .get("fields");
        Map<String, String> decoded = new TreeMap<>();
        stream(ours)
                .forEach(field -> decoded.put(
                        field.get("name").asText(), field.path("value").asText()));
        long compared = stream(said)
                .filter(field -> field.has("value"))
                .peek(field -> assertEquals(
                        field.get("value").asText(),
                        decoded.get(field.get("name").asText()),
                        field.get("name").asText()))
                .count();
        assertTrue(compared > 40, "only " + compared);
    }
}
