package org.ringside.decoder.vtd.interrupt;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.memory.PhysicalMemory.LittleEndian;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.FindingCollector;
import org.ringside.decoder.structure.Severity;
import org.ringside.decoder.structure.StructureNode;
import org.ringside.decoder.vtd.UnitRegisters;
import org.ringside.decoder.vtd.VtdSpecification;

/**
 * An interrupt-remapping table (VT-d specification, section 9.9): at most 65,536 entries.
 *
 * @param base physical address
 * @param size entries, 2 to 65536
 * @param x2apic whether destinations are 32-bit x2APIC ids
 * @param entries those that are present, by index
 * @param missingPages pages of the table that were not captured
 * @param findings what was odd about it and its entries
 */
public record InterruptRemappingTable(
        long base,
        int size,
        boolean x2apic,
        List<InterruptRemappingEntry> entries,
        int missingPages,
        List<Finding> findings) {
    private static final int MOST_FINDINGS = 256;

    public InterruptRemappingTable {
        entries = List.copyOf(entries);
        findings = List.copyOf(findings);
    }

    /**
     * Reads the table.
     *
     * @param register IRTA_REG
     * @return the table, or why nothing of it could be read
     */
    public static Observed<InterruptRemappingTable> read(PhysicalMemory memory, long register) {
        long base = register & -PhysicalMemory.PAGE_SIZE;
        int size = 2 << (register & 0xf);
        boolean x2apic = (register >>> 11 & 1) != 0;
        FindingCollector findings = new FindingCollector(VtdSpecification.AREA, MOST_FINDINGS);
        List<InterruptRemappingEntry> entries = new ArrayList<>();
        int missing = 0;
        int read = 0;
        Observed<MemorySegment> firstMissing = Observed.known(MemorySegment.NULL);
        for (int index = 0; index < size; index += PhysicalMemory.PAGE_SIZE / InterruptRemappingEntry.BYTES) {
            long address = base + (long) index * InterruptRemappingEntry.BYTES;
            Observed<MemorySegment> page = memory.page(address);
            if (page instanceof Observed.Known<MemorySegment>(MemorySegment bytes)) {
                read++;
                collect(bytes, address, index, size, x2apic, entries, findings);
            } else {
                firstMissing = missing++ == 0 ? page : firstMissing;
            }
        }
        if (read == 0) {
            return firstMissing.map(none -> new InterruptRemappingTable(base, size, x2apic, List.of(), 0, List.of()));
        }
        if (missing > 0) {
            findings.add(new Finding(
                    Severity.INFORMATION,
                    "vtd.interrupt-table-not-captured",
                    "%d pages of the interrupt-remapping table at 0x%x were not captured: %s"
                            .formatted(missing, base, firstMissing.reason()),
                    Optional.empty(),
                    Optional.empty()));
        }
        return Observed.known(new InterruptRemappingTable(base, size, x2apic, entries, missing, findings.toList()));
    }

    /** The table of a unit, or why there is none: remapping is off, registers or table were not captured. */
    public static Observed<InterruptRemappingTable> of(PhysicalMemory memory, UnitRegisters registers) {
        return registers
                .interruptRemappingEnabled()
                .flatMap(on -> on
                        ? registers.interruptTableAddress().flatMap(address -> read(memory, address))
                        : new Observed.NotApplicable<>(
                                "interrupt remapping is off (GSTS.IRES = 0): every device raises every interrupt"));
    }

    private static void collect(
            MemorySegment page,
            long address,
            int first,
            int size,
            boolean x2apic,
            List<InterruptRemappingEntry> entries,
            FindingCollector findings) {
        int count = Math.min(PhysicalMemory.PAGE_SIZE / InterruptRemappingEntry.BYTES, size - first);
        for (int i = 0; i < count; i++) {
            long offset = (long) i * InterruptRemappingEntry.BYTES;
            long low = page.get(LittleEndian.LONG, offset);
            if ((low & 1) == 0) {
                continue;
            }
            InterruptRemappingEntry entry = new InterruptRemappingEntry(
                    first + i, address + offset, low, page.get(LittleEndian.LONG, offset + 8), x2apic);
            entries.add(entry);
            if (findings.isFull()) {
                findings.count();
            } else {
                findings.addAll(entry.findings());
            }
        }
    }

    /** The entry, if it is present. */
    public Optional<InterruptRemappingEntry> entry(int index) {
        return entries.stream().filter(entry -> entry.index() == index).findFirst();
    }

    /**
     * The table with its present entries; posted ones with their descriptors.
     *
     * @param memory holds the descriptors
     */
    public StructureNode.Structure toStructure(PhysicalMemory memory) {
        List<StructureNode> children = new ArrayList<>();
        for (InterruptRemappingEntry entry : entries) {
            StructureNode.Structure node = entry.toStructure();
            children.add(entry.posted() ? withDescriptor(memory, entry, node) : node);
        }
        return new StructureNode.Structure(
                "Interrupt Remapping Table",
                "%,d of %,d entries present, %s mode".formatted(entries.size(), size, x2apic ? "x2APIC" : "xAPIC"),
                Optional.of(ByteSpan.physical(base, (long) size * InterruptRemappingEntry.BYTES)),
                Optional.of(VtdSpecification.section("9.9")),
                findings,
                children);
    }

    private static StructureNode withDescriptor(
            PhysicalMemory memory, InterruptRemappingEntry entry, StructureNode.Structure node) {
        List<StructureNode> parts = new ArrayList<>(node.children());
        parts.add(
                switch (PostedInterruptDescriptor.read(memory, entry.descriptor())) {
                    case Observed.Known<PostedInterruptDescriptor>(PostedInterruptDescriptor found) ->
                        found.toStructure();
                    case Observed<PostedInterruptDescriptor> absent ->
                        new StructureNode.Structure(
                                "Posted-Interrupt Descriptor",
                                absent.reason(),
                                Optional.of(ByteSpan.physical(entry.descriptor(), PostedInterruptDescriptor.BYTES)),
                                Optional.of(VtdSpecification.section("9.12")),
                                List.of(),
                                List.of());
                });
        return new StructureNode.Structure(
                node.name(), node.meaning(), node.span(), node.reference(), node.findings(), parts);
    }
}
