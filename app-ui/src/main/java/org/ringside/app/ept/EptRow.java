package org.ringside.app.ept;

import java.util.Optional;
import org.ringside.app.text.Formats;
import org.ringside.decoder.translation.MappedRange;
import org.ringside.decoder.translation.Translation;

/**
 * A range of the EPT map, ready to show.
 *
 * @param range neighbouring pages with the same rights that lead to neighbouring pages
 * @param host host-physical address of its first byte; empty where an outer level does not map it
 * @param type memory type
 * @param flags other attributes, in words
 * @param used how many of its leaves were accessed and written, where the tables say so
 */
record EptRow(MappedRange range, Optional<Long> host, String type, String flags, Optional<Used> used) {
    /** Leaves whose accessed and whose dirty flag is set. */
    record Used(long accessed, long dirty) {}

    String guestAddress() {
        return Formats.address(range.input());
    }

    String hostAddress() {
        return host.map(Formats::address).orElse("?");
    }

    String size() {
        return Formats.size(range.length());
    }

    /** Number and size of its pages. */
    String pages() {
        String size = Translation.size(range.smallestPage());
        return range.smallestPage() == range.largestPage()
                ? "%,d × %s".formatted(range.leaves(), size)
                : "%,d × %s to %s".formatted(range.leaves(), size, Translation.size(range.largestPage()));
    }

    String rights() {
        return range.rights().toString();
    }

    /** Accessed and dirty leaves of all; empty where the tables keep no such flags. */
    String usedText() {
        return used.map(found -> "A %,d  D %,d".formatted(found.accessed(), found.dirty()))
                .orElse("");
    }

    /** As a line of a report. */
    String text() {
        return String.join("\t", guestAddress(), hostAddress(), size(), pages(), rights(), type, usedText(), flags)
                .stripTrailing();
    }
}
