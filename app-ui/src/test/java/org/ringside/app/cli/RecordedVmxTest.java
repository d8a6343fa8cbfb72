package org.ringside.app.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A recorded host of KVM whose guest runs KVM, by the command line; truth is what the emulator's own debugger said of it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RecordedVmxTest {
    @TempDir
    private static Path directory = Path.of("");

    private Path trace = Path.of("");
    private Path debugger = Path.of("");

    @BeforeAll
    void importTheRecording() throws IOException {
        Path image = RecordedMachine.unpacked("bochs-nested-kvm.physmem");
        debugger = RecordedMachine.unpacked("bochs-nested-kvm.vmx.txt");
        trace = directory.resolve("nested.ringside");
        Run.of("import", "--into", trace, "--name", "nested", image).ended(CommandLineInterface.FINE);
    }

    @Test
    void scanTellsTheLevelsApart() {
        JsonNode json = Run.of("vmcs", "scan", trace, "nested", "--json")
                .ended(CommandLineInterface.FINE)
                .json();
        Map<String, String> found = new HashMap<>();
        json.get("vmcs")
                .forEach(vmcs -> found.put(
                        vmcs.get("address").asText(),
                        vmcs.get("layout").asText() + " level "
                                + vmcs.get("level").asInt()));
        assertEquals(
                Map.of(
                        "0xf001000", "bochs-2 level 0",
                        "0xf0e8000", "bochs-2 level 1",
                        "0xf07d000", "kvm-vmcs12 level 1"),
                found);
        Map<String, String> others = new HashMap<>();
        json.get("otherRegions")
                .forEach(region -> others.put(
                        region.get("address").asText(), region.get("kind").asText()));
        assertEquals("vmxon", others.get("0xf023000"));
        assertEquals("vmxon", others.get("0xba0f000"));
        assertEquals("empty-vmcs", others.get("0xf0e6000"));
        assertEquals(2, json.get("hypervisors").size());
    }

    /** Every line of the debugger's host state whose name is the field's own. */
    @Test
    void showAgreesWithTheDebugger() throws IOException {
        JsonNode json = Run.of("vmcs", "show", trace, "nested", "0xf001000", "--json")
                .ended(CommandLineInterface.FINE)
                .json();
        Map<String, String> ours = new HashMap<>();
        json.get("fields")
                .forEach(field ->
                        ours.put(field.get("name").asText(), field.get("value").asText()));
        Pattern line =
                Pattern.compile("\\s*(CR[034]|FS_BASE|GS_BASE|GDTR_BASE|IDTR_BASE|TR_BASE|RSP|RIP) = (0x[0-9a-f]+)");
        boolean host = false;
        int compared = 0;
        for (String text : Files.readAllLines(debugger)) {
            host |= text.contains("HOST_STATE");
            Matcher matcher = line.matcher(text);
            if (host && matcher.matches()) {
                // The debugger prints the FS base with 32 bits only.
                String value = Objects.requireNonNull(ours.get("HOST_" + matcher.group(1)), text);
                assertTrue(value.endsWith(matcher.group(2).substring(2)), () -> text + " is not " + value);
                compared++;
            }
        }
        assertEquals(10, compared);
    }

    @Test
    void everyCheckOfTheRunningVmcsThatCanBeEvaluatedPasses() {
        JsonNode json = Run.of("vmcs", "check", trace, "nested", "0xf001000", "--json")
                .ended(CommandLineInterface.FINE)
                .json();
        assertEquals(0, json.get("failed").asInt());
        assertTrue(json.get("passed").asInt() > 80);
    }

    @Test
    void theHostsCopyOfTheGuestsVmcsIsCheckedInTheGuestsMemory() {
        JsonNode json =
                Run.of("vmcs", "check", trace, "nested", "0xf07d000", "--json").json();
        assertEquals(1, json.get("level").asInt());
        for (JsonNode check : json.get("checks")) {
            if (check.get("id").asText().equals("memory.host-rip")) {
                assertEquals("pass", check.get("result").asText());
            }
        }
    }

    @Test
    void theWholeMapOfTheGuest() {
        JsonNode json = Run.of("ept", "map", trace, "nested", "--limit", "10", "--json")
                .ended(CommandLineInterface.FINE)
                .json();
        assertEquals("0xf09805e", json.get("eptp").asText());
        assertEquals(23_621, json.at("/totals/leaves").asInt());
        assertEquals(51, json.at("/totals/tables").asInt());
        assertEquals(10, json.get("ranges").size());
        assertTrue(json.get("rangesCut").asBoolean());
    }

    @Test
    void aKernelAddressOfTheGuestIsFollowedToTheHost() {
        JsonNode json = Run.of("walk", trace, "nested", "0xffffffffc035144e", "--vmcs", "0xf001000", "--json")
                .ended(CommandLineInterface.FINE)
                .json();
        assertEquals(
                8,
                json.at("/stages/0/entries").size()
                        + json.at("/stages/1/entries").size());
        String code = json.get("hostPhysical").asText();
        JsonNode host = Run.of("walk", trace, "nested", "0xffffffffc035144e", "--cr3", "0x61b0004", "--json")
                .json();
        // host and guest run the same module: the same instructions at both ends
        String left = Run.of("read", trace, "nested", code, "64", "--raw").binary();
        String right = Run.of("read", trace, "nested", host.get("hostPhysical").asText(), "64", "--raw")
                .binary();
        assertEquals(left, right);
    }
}
