package org.ringside.decoder.acpi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.memory.PhysicalMemory.LittleEndian;
import org.ringside.decoder.structure.ByteSpan;

/**
 * A system description table (ACPI specification, section 5.2.6): a header of {@value #HEADER_BYTES} bytes and what follows.
 *
 * @param signature four characters
 * @param address physical address of its first byte
 * @param bytes all of it, header included, read-only
 * @param checksumHolds whether its bytes add up to 0
 */
public record AcpiTable(String signature, long address, MemorySegment bytes, boolean checksumHolds) {
    /** Bytes of the header that all tables have. */
    public static final int HEADER_BYTES = 36;

    private static final int LENGTH = 4;
    private static final int REVISION = 8;
    private static final int OEM_ID = 10;
    private static final int OEM_TABLE_ID = 16;

    /**
     * Reads the table at an address.
     *
     * @return the table, or why there is none: not captured, or no length that a table can have
     */
    public static Observed<AcpiTable> at(PhysicalMemory memory, long address) {
        return memory.read(address, HEADER_BYTES).flatMap(header -> {
            String signature = text(header, 0, 4);
            long length = Integer.toUnsignedLong(header.get(LittleEndian.INT, LENGTH));
            if (signature.length() != 4) {
                return new Observed.Malformed<>("there is no ACPI table at 0x%x: no signature".formatted(address));
            }
            if (length < HEADER_BYTES || length > PhysicalMemory.MAXIMUM_READ) {
                return new Observed.Malformed<>(
                        "the table %s at 0x%x says that it has %d bytes".formatted(signature, address, length));
            }
            return memory.read(address, (int) length)
                    .map(bytes -> new AcpiTable(signature, address, bytes, sum(bytes, bytes.byteSize()) == 0));
        });
    }

    /** Bytes of the table. */
    public int length() {
        return (int) bytes.byteSize();
    }

    public int revision() {
        return Byte.toUnsignedInt(bytes.get(ValueLayout.JAVA_BYTE, REVISION));
    }

    /** The manufacturer, as far as it is printable. */
    public String oemId() {
        return text(bytes, OEM_ID, 6).strip();
    }

    /** The manufacturer's name of the table, as far as it is printable. */
    public String oemTableId() {
        return text(bytes, OEM_TABLE_ID, 8).strip();
    }

    public ByteSpan span() {
        return ByteSpan.physical(address, length());
    }

    /** The sum of the first {@code length} bytes, modulo 256. */
    static int sum(MemorySegment bytes, long length) {
        int sum = 0;
        for (long i = 0; i < length; i++) {
            sum += bytes.get(ValueLayout.JAVA_BYTE, i);
        }
        return sum & 0xff;
    }

    /** Printable ASCII up to the first byte that is none. */
    static String text(MemorySegment bytes, long offset, int length) {
        byte[] raw = bytes.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
        int end = 0;
        while (end < raw.length && raw[end] >= 0x20 && raw[end] < 0x7f) {
            end++;
        }
        return new String(raw, 0, end, StandardCharsets.US_ASCII);
    }

    /** Whether it is the table wanted and whole. */
    Optional<AcpiTable> ifWhole(String wanted) {
        return signature.equals(wanted) && checksumHolds ? Optional.of(this) : Optional.empty();
    }
}
