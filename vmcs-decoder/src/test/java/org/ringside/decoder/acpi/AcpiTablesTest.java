package org.ringside.decoder.acpi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.Recording;
import org.ringside.decoder.memory.SparseMemory;

final class AcpiTablesTest {
    private static byte[] table(String signature, int length, long... entries) {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(signature.getBytes(StandardCharsets.US_ASCII)).putInt(length).put((byte) 1);
        int at = 36;
        for (long entry : entries) {
            if (signature.equals("XSDT")) {
                bytes.putLong(at, entry);
                at += 8;
            } else {
                bytes.putInt(at, (int) entry);
                at += 4;
            }
        }
        return balanced(bytes.array(), 9, length);
    }

    private static byte[] balanced(byte[] bytes, int checksum, int length) {
        int sum = 0;
        for (int i = 0; i < length; i++) {
            sum += bytes[i];
        }
        bytes[checksum] -= (byte) sum;
        return bytes;
    }

    private static byte[] pointer(long rsdt, long xsdt) {
        ByteBuffer bytes = ByteBuffer.allocate(36).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put("RSD PTR ".getBytes(StandardCharsets.US_ASCII));
        bytes.put(15, (byte) 2).putInt(16, (int) rsdt).putInt(20, 36).putLong(24, xsdt);
        balanced(bytes.array(), 8, 20);
        return balanced(bytes.array(), 32, 36);
    }

    @Test
    void extendedRootTableComesFirst() {
        SparseMemory memory = new SparseMemory()
                .page(0xf1000, pointer(0x2000, 0x3000))
                .page(0x2000, table("RSDT", 40, 0x4000))
                .page(0x3000, table("XSDT", 44, 0x5000))
                .page(0x4000, table("DMAR", 48))
                .page(0x5000, table("DMAR", 48));
        AcpiTables.Found found = AcpiTables.find(memory, "DMAR", () -> false).orElseThrow();
        assertEquals(0x5000, found.table().address());
        assertEquals("listed in the XSDT at 0x3000, RSDP at 0xf1000", found.how());
    }

    @Test
    void withoutRootPointerTheSignatureIsSearched() {
        byte[] page = new byte[4096];
        System.arraycopy("DMARDMAR".getBytes(StandardCharsets.US_ASCII), 0, page, 100, 8);
        System.arraycopy(table("DMAR", 64), 0, page, 777, 64);
        SparseMemory memory = new SparseMemory().page(0x7000, page);
        assertEquals(
                0x7000 + 777,
                AcpiTables.find(memory, "DMAR", () -> false)
                        .orElseThrow()
                        .table()
                        .address());
        page[780]++;
        assertEquals(Optional.empty(), AcpiTables.find(new SparseMemory().page(0x7000, page), "DMAR", () -> false));
    }

    @Test
    void tableAcrossTwoPagesIsFound() {
        byte[] table = table("DMAR", 64);
        byte[] first = new byte[4096];
        byte[] second = new byte[4096];
        System.arraycopy(table, 0, first, 4094, 2);
        System.arraycopy(table, 2, second, 0, 62);
        SparseMemory memory = new SparseMemory().page(0x7000, first).page(0x8000, second);
        assertEquals(
                0x7ffe,
                AcpiTables.find(memory, "DMAR", () -> false)
                        .orElseThrow()
                        .table()
                        .address());
    }

    @ParameterizedTest
    @CsvSource({
        "35, the table DMAR at 0x1000 says that it has 35 bytes",
        "-1, the table DMAR at 0x1000 says that it has 4294967295 bytes",
        "5000, 'not captured: 0x2000, 4096 bytes'"
    })
    void lengthsThatNoTableHasAreRefused(int length, String why) {
        ByteBuffer bytes = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put("DMAR".getBytes(StandardCharsets.US_ASCII)).putInt(length);
        Observed<AcpiTable> table = AcpiTable.at(new SparseMemory().page(0x1000, bytes.array()), 0x1000);
        assertFalse(table.isKnown());
        assertEquals(why, table.reason());
    }

    /** Addresses that the guest's own kernel log gives of its tables. */
    @Test
    void recordedFirmwareListsItsTables() throws Exception {
        for (var expected :
                List.of(List.of("APIC", 0xffe21b1L), List.of("HPET", 0xffe2229L), List.of("MCFG", 0xffe2261L))) {
            AcpiTable table = AcpiTables.listed(Recording.raw("ram-before.bin"), (String) expected.getFirst())
                    .orElseThrow()
                    .table();
            assertEquals(expected.getLast(), table.address());
            assertTrue(table.checksumHolds());
        }
    }
}
