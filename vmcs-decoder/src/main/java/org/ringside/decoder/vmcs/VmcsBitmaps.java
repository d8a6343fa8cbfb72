package org.ringside.decoder.vmcs;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.ringside.decoder.cpu.ModelSpecificRegisters;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.structure.BitRuns;
import org.ringside.decoder.structure.BitSpan;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.SpecificationReference;
import org.ringside.decoder.structure.StructureNode;

/** The structures in memory that a VMCS points to: bitmaps as the ranges that are set, areas and descriptors entry by entry. */
public final class VmcsBitmaps {
    private static final int MSRS_PER_PART = 0x2000;
    private static final int PART_BYTES = 1024;
    private static final int HIGH_MSRS = 0xc000_0000;
    private static final int PORTS_PER_BITMAP = 0x8000;
    private static final int MOST_ENTRIES = 4096;
    private static final int PML_ENTRIES = 512;

    private VmcsBitmaps() {}

    /** The MSR bitmaps: which MSRs cause VM exits when read, which when written (SDM vol. 3, 25.6.9). */
    public static StructureNode.Structure msrs(PhysicalMemory memory, long address) {
        SpecificationReference reference = Sdm.section("25.6.9");
        return paged(memory, "MSR bitmaps", address, reference, page -> {
            List<StructureNode> parts = new ArrayList<>();
            String[] names = {"Reads, low MSRs", "Reads, high MSRs", "Writes, low MSRs", "Writes, high MSRs"};
            for (int part = 0; part < names.length; part++) {
                int base = part % 2 == 0 ? 0 : HIGH_MSRS;
                long bit = (long) part * PART_BYTES * 8;
                parts.add(BitRuns.of(
                        names[part] + " that cause VM exits",
                        Optional.of(ByteSpan.physical(address + (long) part * PART_BYTES, PART_BYTES)),
                        reference,
                        MSRS_PER_PART,
                        i -> isSet(page, bit + i),
                        i -> ModelSpecificRegisters.find(base + i)
                                .map(name -> name + " (0x%x)".formatted(base + i))
                                .orElseGet(() -> "0x%x".formatted(base + i)),
                        false));
            }
            return parts;
        });
    }

    /** The I/O bitmaps A and B: which ports cause VM exits (SDM vol. 3, 25.6.4). */
    public static StructureNode.Structure ports(PhysicalMemory memory, long bitmapA, long bitmapB) {
        SpecificationReference reference = Sdm.section("25.6.4");
        List<StructureNode> children = new ArrayList<>();
        for (int half = 0; half < 2; half++) {
            long address = half == 0 ? bitmapA : bitmapB;
            int first = half * PORTS_PER_BITMAP;
            children.add(paged(
                    memory,
                    half == 0 ? "I/O bitmap A" : "I/O bitmap B",
                    address,
                    reference,
                    page -> List.of(BitRuns.of(
                            "Ports that cause VM exits",
                            Optional.of(ByteSpan.physical(address, PhysicalMemory.PAGE_SIZE)),
                            reference,
                            PORTS_PER_BITMAP,
                            i -> isSet(page, i),
                            i -> "0x%x".formatted(first + i),
                            true))));
        }
        return new StructureNode.Structure(
                "I/O bitmaps", "", Optional.empty(), Optional.of(reference), List.of(), children);
    }

    /** A VMREAD or VMWRITE bitmap: which fields cause VM exits, the others are accessed in the shadow VMCS (SDM vol. 3, 25.6.15). */
    public static StructureNode.Structure fields(PhysicalMemory memory, long address, String name) {
        SpecificationReference reference = Sdm.section("25.6.15");
        return paged(memory, name, address, reference, page -> {
            List<StructureNode> exits = new ArrayList<>();
            List<StructureNode> shadowed = new ArrayList<>();
            for (VmcsField field : VmcsField.values()) {
                boolean causesExit = isSet(page, field.encoding());
                ByteSpan span = ByteSpan.physical(address + field.encoding() / 8, 1);
                StructureNode node = new StructureNode.Field(
                        field.title(),
                        Observed.known(causesExit ? 1L : 0L),
                        1,
                        causesExit ? "causes a VM exit" : "accesses the shadow VMCS",
                        Optional.of(span),
                        Optional.of(new BitSpan(field.encoding() % 8, field.encoding() % 8)),
                        Optional.of(reference),
                        List.of(),
                        List.of());
                (causesExit ? exits : shadowed).add(node);
            }
            return List.of(
                    group("Fields that access the shadow VMCS", shadowed, reference),
                    group("Fields that cause VM exits", exits, reference));
        });
    }

    /** The EOI-exit bitmaps: the vectors whose EOI causes a VM exit (SDM vol. 3, 25.6.8). */
    public static StructureNode eoiExits(VmcsValues vmcs) {
        List<VmcsField> words = List.of(
                VmcsField.EOI_EXIT_BITMAP0,
                VmcsField.EOI_EXIT_BITMAP1,
                VmcsField.EOI_EXIT_BITMAP2,
                VmcsField.EOI_EXIT_BITMAP3);
        for (VmcsField word : words) {
            if (!vmcs.get(word).isKnown()) {
                return new StructureNode.Structure(
                        "EOI-exit bitmap",
                        vmcs.get(word).reason(),
                        Optional.empty(),
                        Optional.of(Sdm.section("25.6.8")),
                        List.of(),
                        List.of());
            }
        }
        return BitRuns.of(
                "EOI-exit bitmap",
                Optional.empty(),
                Sdm.section("25.6.8"),
                256,
                i -> (vmcs.get(words.get(i / 64)).orElse(0L) >>> (i % 64) & 1) != 0,
                i -> "vector 0x%02x".formatted(i),
                true);
    }

