package org.ringside.app.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ringside.decoder.vmcs.VmcsField;

/** The commands on VMCSs, extended page tables and walks, on a small memory made for them. */
final class VmxCommandsTest {
    @TempDir
    private Path directory = Path.of("");

    private Path trace = Path.of("");

    @BeforeEach
    void importTwoMoments() throws IOException {
        trace = directory.resolve("t.ringside");
        Path before = new SmallGuest().write(directory.resolve("before.bin"));
        Path after = new SmallGuest()
                .set(VmcsField.GUEST_CR3, 0x9000)
                .set(VmcsField.HOST_CR4, 0x6b0)
                .write(directory.resolve("after.bin"));
        Run.of(
                        "import",
                        "--into",
                        trace,
                        "--no-check",
                        "--name",
                        "before",
                        "--time",
                        "2026-01-01T00:00:00Z",
                        "--name",
                        "after",
                        "--time",
                        "2026-01-01T00:00:01Z",
                        before,
                        after)
                .ended(CommandLineInterface.FINE);
    }

    private static JsonNode named(JsonNode array, String field, String value) {
        return StreamSupport.stream(array.spliterator(), false)
                .filter(item -> item.get(field).asText().equals(value))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + value + " in " + array));
    }

    @Test
    void scanFindsTheVmcsAndTheHypervisorBehindIt() {
        JsonNode json = Run.of("vmcs", "scan", trace, "before", "--json")
                .ended(CommandLineInterface.FINE)
                .json();
        JsonNode vmcs = json.at("/vmcs/0");
        assertEquals(1, json.get("vmcs").size());
        assertEquals("0x5000", vmcs.get("address").asText());
        assertEquals("bochs-2", vmcs.get("layout").asText());
        assertEquals("VMCS01", vmcs.get("role").asText());
        assertEquals(0, vmcs.get("level").asInt());
        assertTrue(vmcs.get("launched").asBoolean());
        assertEquals("0x2001e", vmcs.get("eptp").asText());
        assertEquals("0x10000", vmcs.get("hostCr3").asText());
        assertEquals("0x400123", vmcs.get("hostRip").asText());
        assertTrue(vmcs.get("score").asInt() > 90, vmcs::toString);
        assertTrue(vmcs.get("reasons").size() > 10);
        assertEquals(11, vmcs.get("runnersUp").size());
        assertEquals("0x15123", json.at("/hypervisors/0/physical").asText());
        assertEquals("kvm_intel", json.at("/hypervisors/0/code/marks/0/text").asText());
        assertEquals(2, json.get("memories").size());
        String text = Run.of("vmcs", "scan", trace, "before", "--reasons")
                .ended(CommandLineInterface.FINE)
                .out();
        assertTrue(text.contains("VMCS01"), text);
        assertTrue(text.contains("host CR3 maps host RIP"), text);
    }

    @Test
    void showHasEveryFieldWithItsBits() {
        JsonNode json = Run.of("vmcs", "show", trace, "before", "0x5000", "--json")
                .ended(CommandLineInterface.FINE)
                .json();
        assertEquals("bochs-2", json.get("layout").asText());
        JsonNode entry = named(json.get("fields"), "name", "VM_ENTRY_CONTROLS");
        assertEquals("0x13ff", entry.get("value").asText());
        assertEquals("0x4012", entry.get("encoding").asText());
        assertTrue(entry.get("bits").size() > 10);
        assertTrue(json.get("fields").size() > 150);
        JsonNode host = Run.of("vmcs", "show", trace, "before", "0x5000", "--group", "host", "--search", "cr", "--json")
                .json();
        assertEquals(
                List.of("HOST_CR0", "HOST_CR3", "HOST_CR4"),
                StreamSupport.stream(host.get("fields").spliterator(), false)
                        .map(field -> field.get("name").asText())
                        .filter(name -> name.startsWith("HOST_CR"))
                        .toList());
        JsonNode all = Run.of("vmcs", "show", trace, "before", "0x5000", "--layout", "penryn", "--all", "--json")
                .json();
        assertEquals("penryn", all.get("layout").asText());
        assertTrue(named(all.get("fields"), "name", "GUEST_CS_ACCESS_RIGHTS").has("missing"));
        Run.of("vmcs", "show", trace, "before", "0x5000", "--structures", "--bits")
                .ended(CommandLineInterface.FINE);
    }

    @Test
    void checkSaysWhatFailsAndWhere() {
        JsonNode json = Run.of("vmcs", "check", trace, "after", "0x5000", "--json")
                .ended(CommandLineInterface.FOUND)
                .json();
        JsonNode vmxe = StreamSupport.stream(json.get("checks").spliterator(), false)
                .filter(check -> check.get("result").asText().equals("fail")
                        && check.get("rule").asText().contains("VMXE"))
                .findFirst()
                .orElseThrow();
        assertEquals("vm-entry", vmxe.get("kind").asText());
        assertTrue(vmxe.get("section").asText().startsWith("27."), vmxe::toString);
        assertTrue(json.get("notEvaluable").asInt() > 0);
        for (JsonNode check : json.get("checks")) {
            assertTrue(
                    List.of("pass", "fail", "not-evaluable")
                            .contains(check.get("result").asText()),
                    check::toString);
        }
        String failed = Run.of("vmcs", "check", trace, "after", "0x5000", "--failed")
                .ended(CommandLineInterface.FOUND)
                .out();
        assertFalse(failed.contains("pass "), failed);
    }

    @Test
    void capabilitiesFromATextMakeChecksEvaluable() throws IOException {
        int open = Run.of("vmcs", "check", trace, "before", "0x5000", "--json")
                .json()
                .get("notEvaluable")
                .asInt();
        Path msrs = Files.writeString(directory.resolve("msrs.txt"), """
                address sizes : 46 bits physical, 48 bits virtual
                0x480 0x00da04000000002b
                0x481 0x0000007f00000016
                0x486 0x80000021
                0x487 0xffffffff
                0x488 0x2000
                0x489 0x3767ff
                0x48b 0x00057cff00000000
                0x48c 0x00000f0106334141
                0x48d 0x0000007f00000016
                0x48e 0xfff9fffe04006172
                0x48f 0x007fffff00036dfb
                0x490 0x0000ffff000011fb
                0x491 0x1
                """);
        Run run = Run.of("vmcs", "check", trace, "before", "0x5000", "--capabilities", msrs, "--json");
        JsonNode json = run.json();
        assertEquals(13, json.at("/capabilities/msrs").asInt());
        assertTrue(json.get("notEvaluable").asInt() < open, json::toString);
        JsonNode pin = named(json.get("checks"), "id", "controls.pin");
        assertEquals(
                "not-evaluable",
                named(
                                Run.of("vmcs", "check", trace, "before", "0x5000", "--json")
                                        .json()
                                        .get("checks"),
                                "id",
                                "controls.pin")
                        .get("result")
                        .asText());
        assertTrue(List.of("pass", "fail").contains(pin.get("result").asText()), pin::toString);
        Path nothing = Files.writeString(directory.resolve("nothing.txt"), "no registers here\n");
        assertTrue(Run.of("vmcs", "check", trace, "before", "0x5000", "--capabilities", nothing)
                .error()
                .contains("no VMX capability MSR"));
    }

    @Test
    void diffExplainsTwoTimes() {
        JsonNode json = Run.of("vmcs", "diff", trace, "before", "0x5000", "after", "0x5000", "--json")
                .ended(CommandLineInterface.FOUND)
                .json();
        assertEquals(2, json.get("changed").asInt());
        assertEquals(
                "\"VMXE\" cleared",
                named(json.get("differences"), "name", "HOST_CR4")
                        .at("/changes/0")
                        .asText());
        assertEquals(
                "0x9000",
                named(json.get("differences"), "name", "GUEST_CR3")
                        .at("/right/value")
                        .asText());
        Run.of("vmcs", "diff", trace, "before", "0x5000", "0x5000").ended(CommandLineInterface.FINE);
        assertTrue(Run.of("vmcs", "diff", trace, "before", "0x5000", "after")
                .error()
                .contains("ADDRESS"));
    }

    @Test
    void discoverFindsThePlacesAndItsLayoutCanBeUsed() throws IOException {
        Path first = Files.write(directory.resolve("1.page"), new SmallGuest().region());
        Path firstFields = Files.writeString(
                directory.resolve("1.txt"), "# from VMREAD\nGUEST_RIP 0x600010\nHOST_RIP = 0x400123\n0x6802: 0x1000\n");
        Path second = Files.write(
                directory.resolve("2.page"),
                new SmallGuest()
                        .set(VmcsField.GUEST_RIP, 0xffffffff81001234L)
                        .set(VmcsField.HOST_RIP, 0xffffffffc0301111L)
                        .set(VmcsField.GUEST_CR3, 0x12345000L)
                        .region());
        Path secondFields = Files.writeString(
                directory.resolve("2.txt"),
                "GUEST_RIP 0xffffffff81001234\nHOST_RIP 0xffffffffc0301111\nGUEST_CR3 0x12345000\n");
        Path out = directory.resolve("mine.vmcs");
        JsonNode json = Run.of(
                        "vmcs",
                        "discover",
                        first,
                        firstFields,
                        second,
                        secondFields,
                        "--id",
                        "mine",
                        "--out",
                        out,
                        "--json")
                .ended(CommandLineInterface.FINE)
                .json();
        JsonNode rip = named(json.get("places"), "name", "GUEST_RIP");
        assertEquals(1, rip.get("candidates").asInt());
        assertEquals(3, json.at("/layout/fields").asInt());
        JsonNode shown = Run.of("vmcs", "show", trace, "before", "0x5000", "--layout-file", out, "--json")
                .ended(CommandLineInterface.FINE)
                .json();
        assertEquals("mine", shown.get("layout").asText());
        assertEquals(
                "0x600010",
                named(shown.get("fields"), "name", "GUEST_RIP").get("value").asText());
        assertTrue(Run.of("vmcs", "discover", firstFields, first).error().contains("4096"));
    }

    @Test
    void layoutsSayHowTheyWereVerified() {
        JsonNode json = Run.of("vmcs", "layouts", "--json")
                .ended(CommandLineInterface.FINE)
                .json();
        JsonNode kvm = named(json.get("layouts"), "layout", "kvm-vmcs12");
        assertEquals("hypervisor", kvm.get("keeper").asText());
        assertTrue(kvm.get("verified").asText().startsWith("real image"));
        assertEquals("0x11e57ed0", kvm.at("/revisions/0").asText());
        assertTrue(Run.of("vmcs", "layouts").out().contains("verified:"));
    }

    @Test
    void eptMapHasRangesRightsAndFindings() {
        for (List<Object> which :
                List.of(List.<Object>of("--eptp", "0x2001e"), List.<Object>of("--vmcs", "0x5000"), List.of())) {
            Object[] arguments = Stream.concat(Stream.of("ept", "map", trace, "before", "--json"), which.stream())
                    .toArray();
            JsonNode json = Run.of(arguments).ended(CommandLineInterface.FINE).json();
            assertEquals(10, json.at("/totals/leaves").asInt());
            assertEquals(0xa000, json.at("/totals/mappedBytes").asInt());
            assertEquals(0x1000, json.at("/totals/bytesByRights/r-x").asInt());
            assertEquals(3, json.get("ranges").size());
            assertEquals("0x40000", json.at("/ranges/0/target").asText());
            assertEquals("WB", json.at("/ranges/0/memoryType").asText());
            assertFalse(json.at("/ranges/1/write").asBoolean());
            assertEquals(1, json.get("findings").size());
        }
        assertTrue(Run.of("ept", "map", trace, "before", "--eptp", "0x20000")
                .error()
                .contains("0x101e"));
    }

    @Test
    void eptWalkPredictsTheExit() {
        JsonNode allowed = Run.of("ept", "walk", trace, "before", "0x5010", "--access", "x", "--json")
                .ended(CommandLineInterface.FINE)
                .json();
        assertEquals("allowed", allowed.at("/outcome/result").asText());
        assertEquals("0x45010", allowed.get("output").asText());
        assertEquals(4, allowed.get("entries").size());
        assertEquals("0x23028", allowed.at("/entries/3/address").asText());
        JsonNode write = Run.of("ept", "walk", trace, "before", "0x6000", "--access", "w", "--json")
                .ended(CommandLineInterface.FOUND)
                .json();
        assertEquals("violation", write.at("/outcome/result").asText());
        assertEquals(48, write.at("/outcome/exitReason").asInt());
        // write, page is readable and executable, linear address, its translation
        assertEquals("0x1aa", write.at("/outcome/qualification").asText());
        JsonNode wrong = Run.of("ept", "walk", trace, "before", "0xc000", "--json")
                .ended(CommandLineInterface.FOUND)
                .json();
        assertEquals("misconfiguration", wrong.at("/outcome/result").asText());
        assertEquals(49, wrong.at("/outcome/exitReason").asInt());
        assertTrue(Run.of("ept", "walk", trace, "before", "0x0", "--access", "q")
                .error()
                .contains("r, w or x"));
    }

    @Test
    void walkGoesThroughEveryLevel() {
        JsonNode guest = Run.of("walk", trace, "before", "0x600010", "--vmcs", "0x5000", "--json")
                .ended(CommandLineInterface.FINE)
                .json();
        assertEquals(2, guest.get("stages").size());
        assertEquals("0x45010", guest.get("hostPhysical").asText());
        assertEquals("0x1000", guest.at("/stages/0/entries/0/address").asText());
        assertEquals("0x41000", guest.at("/stages/0/entries/0/hostAddress").asText());
        JsonNode host = Run.of("walk", trace, "before", "0x400123", "--vmcs", "0x5000", "--host", "--json")
                .json();
        assertEquals("0x15123", host.get("hostPhysical").asText());
        JsonNode byRoot = Run.of("walk", trace, "before", "0x400123", "--cr3", "0x10000", "--json")
                .json();
        assertEquals("0x15123", byRoot.get("hostPhysical").asText());
        JsonNode lost = Run.of("walk", trace, "before", "0x7000000", "--vmcs", "0x5000", "--json")
                .json();
        assertEquals("not-present", lost.at("/stages/0/stop").asText());
        assertTrue(lost.has("missing"));
        JsonNode physical = Run.of("walk", trace, "before", "0x5010", "--physical", "--vmcs", "0x5000", "--json")
                .json();
        assertEquals("0x45010", physical.get("hostPhysical").asText());
        assertTrue(Run.of("walk", trace, "before", "0x400123").error().contains("--cr3"));
    }

    @Test
    void theReverseOfAWalkListsEveryWay() {
        JsonNode json = Run.of("walk", trace, "before", "--reverse", "0x45678", "--vmcs", "0x5000", "--json")
                .ended(CommandLineInterface.FINE)
                .json();
        assertEquals("0x45000", json.get("page").asText());
        assertEquals(
                "0x5000",
                named(json.get("mappings"), "kind", "physical").get("address").asText());
        assertEquals(
                "0x600000",
                named(json.get("mappings"), "kind", "virtual").get("address").asText());
        assertTrue(json.get("complete").asBoolean());
    }

    @Test
    void aKernelLogTakesThePlaceOfASnapshot() throws IOException {
        Path log = Files.writeString(directory.resolve("dmesg.txt"), """
                [   12.345678] kvm_intel: VMCS 0000000012345678, last attempted VM-entry on CPU 1
                [   12.345679] *** Guest State ***
                [   12.345680] CR0: actual=0x0000000080050033, shadow=0x0000000060000010, gh_mask=fffffffffffffff7
                [   12.345681] CR4: actual=0x0000000000000020, shadow=0x0000000000000000, gh_mask=fffffffffffff871
                [   12.345682] CR3 = 0x0000000001ff4005
                [   12.345683] RSP = 0xffffc90000633a90  RIP = 0xffffffff81001234
                [   12.345684] RFLAGS=0x00000002         DR7 = 0x0000000000000400
                [   12.345685] CS:   sel=0x0010, attr=0x0a09b, limit=0xffffffff, base=0x0000000000000000
                [   12.345686] *** Host State ***
                [   12.345687] CR0=0000000080050033 CR3=00000000061b0004 CR4=00000000001726f0
                [   12.345688] *** Control State ***
                [   12.345689] CPUBased=0xb5a06dfa SecondaryExec=0x000074ef TertiaryExec=0x0000000000000000
                [   12.345690] PinBased=0x0000007f EntryControls=000053ff ExitControls=000befff
                [   12.345691] EPT pointer = 0x000000000f09805e
                """);
        JsonNode json = Run.of("vmcs", "show", "--dump", log, "--json")
                .ended(CommandLineInterface.FINE)
                .json();
        assertEquals(
                "0xf09805e",
                named(json.get("fields"), "name", "EPT_POINTER").get("value").asText());
        JsonNode check = Run.of("vmcs", "check", "--dump", log, "--json")
                .ended(CommandLineInterface.FOUND)
                .json();
        assertTrue(
                StreamSupport.stream(check.get("checks").spliterator(), false)
                        .anyMatch(one -> one.get("id").asText().equals("guest.cr4.vmxe")
                                && one.get("result").asText().equals("fail")),
                "guest CR4 lacks VMXE");
        assertTrue(Run.of("vmcs", "show", "--dump", directory.resolve("before.bin"))
                .error()
                .contains("no VMCS"));
    }

    @Test
    void everyMistakeIsOneLine() {
        assertTrue(Run.of("vmcs", "show", trace, "before").error().contains("ADDRESS"));
        assertTrue(Run.of("vmcs", "show", trace, "before", "0x5000", "--layout", "no")
                .error()
                .contains("haswell"));
        assertTrue(Run.of("vmcs", "show", trace, "before", "0x3000").error().contains("vmcs scan"));
        assertTrue(Run.of("vmcs", "show", trace, "before", "0x90000000").error().contains("not captured"));
        assertTrue(Run.of("vmcs", "show", trace, "before", "0x5000", "--group", "x")
                .error()
                .contains("read-only"));
        assertTrue(Run.of("walk", trace, "before", "0x0", "--vmcs", "L3:0x5000")
                .error()
                .contains("level 3"));
        assertTrue(Run.of("ept").error().contains("ept"));
    }
}
