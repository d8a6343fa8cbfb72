package org.ringside.app.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.ringside.app.testing.Repository;

/** The commands on VMCBs and nested page tables, on the bundled recording of KVM on an AMD processor and its recorded truth. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class KvmAmdCommandsTest {
    @TempDir
    static @Nullable Path directory;

    private Path trace = Path.of("");
    private String vmcb = "";
    private List<String> truth = List.of();

    @BeforeAll
    void copySample() throws IOException {
        trace = Objects.requireNonNull(directory).resolve("kvm-amd.ringside");
        Files.copy(Repository.samples().resolve("kvm-amd.ringside"), trace, StandardCopyOption.REPLACE_EXISTING);
        truth = Files.readAllLines(Repository.samples().resolve("kvm-amd.truth.txt"));
        vmcb = said("QEMU vmrun");
    }

    /** The rest of the first line that begins so. */
    private String said(String beginning) {
        return truth.stream()
                .filter(line -> line.startsWith(beginning + " "))
                .findFirst()
                .orElseThrow()
                .substring(beginning.length() + 1);
    }

    private JsonNode json(int status, Object... words) throws IOException {
        return Run.of(words).ended(status).json();
    }

    @Test
    void theScanFindsTheOneThatTheEmulatorRan() throws IOException {
        JsonNode found = json(CommandLineInterface.FINE, "vmcb", "scan", trace, 1, "--json");
        assertEquals(1, found.get("vmcb").size());
        assertEquals(vmcb, found.at("/vmcb/0/address").asText());
        assertEquals(100, found.at("/vmcb/0/score").asInt());
        assertTrue(found.at("/vmcb/0/reasons").size() > 15);
        assertEquals(said("VMCB nested_cr3"), found.at("/vmcb/0/nCr3").asText());
        assertEquals(said("VMM rip"), found.at("/vmcb/0/guestRip").asText());
        assertEquals(
                said("VMCB host_save_area"),
                found.at("/hostSaveAreas/0/address").asText());
        assertEquals(0, found.get("runnersUp").size());
        String text = Run.of("vmcb", "scan", trace, 1, "--reasons")
                .ended(CommandLineInterface.FINE)
                .out();
        assertTrue(text.contains("+4 VMRUN is intercepted"), text);
    }

    @Test
    void showSaysWhatEveryFieldMeans() throws IOException {
        JsonNode shown = json(CommandLineInterface.FINE, "vmcb", "show", trace, 1, vmcb, "--json", "--structures");
        JsonNode exit = field(shown, "exitcode");
        assertEquals(said("VMCB exit_code"), exit.get("value").asText());
        assertTrue(exit.get("meaning").asText().startsWith("VMEXIT_"), exit.toString());
        assertEquals("0x070", exit.get("offset").asText());
        assertEquals(
                "AMD64 APM vol. 2, table B-1, offset 070h",
                exit.get("reference").asText());
        JsonNode vector = field(shown, "intercept-vector-4").get("bits").get(0);
        assertEquals("VMRUN", vector.get("name").asText());
        assertEquals("0x1", vector.get("value").asText());
        assertEquals(2, shown.get("structures").size());
        assertTrue(field(shown, "lbr-stack").has("elements"));
        JsonNode only = json(CommandLineInterface.FINE, "vmcb", "show", trace, 1, "--group", "injection", "--json");
        assertEquals(1, only.get("fields").size());
        Run.of("vmcb", "show", trace, 1, "--group", "nothing").ended(CommandLineInterface.ERROR);
        String text = Run.of("vmcb", "show", trace, 1, "--search", "cpuid", "--bits")
                .ended(CommandLineInterface.FINE)
                .out();
        assertTrue(text.contains("intercept-vector-3"), text);
    }

    private static JsonNode field(JsonNode shown, String name) {
        for (JsonNode field : shown.get("fields")) {
            if (field.get("name").asText().equals(name)) {
                return field;
            }
        }
        throw new AssertionError("no field " + name);
    }

    @Test
    void everyCheckPassesWithTheHostsRegisters() throws IOException {
        JsonNode checked = json(CommandLineInterface.FINE, "vmcb", "check", trace, 1, "--json");
        assertEquals(0, checked.get("failed").asInt());
        assertEquals(0, checked.get("notEvaluable").asInt());
        assertEquals("pass", checked.at("/checks/0/result").asText());
        assertEquals("15.5.1", checked.at("/checks/0/section").asText());
        assertEquals(checked.get("passed").asInt(), checked.get("checks").size());
    }

    @Test
    void aPageThatIsNoVmcbFailsTheChecks() throws IOException {
        JsonNode checked =
                json(CommandLineInterface.FOUND, "vmcb", "check", trace, 1, said("VMCB nested_cr3"), "--json");
        assertTrue(checked.get("failed").asInt() > 2);
    }

    @Test
    void theMapLeadsWhereTheHostsKernelKeepsTheGuest() throws IOException {
        JsonNode map = json(CommandLineInterface.FINE, "npt", "map", trace, 1, "--json");
        assertEquals(said("VMCB nested_cr3"), map.get("nCr3").asText());
        assertEquals(5, map.get("levels").asInt());
        assertTrue(map.get("complete").asBoolean());
        assertEquals(0, map.get("findings").size());
        String[] page = said("VMM page").split(" ", -1);
        assertEquals(page[0], map.at("/ranges/0/start").asText());
        assertEquals(page[1], map.at("/ranges/0/target").asText());
        JsonNode other = json(
                CommandLineInterface.FINE,
                "npt",
                "map",
                trace,
                1,
                "--ncr3",
                said("VMCB nested_cr3"),
                "--limit",
                1,
                "--json");
        assertEquals(map.get("totals"), other.get("totals"));
        assertTrue(other.get("rangesCut").asBoolean());
    }

    @Test
    void walksSayWhatAnAccessDoes() throws IOException {
        JsonNode fault = json(
                CommandLineInterface.FOUND,
                "npt",
                "walk",
                trace,
                1,
                "0x7fff0000000",
                "--access",
                "w",
                "--user",
                "--json");
        assertEquals("nested-page-fault", fault.at("/outcome/result").asText());
        assertEquals("0x100000006", fault.at("/outcome/exitInfo1").asText());
        assertEquals("0x7fff0000000", fault.at("/outcome/exitInfo2").asText());
        String[] linear = said("VMM linear").split(" ", -1);
        JsonNode walked = json(
                CommandLineInterface.FINE, "npt", "walk", trace, 1, linear[0], "--virtual", "--access", "x", "--json");
        assertEquals(2, walked.get("stages").size());
        assertEquals(linear[1], walked.at("/stages/0/output").asText());
        assertEquals("allowed", walked.at("/outcome/result").asText());
        assertEquals(walked.get("hostPhysical"), walked.at("/outcome/target"));
        String text = Run.of("npt", "walk", trace, 1, linear[1])
                .ended(CommandLineInterface.FINE)
                .out();
        assertTrue(text.contains("nPTE"), text);
    }

    @Test
    void whatCannotBeIsRefusedInWords() throws IOException {
        Run.of("npt", "map", trace, 1, "--levels", 3).ended(CommandLineInterface.ERROR);
        Run.of("npt", "walk", trace, 1, "0x1000", "--virtual", "--ncr3", "0x1000")
                .ended(CommandLineInterface.ERROR);
        Run.of("npt", "walk", trace, 1, "0x1000", "--access", "q").ended(CommandLineInterface.ERROR);
        Run.of("vmcb", "show", trace, 1, "0xfffff000").ended(CommandLineInterface.ERROR);
        Run.of("npt", "map", trace, 1, "--vmcb", said("VMCB nested_cr3")).ended(CommandLineInterface.ERROR);
    }
}
