package org.ringside.app.inspector;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ringside.app.inspector.InspectorPage.Fact;
import org.ringside.decoder.memory.PhysicalMemory.LittleEndian;

/** Bytes read as numbers and text, little-endian. */
final class DataValues {
    /** Bytes that are looked at. */
    static final int MOST = 16;

    private DataValues() {}

    /** One fact for each way to read the bytes; ways that need more bytes than there are, are left out. */
    static List<Fact> of(MemorySegment bytes, Optional<MemorySegment> baseline) {
        List<Fact> now = read(bytes);
        List<Fact> before = baseline.filter(old -> old.byteSize() == bytes.byteSize())
                .map(DataValues::read)
                .orElse(List.of());
        List<Fact> compared = new ArrayList<>();
        for (int i = 0; i < now.size(); i++) {
            Fact fact = now.get(i);
            compared.add(
                    i < before.size()
                            ? fact.comparedWith(Optional.of(before.get(i).value()))
                            : fact);
        }
        return compared;
    }

    private static List<Fact> read(MemorySegment bytes) {
        long size = bytes.byteSize();
        List<Fact> facts = new ArrayList<>();
        if (size >= 1) {
            byte value = bytes.get(ValueLayout.JAVA_BYTE, 0);
            facts.add(Fact.of("8 bits", "%s = %s".formatted(hex(value & 0xffL, 2), signs(value & 0xffL, value))));
            facts.add(Fact.of("binary", binary(value)));
        }
        if (size >= 2) {
            short value = bytes.get(LittleEndian.SHORT, 0);
            facts.add(Fact.of("16 bits", "%s = %s".formatted(hex(value & 0xffffL, 4), signs(value & 0xffffL, value))));
        }
        if (size >= 4) {
            int value = bytes.get(LittleEndian.INT, 0);
            facts.add(Fact.of(
                    "32 bits", "%s = %s".formatted(hex(value & 0xffff_ffffL, 8), signs(value & 0xffff_ffffL, value))));
            facts.add(Fact.of("float", Float.toString(Float.intBitsToFloat(value))));
        }
        if (size >= 8) {
            long value = bytes.get(LittleEndian.LONG, 0);
            String unsigned = Long.toUnsignedString(value);
            String signed = value < 0 ? unsigned + " = " + value : unsigned;
            facts.add(Fact.of("64 bits", "%s = %s".formatted(hex(value, 16), signed)));
            facts.add(Fact.of("double", Double.toString(Double.longBitsToDouble(value))));
        }
        facts.add(Fact.of("text", text(bytes)));
        return facts;
    }

    private static String signs(long unsigned, long signed) {
        return unsigned == signed ? Long.toString(unsigned) : unsigned + " = " + signed;
    }

    private static String hex(long value, int digits) {
        return "0x%0".concat(digits + "x").formatted(value);
    }

    private static String binary(byte value) {
        String bits = Integer.toBinaryString((value & 0xff) | 0x100).substring(1);
        return bits.substring(0, 4) + " " + bits.substring(4);
    }

    private static String text(MemorySegment bytes) {
        StringBuilder text = new StringBuilder();
        for (byte value : bytes.toArray(ValueLayout.JAVA_BYTE)) {
            text.append(
                    value >= 0x20 && value < 0x7f ? new String(new byte[] {value}, StandardCharsets.US_ASCII) : "·");
        }
        return text.toString();
    }
}
