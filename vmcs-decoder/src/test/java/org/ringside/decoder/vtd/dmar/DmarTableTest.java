package org.ringside.decoder.vtd.dmar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.ringside.decoder.acpi.AcpiTable;
import org.ringside.decoder.memory.Recording;
import org.ringside.decoder.memory.SparseMemory;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.StructureText;
import org.ringside.decoder.vtd.RequesterId;
import org.ringside.decoder.vtd.dmar.DmarTable.Coverage;

final class DmarTableTest {
    /** A page that begins with a DMAR table of these structures, its checksum right. */
    static byte[] page(String structures) {
        byte[] body = HexFormat.of().parseHex(structures.replace(" ", ""));
        byte[] table = new byte[48 + body.length];
        System.arraycopy("DMAR".getBytes(StandardCharsets.US_ASCII), 0, table, 0, 4);
        table[4] = (byte) table.length;
        table[5] = (byte) (table.length >>> 8);
        table[8] = 1;
        System.arraycopy("MAKER FIRMWARE".getBytes(StandardCharsets.US_ASCII), 0, table, 10, 14);
        table[36] = 38;
        table[37] = 1;
        System.arraycopy(body, 0, table, 48, body.length);
        int sum = 0;
        for (byte one : table) {
            sum += one;
        }
        table[9] = (byte) -sum;
        return Arrays.copyOf(table, 4096);
    }

    static DmarTable table(String structures, BusTopology topology) {
        AcpiTable table = AcpiTable.at(new SparseMemory().page(0x1000, page(structures)), 0x1000)
                .orElseThrow();
        return DmarTable.parse(table, "made by a test", topology);
    }

    private static RequesterId device(String text) {
        return RequesterId.parse(text).orElseThrow();
    }

    @ParameterizedTest
    @CsvFileSource(resources = "structures.csv", delimiter = '|', numLinesToSkip = 2, emptyValue = "")
    void readsEachVector(String structures, String expected, String findings) {
        DmarTable table = table(structures, BusTopology.UNKNOWN);
        String text = table.structures().stream()
                .map(structure -> structure.name() + ": " + structure.meaning()
                        + structure.scopes().stream()
                                .map(scope -> " [%s %s]".formatted(scope.type().title(), scope.place()))
                                .collect(Collectors.joining()))
                .collect(Collectors.joining("; "));
        assertEquals(expected == null ? "" : expected.strip(), text.strip());
        List<String> codes = table.findings().stream().map(Finding::code).toList();
        assertEquals(findings.equals("-") ? List.of() : List.of(findings.split(" ", -1)), codes);
        assertTrue(StructureText.print(table.toStructure()).contains("DMAR Table"));
        assertEquals(39, table.hostAddressWidth());
    }

    @Test
    void wrongChecksumIsAFinding() {
        byte[] page = page("0200080001000000");
        page[20]++;
        AcpiTable broken =
                AcpiTable.at(new SparseMemory().page(0x1000, page), 0x1000).orElseThrow();
        assertFalse(broken.checksumHolds());
        assertEquals(
                List.of("vtd.dmar-checksum"),
                DmarTable.parse(broken, "", BusTopology.UNKNOWN).findings().stream()
                        .map(Finding::code)
                        .toList());
    }

    @Test
    void saysWhichUnitIsResponsible() {
        DmarTable table = table(
                "0000 1800 00 00 0000 0000d9fe00000000 0108000000000200"
                        + "0000 2200 00 00 0000 0010d9fe00000000 0108000000000300 020a0000000001000000"
                        + "0000 1000 01 00 0000 0020d9fe00000000",
                BusTopology.UNKNOWN);
        var graphics = table.unit(0xfed90000L).orElseThrow();
        var bridge = table.unit(0xfed91000L).orElseThrow();
        var rest = table.unit(0xfed92000L).orElseThrow();
        assertEquals(Coverage.COVERED, table.coverage(graphics, device("00:02.0")));
        assertEquals(Coverage.NOT_COVERED, table.coverage(graphics, device("00:03.0")));
        assertEquals(Coverage.NOT_COVERED, table.coverage(graphics, device("05:00.0")));
        assertEquals(Coverage.UNKNOWN, table.coverage(bridge, device("05:00.0")));
        assertEquals(Coverage.NOT_COVERED, table.coverage(rest, device("00:02.0")));
        assertEquals(Coverage.COVERED, table.coverage(rest, device("00:1f.2")));
        assertEquals(Coverage.UNKNOWN, table.coverage(rest, device("05:00.0")));
    }

    @Test
    void bridgesThatAreKnownSettleIt() {
        BusTopology topology = bridge ->
                bridge.equals(device("00:01.0")) ? Optional.of(new BusTopology.Buses(4, 6)) : Optional.empty();
        DmarTable table =
                table("0000 2200 00 00 0000 0010d9fe00000000 0108000000000300 010a0000000001000200", topology);
        var unit = table.units().getFirst();
        assertEquals("04:02.0", unit.scopes().getLast().place());
        assertEquals(Coverage.COVERED, table.coverage(unit, device("04:02.0")));
        assertEquals(Coverage.NOT_COVERED, table.coverage(unit, device("04:03.0")));
    }

    @Test
    void devicesBehindABridgeThatIsKnownAreCovered() {
        BusTopology topology = bridge -> Optional.of(new BusTopology.Buses(4, 6));
        DmarTable table = table("0000 1800 00 00 0000 0010d9fe00000000 0208000000000100", topology);
        var unit = table.units().getFirst();
        assertEquals(Coverage.COVERED, table.coverage(unit, device("06:02.0")));
        assertEquals(Coverage.COVERED, table.coverage(unit, device("00:01.0")));
        assertEquals(Coverage.NOT_COVERED, table.coverage(unit, device("07:02.0")));
    }

    /** QEMU's firmware table, whose content QEMU's command line and the guest's own kernel log tell. */
    @Test
    void recordedTableNamesTheUnitAndItsNineDevices() throws Exception {
        DmarTable table =
                DmarTable.find(Recording.raw("ram-before.bin"), () -> false).orElseThrow();
        assertEquals(0xffe229dL, table.table().address());
        assertTrue(table.how().contains("RSDT at 0xffe2355"), table.how());
        assertEquals("BOCHS", table.table().oemId());
        assertEquals(48, table.hostAddressWidth());
        assertEquals(List.of(), table.findings());
        assertEquals(1, table.structures().size());
        var unit = table.unit(0xfed90000L).orElseThrow();
        assertFalse(unit.includesAll());
        assertEquals(
                List.of(
                        "ff:00.0", "00:00.0", "00:01.0", "00:02.0", "00:03.0", "00:04.0", "00:05.0", "00:1f.0",
                        "00:1f.2", "00:1f.3"),
                unit.scopes().stream().map(DeviceScope::place).toList());
        assertEquals(Coverage.NOT_COVERED, table.coverage(unit, device("00:06.0")));
    }
}
