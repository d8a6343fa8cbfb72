package org.ringside.app.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * What must be found in the recording of a corrupted driver, whichever way it is kept: the whole memory imported, or the bundled sample.
 * The driver patched the first bytes of {@code __x64_sys_getppid} and the {@code getuid} slot of {@code sys_call_table}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class CorruptedDriverContract {
    private static final String PATCHED_TEXT = "0x10be3a0";
    private static final String PATCHED_SLOT = "0x2000690";

    /**
     * Where two recordings of the same corruption differ.
     *
     * @param cr3 CR3 of both moments
     * @param rootTable the VT-d unit's root table
     * @param contextTable the context table of bus 0
     * @param hook the slot after the corruption, as it lies in memory: an address in the module
     * @param changedPages pages that differ
     */
    record Truth(String cr3, String rootTable, String contextTable, String hook, long changedPages) {}

    abstract Truth truth();

    /** The trace to look into. */
    abstract Path trace() throws IOException;

    /** Options that name the symbols, if the trace does not bring its own. */
    abstract List<Object> symbols();

    private Run run(String command, Object... arguments) throws IOException {
        List<Object> words = new ArrayList<>(List.of(command, trace()));
        words.addAll(List.of(arguments));
        return Run.of(words.toArray());
    }

    private Run runWithSymbols(String command, Object... arguments) throws IOException {
        List<Object> words = new ArrayList<>(List.of(arguments));
        words.addAll(symbols());
        return run(command, words.toArray());
    }

    private static List<JsonNode> list(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).toList();
    }

    private static JsonNode only(JsonNode array, String field, String value) {
        List<JsonNode> found = list(array).stream()
                .filter(item -> item.path(field).asText().equals(value))
                .toList();
        assertEquals(1, found.size(), () -> field + " = " + value + " in " + array);
        return found.getFirst();
    }

    @Test
    void infoNamesBothMoments() throws IOException {
        JsonNode info = run("info", "--json").ended(CommandLineInterface.FINE).json();
        List<String> names = list(info.get("snapshots")).stream()
                .map(s -> s.get("name").asText())
                .toList();
        assertEquals(List.of("before", "after"), names);
        JsonNode before = info.get("snapshots").get(0);
        assertEquals(truth().cr3(), before.at("/cpus/0/registers/cr3").asText());
        assertEquals("0x751ef0", before.at("/cpus/0/registers/cr4").asText());
        assertEquals("0xfed90000", before.at("/devices/0/base").asText());
        assertTrue(before.at("/time/nanoseconds").isIntegralNumber());
        assertTrue(before.at("/time/iso8601").asText().endsWith("Z"));
        assertEquals(64, before.get("root").asText().length());
    }

    @Test
    void bothPatchedPlacesAreInTheDiffWithTheirBytes() throws IOException {
        JsonNode diff = runWithSymbols("diff", "before", "after", "--bytes", "--json")
                .ended(CommandLineInterface.FOUND)
                .json();
        assertEquals(truth().changedPages(), diff.get("changedPages").asLong());
        JsonNode text = only(diff.get("pages"), "address", "0x10be000");
        assertEquals("code", text.get("useBefore").asText());
        assertEquals("code", text.get("useAfter").asText());
        JsonNode patch = only(text.get("changes"), "address", PATCHED_TEXT);
        assertEquals("0f1f44000053", patch.get("before").asText());
        assertEquals("b837130000c3", patch.get("after").asText());
        assertEquals("0xffffffff810be3a0", patch.get("virtual").asText());
        assertEquals("__x64_sys_getppid", patch.get("symbol").asText());
        JsonNode table = only(diff.get("pages"), "address", "0x2000000");
        assertEquals("read-only-data", table.get("useBefore").asText());
        JsonNode slot = only(table.get("changes"), "address", PATCHED_SLOT);
        assertEquals("sys_call_table+0x330", slot.get("symbol").asText());
        assertTrue("e0e30b81ffffffff".startsWith(slot.get("before").asText()), slot::toString);
        assertTrue(truth().hook().startsWith(slot.get("after").asText()), slot::toString);
    }

    @Test
    void ofTheProtectedPagesOnlyTheTwoPatchedOnesChanged() throws IOException {
        JsonNode diff = run("diff", "before", "after", "--protected", "--json")
                .ended(CommandLineInterface.FOUND)
                .json();
        List<String> pages = list(diff.get("pages")).stream()
                .map(p -> p.get("address").asText())
                .toList();
        assertEquals(List.of("0x10be000", "0x2000000"), pages);
    }

    @Test
    void aSnapshotDoesNotDifferFromItself() throws IOException {
        JsonNode diff = run("diff", "after", "after", "--json")
                .ended(CommandLineInterface.FINE)
                .json();
        assertEquals(0, diff.get("runs").size());
    }

    @Test
    void theSystemCallTableSlotIsRedirected() throws IOException {
        assertEquals("e0e30b81ffffffff", bytes("before", PATCHED_SLOT, 8));
        assertEquals(truth().hook(), bytes("after", PATCHED_SLOT, 8));
        assertEquals("e0e30b81ffffffff", bytes("before", "0xffffffff82000690", 8, "--virtual"));
    }

    private String bytes(String snapshot, String address, int length, Object... options) throws IOException {
        List<Object> words = new ArrayList<>(List.of(snapshot, address, length, "--json"));
        words.addAll(List.of(options));
        JsonNode read =
                run("read", words.toArray()).ended(CommandLineInterface.FINE).json();
        assertEquals(1, read.get("pieces").size());
        return read.at("/pieces/0/bytes").asText();
    }

    @Test
    void getppidIsAnEmptyFunctionBeforeAndReturnsAConstantAfter() throws IOException {
        List<String> before = instructions("before");
        assertEquals("nop dword ptr [rax + rax]", before.get(0));
        assertEquals("push rbx", before.get(1));
        assertEquals(List.of("mov eax, 0x1337", "ret"), instructions("after").subList(0, 2));
    }

    private List<String> instructions(String snapshot) throws IOException {
        JsonNode physical = run("disasm", snapshot, PATCHED_TEXT, 3, "--json")
                .ended(CommandLineInterface.FINE)
                .json();
        JsonNode named = runWithSymbols("disasm", snapshot, "__x64_sys_getppid", 3, "--json")
                .ended(CommandLineInterface.FINE)
                .json();
        assertEquals("0xffffffff810be3a0", named.at("/instructions/0/address").asText());
        assertEquals(PATCHED_TEXT, named.at("/instructions/0/physical").asText());
        List<String> texts = texts(physical);
        assertEquals(texts.subList(0, 2), texts(named).subList(0, 2), "calls lead elsewhere, all else is the same");
        return texts;
    }

    private static List<String> texts(JsonNode document) {
        return list(document.get("instructions")).stream()
                .map(instruction -> instruction.get("text").asText())
                .toList();
    }

    @Test
    void theNineFunctionsOfBusZeroAndTheirDomainsAreDecoded() throws IOException {
        JsonNode unit = run("vtd", "before", "--unit", "0xfed90000", "--json")
                .ended(CommandLineInterface.FINE)
                .json()
                .at("/units/0");
        assertEquals(truth().rootTable(), unit.get("root").asText());
        assertEquals(truth().contextTable(), unit.at("/buses/0/contextTable").asText());
        assertEquals(truth().rootTable(), unit.at("/registers/RTADDR_REG").asText());
        assertEquals(9, unit.get("devices").size());
        assertTrue(list(unit.get("devices")).stream()
                .allMatch(device -> device.get("source").asText().startsWith("00:")));
        List<Integer> sharing = list(unit.get("domains")).stream()
                .map(d -> d.get("devices").size())
                .toList();
        assertEquals(9, sharing.stream().mapToInt(Integer::intValue).sum());
        assertTrue(sharing.contains(3), () -> "three functions share one domain: " + sharing);
        for (JsonNode domain : unit.get("domains")) {
            assertTrue(domain.get("complete").asBoolean(), domain::toString);
        }
    }

    @Test
    void theSameTablesAreFoundByTheirRoot() throws IOException {
        JsonNode unit = run("vtd", "before", "--root", truth().rootTable(), "--json")
                .ended(CommandLineInterface.FINE)
                .json()
                .at("/units/0");
        assertEquals(9, unit.get("devices").size());
        assertFalse(unit.has("registers"));
    }

    @Test
    void noDeviceReachesThePatchedPageButOneReachesWhatItIsMappedTo() throws IOException {
        JsonNode none = run("vtd", "before", "--writers", "0x10be000", "--json")
                .ended(CommandLineInterface.FINE)
                .json();
        assertEquals(0, none.at("/units/0/writers/reaches").size());
        JsonNode unit = none.at("/units/0");
        String target = list(unit.get("devices")).stream()
                .flatMap(device -> list(device.get("mappings")).stream())
                .filter(mapping -> mapping.get("rights").asText().contains("w"))
                .findFirst()
                .orElseThrow()
                .get("target")
                .asText();
        JsonNode some = run("vtd", "before", "--writers", target, "--json")
                .ended(CommandLineInterface.FOUND)
                .json();
        assertTrue(some.at("/units/0/writers/reaches").size() > 0);
    }

    @Test
    void oneAlarmLeadsToBothPlaces() throws IOException {
        JsonNode alarms =
                run("alarms", "--json").ended(CommandLineInterface.FOUND).json();
        assertEquals(1, alarms.get("alarms").size());
        JsonNode alarm = alarms.at("/alarms/0");
        assertEquals("critical", alarm.get("severity").asText());
        assertEquals("after", alarm.at("/snapshot/name").asText());
        assertEquals(
                "Write-protected kernel memory changed: __x64_sys_getppid, sys_call_table+0x330",
                alarm.get("title").asText());
        List<String> physical = list(alarm.get("evidence")).stream()
                .filter(link -> link.get("space").asText().equals("physical"))
                .map(link -> link.get("address").asText())
                .toList();
        assertEquals(List.of(PATCHED_TEXT, PATCHED_SLOT), physical);
        assertEquals("before", alarm.at("/evidence/0/baseline/name").asText());
    }

    @Test
    void theCheckNamesBothPlaces() throws IOException {
        JsonNode check = runWithSymbols("check", "before", "after", "--json")
                .ended(CommandLineInterface.FOUND)
                .json()
                .at("/checks/0");
        assertEquals("violated", check.get("result").asText());
        assertEquals(2, check.get("violations").size());
        assertEquals(PATCHED_TEXT, check.at("/violations/0/physical").asText());
        assertEquals("e0e30b81ffffffff", check.at("/violations/1/before").asText());
        assertEquals(truth().hook(), check.at("/violations/1/after").asText());
        JsonNode same = run("check", "after", "after", "--json")
                .ended(CommandLineInterface.FINE)
                .json();
        assertEquals("intact", same.at("/checks/0/result").asText());
    }

    @Test
    void theCustodyLogIsWhole() throws IOException {
        JsonNode custody =
                run("custody", "--json").ended(CommandLineInterface.FINE).json();
        assertEquals(0, custody.get("problems").size());
        assertTrue(custody.get("entries").size() >= 2);
    }

    @Test
    void whatWasNotCapturedIsSaidAndNeverZero() throws IOException {
        Run read = run("read", "after", "0x7fffff000", 16);
        assertTrue(read.error().contains("not captured"), read::err);
        assertFalse(read.out().contains(" 00 "), read::out);
    }

    @Test
    void everyTextFormWorks() throws IOException {
        assertTrue(runWithSymbols("diff", "before", "after", "--protected", "--bytes")
                .ended(CommandLineInterface.FOUND)
                .out()
                .contains("b837130000c3"));
        assertTrue(run("info").ended(CommandLineInterface.FINE).out().contains("CR3 " + truth().cr3()));
        assertTrue(run("vtd", "before").ended(CommandLineInterface.FINE).out().contains("00:01.0"));
        assertTrue(run("alarms").ended(CommandLineInterface.FOUND).out().contains("__x64_sys_getppid"));
        assertTrue(run("custody").ended(CommandLineInterface.FINE).out().contains("intact"));
        assertTrue(runWithSymbols("disasm", "after", "__x64_sys_getppid", 2)
                .ended(CommandLineInterface.FINE)
                .out()
                .contains("mov eax, 0x1337"));
    }
}
