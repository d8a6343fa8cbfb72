package org.ringside.decoder.acpi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.memory.PhysicalMemory.LittleEndian;

/** Finds ACPI tables in physical memory (ACPI specification, section 5.2.5). */
public final class AcpiTables {
    private static final byte[] RSDP = "RSD PTR ".getBytes(StandardCharsets.US_ASCII);
    private static final long EXTENDED_BIOS_SEGMENT = 0x40e;
    private static final AddressRange BIOS = new AddressRange(0xe0000, 0x100000);
    private static final long HIGHEST = 1L << 32;
    private static final int MOST_ENTRIES = 1024;
    private static final int RSDP_BYTES = 20;
    private static final int RSDP_BYTES_OF_2 = 36;

    /**
     * A table and how it was found.
     *
     * @param table the table, whole: its checksum holds
     * @param how for a person
     */
    public record Found(AcpiTable table, String how) {}

    private AcpiTables() {}

    /**
     * The table called {@code signature}: by the root pointer that firmware leaves below 1 MiB, else by looking through all captured
     * memory below 4 GiB, where firmware puts tables, for its signature with a checksum that holds.
     *
     * @param signature four characters
     * @param cancelled asked now and then; ends the search without a result
     */
    public static Optional<Found> find(PhysicalMemory memory, String signature, BooleanSupplier cancelled) {
        if (signature.length() != 4) {
            throw new IllegalArgumentException("a signature has four characters, not \"" + signature + "\"");
        }
        Optional<Found> listed = listed(memory, signature);
        return listed.isPresent() ? listed : scan(memory, signature, cancelled);
    }

    /** The table called {@code signature}, if the root pointer and the tables it leads to were captured. */
    public static Optional<Found> listed(PhysicalMemory memory, String signature) {
        for (long pointer : rootPointers(memory)) {
            for (Root root : roots(memory, pointer)) {
                for (long address : entries(root)) {
                    Optional<AcpiTable> table =
                            AcpiTable.at(memory, address).toOptional().flatMap(found -> found.ifWhole(signature));
                    if (table.isPresent()) {
                        return Optional.of(new Found(
                                table.get(),
                                "listed in the %s at 0x%x, RSDP at 0x%x"
                                        .formatted(
                                                root.table().signature(),
                                                root.table().address(),
                                                pointer)));
                    }
                }
            }
        }
        return Optional.empty();
    }

    private record Root(AcpiTable table, int entryBytes) {}

    /** Addresses of root pointers whose checksum holds: in the extended BIOS data area and below 1 MiB. */
    private static List<Long> rootPointers(PhysicalMemory memory) {
        List<Long> found = new ArrayList<>();
        long extended = memory.read(EXTENDED_BIOS_SEGMENT, 2)
                .map(bytes -> (long) (bytes.get(LittleEndian.SHORT, 0) & 0xffff) << 4)
                .orElse(0L);
        if (extended >= 0x400 && extended < BIOS.start()) {
            rootPointers(memory, AddressRange.ofLength(extended, 1024), found);
        }
        rootPointers(memory, BIOS, found);
        return found;
    }

    private static void rootPointers(PhysicalMemory memory, AddressRange range, List<Long> found) {
        for (long address = range.start(); address < range.end(); address += 16) {
            if (memory.read(address, RSDP_BYTES) instanceof Observed.Known<MemorySegment>(MemorySegment bytes)
                    && startsWith(bytes, 0, RSDP)
                    && AcpiTable.sum(bytes, RSDP_BYTES) == 0) {
                found.add(address);
            }
        }
    }

    /** The XSDT, where there is one, before the RSDT. */
    private static List<Root> roots(PhysicalMemory memory, long pointer) {
        List<Root> roots = new ArrayList<>();
        memory.read(pointer, RSDP_BYTES_OF_2).toOptional().ifPresent(bytes -> {
            if (bytes.get(ValueLayout.JAVA_BYTE, 15) >= 2 && AcpiTable.sum(bytes, RSDP_BYTES_OF_2) == 0) {
                root(memory, bytes.get(LittleEndian.LONG, 24), "XSDT", 8).ifPresent(roots::add);
            }
        });
        memory.readInt(pointer + 16)
                .toOptional()
                .ifPresent(address ->
                        root(memory, Integer.toUnsignedLong(address), "RSDT", 4).ifPresent(roots::add));
        return roots;
    }

    private static Optional<Root> root(PhysicalMemory memory, long address, String signature, int entryBytes) {
        return AcpiTable.at(memory, address)
                .toOptional()
                .flatMap(table -> table.ifWhole(signature))
                .map(table -> new Root(table, entryBytes));
    }

    private static List<Long> entries(Root root) {
        List<Long> addresses = new ArrayList<>();
        MemorySegment bytes = root.table().bytes();
        for (long at = AcpiTable.HEADER_BYTES;
                at + root.entryBytes() <= bytes.byteSize() && addresses.size() < MOST_ENTRIES;
                at += root.entryBytes()) {
            addresses.add(
                    root.entryBytes() == 8
                            ? bytes.get(LittleEndian.LONG, at)
                            : Integer.toUnsignedLong(bytes.get(LittleEndian.INT, at)));
        }
        return addresses;
    }

    /** Every captured page, for the signature: firmware need not align tables. */
    private static Optional<Found> scan(PhysicalMemory memory, String signature, BooleanSupplier cancelled) {
        byte[] wanted = signature.getBytes(StandardCharsets.US_ASCII);
        for (AddressRange range : memory.ranges()) {
            long end = Long.compareUnsigned(range.end(), HIGHEST) < 0 ? range.end() : HIGHEST;
            for (long page = range.start(); Long.compareUnsigned(page, end) < 0; page += PhysicalMemory.PAGE_SIZE) {
                if ((page & 0xff_ffff) == 0 && cancelled.getAsBoolean()) {
                    return Optional.empty();
                }
                if (!(memory.page(page) instanceof Observed.Known<MemorySegment>(MemorySegment bytes))) {
                    continue;
                }
                for (int offset = 0; offset < PhysicalMemory.PAGE_SIZE; offset++) {
                    if (bytes.get(ValueLayout.JAVA_BYTE, offset) != wanted[0]
                            || !(offset + 4 <= PhysicalMemory.PAGE_SIZE
                                    ? startsWith(bytes, offset, wanted)
                                    : memory.read(page + offset, 4)
                                            .map(four -> startsWith(four, 0, wanted))
                                            .orElse(false))) {
                        continue;
                    }
                    Optional<AcpiTable> table = AcpiTable.at(memory, page + offset)
                            .toOptional()
                            .flatMap(found -> found.ifWhole(signature))
                            .filter(found -> found.revision() != 0);
                    if (table.isPresent()) {
                        return Optional.of(new Found(table.get(), "found by its signature and checksum"));
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static boolean startsWith(MemorySegment bytes, long offset, byte[] wanted) {
        for (int i = 0; i < wanted.length; i++) {
            if (bytes.get(ValueLayout.JAVA_BYTE, offset + i) != wanted[i]) {
                return false;
            }
        }
        return true;
    }
}
