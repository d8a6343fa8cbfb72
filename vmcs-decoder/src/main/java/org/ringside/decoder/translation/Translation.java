package org.ringside.decoder.translation;

import java.util.ArrayList;
import java.util.List;

/**
 * Where an address leads.
 *
 * @param input the address asked for
 * @param output its translation, to the byte
 * @param pageSize bytes of the page that maps it
 * @param rights what every entry on the way allows together
 * @param attributes the format's further attributes, in words; empty for the usual ones
 * @param accessed the leaf's accessed bit
 * @param dirty the leaf's dirty bit
 */
public record Translation(
        long input,
        long output,
        long pageSize,
        AccessRights rights,
        String attributes,
        boolean accessed,
        boolean dirty) {
    /** The page's first byte in the output space. */
    public long pageAddress() {
        return output & -pageSize;
    }

    @Override
    public String toString() {
        List<String> words = new ArrayList<>(List.of("%s page".formatted(size(pageSize)), rights.toString()));
        if (!attributes.isEmpty()) {
            words.add(attributes);
        }
        return "0x%x -> 0x%x (%s)".formatted(input, output, String.join(", ", words));
    }

    /** A page size for a person: {@code 4 KiB}, {@code 2 MiB}, {@code 1 GiB}. */
    public static String size(long bytes) {
        if (bytes >= 1L << 30 && bytes % (1L << 30) == 0) {
            return (bytes >>> 30) + " GiB";
        }
        if (bytes >= 1L << 20 && bytes % (1L << 20) == 0) {
            return (bytes >>> 20) + " MiB";
        }
        return bytes % 1024 == 0 ? (bytes >>> 10) + " KiB" : bytes + " bytes";
    }
}
