package org.ringside.decoder.vtd.finding;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.vtd.RequesterId;

/** How findings say things. */
final class Words {
    private static final int MOST_DEVICES = 4;
    private static final int MOST_EVIDENCE = 16;

    private Words() {}

    /** The first few devices, and how many more. */
    static String devices(List<RequesterId> devices) {
        List<String> names =
                devices.stream().limit(MOST_DEVICES).map(RequesterId::toString).toList();
        return String.join(", ", names)
                + (devices.size() > MOST_DEVICES ? " and %d more".formatted(devices.size() - MOST_DEVICES) : "");
    }

    /** At most some sentences, with the rest counted. */
    static List<String> first(List<String> evidence) {
        if (evidence.size() <= MOST_EVIDENCE) {
            return evidence;
        }
        List<String> some = new ArrayList<>(evidence.subList(0, MOST_EVIDENCE));
        some.add("and %,d more".formatted(evidence.size() - MOST_EVIDENCE));
        return some;
    }

    static ByteSpan page(long address) {
        return ByteSpan.physical(address & -PhysicalMemory.PAGE_SIZE, PhysicalMemory.PAGE_SIZE);
    }

    /** Little-endian bytes of quadwords, as hexadecimal digits. */
    static String bytes(List<Long> words) {
        StringBuilder text = new StringBuilder();
        for (long word : words) {
            text.append(HexFormat.of().toHexDigits(Long.reverseBytes(word)));
        }
        return text.toString();
    }
}
