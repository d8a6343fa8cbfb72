package org.ringside.decoder.symbol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ringside.decoder.memory.Recording;
import org.ringside.decoder.structure.Finding;

final class SymbolTableTest {
    private static final String KERNEL = """
            0000000000000000 A fixed_percpu_data
            ffffffff81000000 T startup_64
            ffffffff81000000 T _stext
            ffffffff810be3a0 T __ia32_sys_getppid
            ffffffff810be3a0 T __x64_sys_getppid
            ffffffff810be3e0 T __x64_sys_getuid
            ffffffff82000360 D sys_call_table
            ffffffff81000100 t local_before
            ffffffffc0305000 t evil_getuid\t[evil]
            """;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ffffffff810be3a0 | __x64_sys_getppid | 40",
                "ffffffff810be3a4 | __x64_sys_getppid+0x4 | 40",
                "ffffffff810be3df | __x64_sys_getppid+0x3f | 40",
                "ffffffff810be3e0 | __x64_sys_getuid | f41f80",
                "ffffffff81000000 | startup_64 | 100",
                "ffffffff82000690 | sys_call_table+0x330 | 3e304ca0",
                "ffffffffc0305010 | evil_getuid [evil]+0x10 | 7fffffffffffffff",
                "ffffffffffffffff | evil_getuid [evil]+0x3fcfafff | 7fffffffffffffff",
                "1000 | fixed_percpu_data+0x1000 | ffffffff81000000",
            })
    void namesTheNearestSymbolAtOrBelow(String address, String expected, String span) {
        SymbolPlace place = SymbolTable.parse(KERNEL)
                .nearest(Long.parseUnsignedLong(address, 16))
                .orElseThrow();
        assertEquals(expected, place.toString());
        assertEquals(Long.parseUnsignedLong(span, 16), place.span());
    }

    @Test
    void nothingLiesBelowTheFirstSymbol() {
        SymbolTable table = SymbolTable.parse("ffffffff81000000 T _text\n");
        assertEquals(Optional.empty(), table.nearest(0xffffffff80ffffffL));
        assertEquals(Optional.empty(), table.nearest(0));
        assertEquals(Optional.empty(), SymbolTable.empty().nearest(-1));
    }

    @Test
    void boundKeepsFarNamesAway() {
        SymbolTable table = SymbolTable.parse(KERNEL);
        assertTrue(table.nearest(0xffffffff82000690L, 0x1000).isPresent());
        assertEquals(Optional.empty(), table.nearest(0xffffffff82100000L, 0x1000));
    }

    @Test
    void findsByName() {
        SymbolTable table = SymbolTable.parse(KERNEL + "ffffffff83000000 t local_before\n");
        assertEquals(
                0xffffffff82000360L,
                table.byName("sys_call_table").orElseThrow().address());
        assertEquals(Optional.empty(), table.byName("sys_call_tabl"));
        assertEquals(
                List.of(0xffffffff81000100L, 0xffffffff83000000L),
                table.allByName("local_before").stream().map(Symbol::address).toList());
        assertEquals("evil", table.byName("evil_getuid").orElseThrow().module());
        assertEquals(
                2, table.between(0xffffffff810be3a0L, 0xffffffff810be3e0L, 10).size());
        assertEquals(1, table.between(0, 1, 10).size());
        assertEquals(3, table.between(0, -1L, 3).size());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sys_call_table | sys_call_table",
                "SYS_CALL | sys_call_table",
                "getppid | __x64_sys_getppid, __ia32_sys_getppid",
                "evil | evil_getuid",
                "sct | sys_call_table",
                "nosuch | ''",
                "s_get | __x64_sys_getuid, __x64_sys_getppid, __ia32_sys_getppid",
            })
    void searchesForAPalette(String query, String expected) {
        List<String> names = SymbolTable.parse(KERNEL).search(query, 10).stream()
                .map(Symbol::name)
                .toList();
        assertEquals(expected, String.join(", ", names));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ffffffff81000000 T",
                "ffffffff81000000 T ''",
                "ffffffff81000000",
                "ffffffff81000000T name",
                "T name",
                "fffffffff81000000 T name",
                "ffffffff81000000 5 name",
                "ffffffff81000000 T name module",
                "ffffffff81000000 T name [module",
                "ffffffff81000000 T name []",
                "0xffffffff81000000 T name",
                "{\"json\": 1}",
            })
    void badLinesAreSkippedAndNamed(String line) {
        SymbolTable table = SymbolTable.parse(line.replace("''", "") + "\nffffffff81000000 T good\n\n");
        assertEquals(1, table.size(), () -> table.symbol(0).toString());
        assertEquals(List.of("symbol.bad-line"), codes(table));
        assertTrue(table.findings().getFirst().message().startsWith("line 1 "));
    }

    @Test
    void manyBadLinesAreCounted() {
        SymbolTable table = SymbolTable.parse("bad\n".repeat(1000));
        assertEquals(17, table.findings().size());
        assertEquals(
                "1000 lines of 1000 were skipped in all",
                table.findings().getLast().message());
    }

    @Test
    void hiddenAddressesAreDetected() {
        SymbolTable table = SymbolTable.parse("0000000000000000 T _text\n0000000000000000 T _etext\n");
        assertEquals(0, table.size());
        assertEquals(List.of("symbol.addresses-hidden"), codes(table));
    }

    private static List<String> codes(SymbolTable table) {
        return table.findings().stream().map(Finding::code).toList();
    }

    @Test
    void endlessLinesAndNamesAreBounded() throws IOException {
        byte[] line = ("ffffffff81000000 T " + "x".repeat(1 << 20) + "\nffffffff81000000 T good")
                .getBytes(StandardCharsets.UTF_8);
        SymbolTable table = SymbolTable.read(new ByteArrayInputStream(line));
        assertEquals(1, table.size());
        assertEquals("good", table.symbol(0).name());
        assertEquals(List.of("symbol.bad-line"), codes(table));
    }

    @Test
    void streamAndTextAgree() throws IOException {
        try (InputStream stream =
                new ByteArrayInputStream(KERNEL.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8))) {
            SymbolTable read = SymbolTable.read(stream);
            SymbolTable parsed = SymbolTable.parse(KERNEL);
            assertEquals(parsed.size(), read.size());
            for (int i = 0; i < read.size(); i++) {
                assertEquals(parsed.symbol(i), read.symbol(i));
            }
        }
    }

    @Test
    void readsARealKernelsTable() throws Exception {
        SymbolTable table = SymbolTable.read(Recording.file("System.map"));
        assertTrue(table.size() > 80_000, "only " + table.size());
        assertEquals(List.of(), table.findings());
        for (int i = 0; i < table.size(); i += 97) {
            Symbol symbol = table.symbol(i);
            assertTrue(table.allByName(symbol.name()).contains(symbol), symbol::toString);
            assertEquals(
                    symbol.address(),
                    table.nearest(symbol.address()).orElseThrow().symbol().address());
        }
        assertEquals(
                "__x64_sys_getppid", table.search("sys_getppid", 5).getFirst().name());
    }
}
