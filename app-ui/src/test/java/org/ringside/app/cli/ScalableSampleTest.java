package org.ringside.app.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.ringside.app.testing.Repository;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.vtd.DmaWalk;
import org.ringside.decoder.vtd.RemappingUnit;
import org.ringside.decoder.vtd.RequesterId;
import org.ringside.trace.MachineState;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.Trace;
import org.ringside.trace.TraceFile;

/** The bundled recording of a unit in scalable mode, against what the emulator and the guest said of it at that moment. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ScalableSampleTest {
    private static final long MOST_BYTES = 3L << 20;

    @TempDir
    static @Nullable Path directory;

    private Path copy = Path.of("");
    private final Map<String, List<List<String>>> truth = new TreeMap<>();

    @BeforeAll
    void readTruth() throws IOException {
        Path sample = Repository.samples().resolve("scalable-vtd.ringside");
        copy = Objects.requireNonNull(directory).resolve("scalable-vtd.ringside");
        Files.copy(sample, copy, StandardCopyOption.REPLACE_EXISTING);
        for (String line : Files.readAllLines(sample.resolveSibling("scalable-vtd.truth.txt"))) {
            if (!line.startsWith("#")) {
                List<String> words = List.of(line.split(" ", -1));
                truth.computeIfAbsent(words.getFirst(), key -> new ArrayList<>())
                        .add(words.subList(1, words.size()));
            }
        }
        assertTrue(Files.size(sample) <= MOST_BYTES);
    }

    private List<List<String>> facts(String name) {
        List<List<String>> facts = truth.getOrDefault(name, List.of());
        assertTrue(!facts.isEmpty(), name);
        return facts;
    }

    private String fact(String name) {
        return facts(name).getFirst().getFirst();
    }

    private JsonNode vtd(String... options) {
        List<Object> arguments = new ArrayList<>(List.of("vtd", copy, "running", "--json"));
        arguments.addAll(List.of(options));
        return Run.of(arguments.toArray()).ended(CommandLineInterface.FINE).json();
    }

    @Test
    void firmwareTableIsTheOneThatTheKernelFound() {
        JsonNode dmar = vtd("--dmar").get("dmar");
        assertEquals(fact("guest.dmar"), dmar.get("address").asText());
        assertEquals(
                Integer.parseInt(facts("guest.dmar").getFirst().get(1).substring(2), 16),
                dmar.get("length").asInt());
        assertEquals(
                fact("guest.host-address-width"), dmar.get("hostAddressWidth").asText());
        assertEquals(fact("guest.drhd"), dmar.at("/structures/0/base").asText());
        TreeSet<String> named = new TreeSet<>();
        dmar.at("/structures/0/devices")
                .forEach(scope -> named.add(scope.get("source").asText()));
        facts("qemu.device").forEach(device -> assertTrue(named.contains(device.getFirst()), device::toString));
    }

    @Test
    void devicesAndDomainsAreThoseOfTheGuest() {
        JsonNode unit = vtd().at("/units/0");
        assertEquals("scalable mode", unit.get("mode").asText());
        assertEquals(fact("qemu.root"), unit.get("root").asText());
        assertEquals("0x" + fact("guest.cap"), unit.at("/registers/CAP_REG").asText());
        assertEquals("0x" + fact("guest.ecap"), unit.at("/registers/ECAP_REG").asText());
        Map<String, String> domains = new TreeMap<>();
        unit.get("devices")
                .forEach(device -> domains.put(
                        device.get("source").asText(), device.get("domain").asText()));
        assertEquals(
                new TreeSet<>(facts("qemu.device").stream().map(List::getFirst).toList()), domains.keySet());
        // Devices of an IOMMU group share a domain; others do not.
        Map<String, TreeSet<String>> groups = new TreeMap<>();
        facts("guest.group")
                .forEach(fact -> groups.computeIfAbsent(fact.getFirst(), group -> new TreeSet<>())
                        .add(domains.get(fact.get(1))));
        groups.values().forEach(found -> assertEquals(1, found.size(), groups::toString));
        assertEquals(groups.size(), new TreeSet<>(domains.values()).size());
        assertEquals(0, unit.get("findings").size(), unit.get("findings")::toString);
    }

    /** Every translation that the emulator made and that was not invalidated since. */
    @Test
    void translationsAreThoseOfTheEmulator() throws IOException {
        try (Trace trace = TraceFile.open(copy)) {
            SnapshotInfo snapshot = trace.findSnapshot("running").orElseThrow();
            PhysicalMemory memory = trace.memory(snapshot.id());
            MachineState state = trace.state(snapshot.id());
            RemappingUnit unit = RemappingUnit.decode(memory, state.devices().getFirst());
            for (List<String> fact : facts("qemu.translation")) {
                RequesterId source = new RequesterId(Integer.decode(fact.getFirst()));
                DmaWalk walk = DmaWalk.of(memory, unit, source, Long.decode(fact.get(1)));
                long entry = Long.decode(fact.get(2));
                assertEquals(entry & -4096L, walk.result().orElseThrow().output(), fact::toString);
                assertEquals(
                        (entry & 1) != 0, walk.result().orElseThrow().rights().read(), fact::toString);
                assertEquals(
                        (entry & 2) != 0, walk.result().orElseThrow().rights().write(), fact::toString);
                assertEquals(
                        Integer.decode(fact.get(3)),
                        unit.tables()
                                .orElseThrow()
                                .domainOf(source)
                                .orElseThrow()
                                .id(),
                        fact::toString);
            }
        }
    }

    @Test
    void interruptEntriesAreThoseThatTheEmulatorUsed() {
        JsonNode interrupts = vtd("--interrupts").at("/units/0/interrupts");
        assertEquals(
                facts("qemu.interrupts").getFirst().getFirst(),
                interrupts.get("table").asText());
        assertEquals(
                Integer.decode(facts("qemu.interrupts").getFirst().get(1)),
                interrupts.get("size").asInt());
        Map<String, JsonNode> entries = new TreeMap<>();
        interrupts
                .get("entries")
                .forEach(entry -> entries.put(entry.get("index").asText(), entry));
        for (List<String> fact : facts("qemu.interrupt")) {
            JsonNode entry = Objects.requireNonNull(entries.get(fact.getFirst()), fact::toString);
            assertEquals(fact.get(3).equals("1"), entry.get("levelTriggered").asBoolean(), fact::toString);
            assertEquals(fact.get(4), entry.get("vector").asText(), fact::toString);
            assertEquals(fact.get(6), entry.get("destination").asText(), fact::toString);
            assertEquals(
                    fact.get(7).equals("1"), entry.get("logicalDestination").asBoolean(), fact::toString);
        }
    }

    @Test
    void queueIsTheOneThatTheEmulatorReads() {
        JsonNode queue = vtd("--queue").at("/units/0/queue");
        List<String> fact = facts("qemu.queue").getFirst();
        assertEquals(fact.getFirst(), queue.get("address").asText());
        assertEquals(fact.get(1), queue.get("size").asText());
        assertEquals(fact.get(2), queue.get("tail").asText());
        assertEquals(0, queue.get("pending").size());
        assertEquals("wait", queue.at("/done/0/type").asText());
    }

    @Test
    void textNamesEachPart() {
        String text = Run.of(
                        "vtd", copy, "running", "--dmar", "--interrupts", "--faults", "--queue", "--device", "00:02.0")
                .ended(CommandLineInterface.FINE)
                .out();
        for (String part : List.of(
                "DMAR table at 0xffe229d",
                "DRHD  remapping unit at 0xfed90000",
                "interrupt remapping table at 0x4a00000",
                "fault-recording registers",
                "256 descriptors of 32 bytes",
                "PASID 0  domain 4",
                "00:02.0 reads ",
                "may raise interrupt ")) {
            assertTrue(text.contains(part), () -> part + " is missing in\n" + text);
        }
    }

    /** Linux lets the ISA bridge's group write the first 16 MiB, and with them its real-mode trampoline: the check says so. */
    @Test
    void findingsDecideTheExitStatus() {
        JsonNode findings = Run.of("vtd", copy, "running", "--findings", "--json")
                .ended(CommandLineInterface.FOUND)
                .json()
                .get("findings");
        assertEquals("vtd.kernel-text-writable", findings.at("/0/code").asText());
        assertTrue(findings.at("/0/evidence/0").asText().startsWith("00:1f.0, 00:1f.2, 00:1f.3"));
        assertTrue(findings.at("/0/violation").asBoolean());
        assertTrue(
                Run.of("vtd", copy, "running", "--baseline", "running").error().contains("--findings"));
        assertTrue(Run.of("vtd", copy, "running", "--device", "x").error().contains("00:1f.2"));
    }
}