    /** An MSR-load or MSR-store area (SDM vol. 3, 25.7.2). At most 4,096 entries are read. */
    public static StructureNode.Structure msrArea(PhysicalMemory memory, String name, long address, long count) {
        List<StructureNode> entries = new ArrayList<>();
        long read = Math.min(Math.max(0, count), MOST_ENTRIES);
        for (long i = 0; i < read; i++) {
            long at = address + 16 * i;
            Observed<Long> index = memory.readLong(at);
            Observed<Long> data = memory.readLong(at + 8);
            String register = index.map(word -> ModelSpecificRegisters.name(word.intValue()))
                    .orElse("unknown");
            entries.add(new StructureNode.Structure(
                    "Entry " + (i + 1),
                    "%s = %s"
                            .formatted(
                                    register,
                                    data instanceof Observed.Known<Long>(Long value)
                                            ? "0x%x".formatted(value)
                                            : data.reason()),
                    Optional.of(ByteSpan.physical(at, 16)),
                    Optional.of(Sdm.section("25.7.2")),
                    List.of(),
                    List.of(
                            TranslationLayouts.MSR_ENTRY.decode(index, Optional.of(ByteSpan.physical(at, 8))),
                            word("MSR data", data, at + 8))));
        }
        String meaning = count > MOST_ENTRIES || count < 0
                ? "%s entries, the first %d are shown".formatted(Long.toUnsignedString(count), MOST_ENTRIES)
                : count + " entries";
        return new StructureNode.Structure(
                name, meaning, Optional.empty(), Optional.of(Sdm.section("25.7.2")), List.of(), entries);
    }

    /** The page-modification log: guest-physical pages written, newest first (SDM vol. 3, 29.3.6). */
    public static StructureNode.Structure pageModificationLog(PhysicalMemory memory, long address, int index) {
        return paged(memory, "Page-modification log", address, Sdm.section("29.3.6"), page -> {
            List<StructureNode> entries = new ArrayList<>();
            // The index counts down from 511 and is that of the next entry to write; beyond 511 the log is full.
            int first = index < 0 || index >= PML_ENTRIES ? 0 : index + 1;
            for (int i = first; i < PML_ENTRIES; i++) {
                long value = page.get(PhysicalMemory.LittleEndian.LONG, 8L * i);
                entries.add(word("Guest-physical page", Observed.known(value), address + 8L * i));
            }
            return entries;
        });
    }

    /** A posted-interrupt descriptor: pending vectors and the notification (SDM vol. 3, 30.6). */
    public static StructureNode.Structure postedInterrupts(PhysicalMemory memory, long address) {
        Observed<MemorySegment> bytes = memory.read(address, 64);
        List<StructureNode> children = new ArrayList<>();
        if (bytes instanceof Observed.Known<MemorySegment>(MemorySegment descriptor)) {
            children.add(BitRuns.of(
                    "Posted-interrupt requests",
                    Optional.of(ByteSpan.physical(address, 32)),
                    Sdm.section("30.6"),
                    256,
                    i -> isSet(descriptor, i),
                    i -> "vector 0x%02x".formatted(i),
                    true));
            children.add(TranslationLayouts.POSTED_INTERRUPT_CONTROL.decode(
                    descriptor.get(PhysicalMemory.LittleEndian.LONG, 32), ByteSpan.physical(address + 32, 8)));
        }
        return new StructureNode.Structure(
                "Posted-interrupt descriptor",
                bytes.isKnown() ? "" : bytes.reason(),
                Optional.of(ByteSpan.physical(address, 64)),
                Optional.of(Sdm.section("30.6")),
                List.of(),
                children);
    }

    private static StructureNode.Structure paged(
            PhysicalMemory memory,
            String name,
            long address,
            SpecificationReference reference,
            Function<MemorySegment, List<StructureNode>> parts) {
        Observed<MemorySegment> page = memory.page(address);
        return new StructureNode.Structure(
                name,
                page.isKnown() ? "" : page.reason(),
                Optional.of(ByteSpan.physical(address & -PhysicalMemory.PAGE_SIZE, PhysicalMemory.PAGE_SIZE)),
                Optional.of(reference),
                List.of(),
                page.map(parts).orElse(List.of()));
    }

    private static StructureNode group(String name, List<StructureNode> fields, SpecificationReference reference) {
        return new StructureNode.Structure(
                name, fields.size() + " fields", Optional.empty(), Optional.of(reference), List.<Finding>of(), fields);
    }

    private static StructureNode.Field word(String name, Observed<Long> value, long address) {
        return new StructureNode.Field(
                name,
                value,
                64,
                value.isKnown() ? "" : value.reason(),
                Optional.of(ByteSpan.physical(address, 8)),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of());
    }

    private static boolean isSet(MemorySegment bytes, long bit) {
        return bit / 8 < bytes.byteSize() && (bytes.get(ValueLayout.JAVA_BYTE, bit / 8) >>> (bit % 8) & 1) != 0;
    }
}
