package org.ringside.decoder.nested;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.ringside.decoder.ept.EptMap;
import org.ringside.decoder.ept.ExtendedPageTables;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.translation.AccessRights;
import org.ringside.decoder.translation.MappedRange;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.translation.Translation;

/**
 * The tables that run a nested guest (EPT02) against what they should be: those of its hypervisor (EPT12) put on those of the host (EPT01). A
 * shadow is filled on demand: what it misses is no error; what it adds or leads elsewhere is.
 *
 * @param pages pages compared
 * @param equal pages that are the same on both sides
 * @param missing pages that the composition maps and the shadow does not (yet)
 * @param differences what the shadow has and the composition does not, or has otherwise; at most {@link #MOST_DIFFERENCES}
 * @param complete whether all pages were compared
 */
public record ShadowComparison(long pages, long equal, long missing, List<Difference> differences, boolean complete) {
    /** Differences kept at most. */
    public static final int MOST_DIFFERENCES = 1000;

    private static final long PAGE = 4096;

    public ShadowComparison {
        differences = List.copyOf(differences);
    }

    /** What is wrong with a page of the shadow. */
    public enum Kind {
        /** The composition does not map it. */
        ADDED,
        /** It leads to other host memory. */
        ELSEWHERE,
        /** It allows what the composition does not. */
        MORE_RIGHTS
    }

    /**
     * @param guestPhysical the page, in the nested guest
     * @param kind what is wrong
     * @param detail both sides, for a person
     */
    public record Difference(long guestPhysical, Kind kind, String detail) {}

    /**
     * Compares page by page.
     *
     * @param nested the memory of the levels; level 2 is composed
     * @param shadow the tables that run level 2, in host-physical memory
     * @param mostPages pages compared at most
     */
    public static ShadowComparison of(
            NestedGuests nested, ExtendedPageTables shadow, long mostPages, BooleanSupplier cancelled) {
        EptMap map = shadow.map(TableLimits.standard().cancelledBy(cancelled));
        long pages = 0;
        long equal = 0;
        List<Difference> differences = new ArrayList<>();
        boolean complete = map.summary().complete();
        for (MappedRange range : map.ranges()) {
            for (long done = 0; done < range.length(); done += PAGE) {
                if (pages >= mostPages || cancelled.getAsBoolean()) {
                    complete = false;
                    break;
                }
                pages++;
                long guest = range.input() + done;
                Difference difference = difference(nested, guest, range.output() + done, range.rights());
                if (difference == null) {
                    equal++;
                } else if (differences.size() < MOST_DIFFERENCES) {
                    differences.add(difference);
                }
            }
        }
        long missing = 0;
        long looked = 0;
        for (MappedRange range : nested.tables(2)
                .map(TableLimits.standard().cancelledBy(cancelled))
                .ranges()) {
            for (long done = 0; done < range.length() && looked < mostPages; done += PAGE, looked++) {
                if (!shadow.translate(range.input() + done).isKnown()) {
                    missing++;
                }
            }
        }
        return new ShadowComparison(pages, equal, missing, differences, complete && looked < mostPages);
    }

    private static @Nullable Difference difference(
            NestedGuests nested, long guest, long shadowHost, AccessRights shadowRights) {
        Observed<Translation> inner = nested.tables(2).translate(guest);
        Observed<Translation> outer = inner.flatMap(t -> nested.tables(1).translate(t.output()));
        if (!(inner instanceof Observed.Known<Translation>(Translation first))
                || !(outer instanceof Observed.Known<Translation>(Translation second))) {
            return new Difference(guest, Kind.ADDED, outer.reason());
        }
        if (second.output() != shadowHost) {
            return new Difference(guest, Kind.ELSEWHERE, "0x%x instead of 0x%x".formatted(shadowHost, second.output()));
        }
        AccessRights allowed = first.rights().and(second.rights());
        if ((shadowRights.mask() & ~allowed.mask()) != 0) {
            return new Difference(guest, Kind.MORE_RIGHTS, "%s instead of %s".formatted(shadowRights, allowed));
        }
        return null;
    }
}
