package org.ringside.decoder.vtd.interrupt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.ringside.decoder.memory.Recording;
import org.ringside.decoder.memory.SparseMemory;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.StructureText;
import org.ringside.decoder.vtd.RequesterId;

final class InterruptRemappingTest {
    @ParameterizedTest
    @CsvFileSource(resources = "entries.csv", delimiter = '|', numLinesToSkip = 2)
    void readsEachVector(String low, String high, boolean x2apic, String meaning, String findings) {
        InterruptRemappingEntry entry =
                new InterruptRemappingEntry(3, 0x1030, Long.decode(low), Long.decode(high), x2apic);
        assertEquals(meaning, entry.meaning());
        assertEquals(
                findings.equals("-") ? List.of() : List.of(findings.split(" ", -1)),
                entry.findings().stream().map(Finding::code).toList());
        assertTrue(StructureText.print(entry.toStructure()).contains(meaning));
    }

    @ParameterizedTest
    @CsvSource({
        "0x00010, 00:02.0, true",
        "0x00010, 05:00.0, true",
        "0x40010, 00:02.0, true",
        "0x40010, 00:02.4, false",
        "0x50010, 00:02.4, true",
        "0x50010, 00:02.2, false",
        "0x60010, 00:02.6, true",
        "0x60010, 00:02.1, false",
        "0x70010, 00:02.7, true",
        "0x70010, 00:03.0, false",
        "0x80204, 03:1f.7, true",
        "0x80204, 05:00.0, false",
        "0xc0010, 00:02.0, false"
    })
    void comparesTheSourceAsTheEntrySays(String high, String device, boolean allowed) {
        InterruptRemappingEntry entry = new InterruptRemappingEntry(0, 0, 1, Long.decode(high), false);
        assertEquals(allowed, entry.allows(RequesterId.parse(device).orElseThrow()));
    }

    @Test
    void postedEntriesShowTheirDescriptor() {
        SparseMemory memory = new SparseMemory().putLong(0x1000, 0x40L << 32 << 6 | 0x41_8001L);
        memory.putLong(0x1000, (0x5040L >>> 6) << 38 | 0x41_8001L).putLong(0x1008, 0x40010);
        memory.putLong(0x5040, 1L << 0x31).putLong(0x5040 + 24, 1).putLong(0x5040 + 32, 0x7_00f2_0001L);
        InterruptRemappingTable table =
                InterruptRemappingTable.read(memory, 0x1000).orElseThrow();
        assertEquals(2, table.size());
        InterruptRemappingEntry entry = table.entry(0).orElseThrow();
        assertEquals(0x5040, entry.descriptor());
        PostedInterruptDescriptor descriptor =
                PostedInterruptDescriptor.read(memory, entry.descriptor()).orElseThrow();
        assertEquals(List.of(0x31, 0xc0), descriptor.pending());
        assertTrue(descriptor.outstanding());
        assertFalse(descriptor.suppressed());
        assertEquals(0xf2, descriptor.notificationVector());
        assertEquals(7, descriptor.notificationDestination());
        assertTrue(StructureText.print(table.toStructure(memory)).contains("2 vectors pending"));
    }

    @Test
    void missingPagesAreSaid() {
        assertEquals(
                "not captured: 0x1000, 4096 bytes",
                InterruptRemappingTable.read(new SparseMemory(), 0x1007).reason());
        InterruptRemappingTable half = InterruptRemappingTable.read(new SparseMemory().zero(0x1000), 0x1008)
                .orElseThrow();
        assertEquals(1, half.missingPages());
        assertEquals(
                List.of("vtd.interrupt-table-not-captured"),
                half.findings().stream().map(Finding::code).toList());
    }

    /** Linux under QEMU: sources are the I/O APIC and the devices that the machine has. */
    @Test
    void recordedTableHasSixteenEntries() throws Exception {
        InterruptRemappingTable table = InterruptRemappingTable.read(Recording.raw("ram-before.bin"), 0x04a0000fL)
                .orElseThrow();
        assertEquals(65536, table.size());
        assertEquals(16, table.entries().size());
        assertEquals(List.of(), table.findings());
        Set<String> sources = new TreeSet<>();
        table.entries().forEach(entry -> sources.add(entry.source().toString()));
        assertTrue(
                Set.of("ff:00.0", "00:01.0", "00:02.0", "00:03.0", "00:04.0").containsAll(sources), sources::toString);
        assertTrue(table.entries().stream().allMatch(entry -> entry.vector() >= 0x20));
    }
}
