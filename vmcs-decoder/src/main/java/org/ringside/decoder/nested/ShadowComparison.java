package org.ringside.decoder.nested;

import java.util.ArrayList;
import java.util.Comparator;
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
 * @param ranges neighbouring pages of the same verdict as one, ascending within each verdict; at most {@link #MOST_RANGES}
 * @param complete whether all pages were compared
 */
public record ShadowComparison(
        long pages, long equal, long missing, List<Difference> differences, List<Range> ranges, boolean complete) {
    /** Differences kept at most. */
    public static final int MOST_DIFFERENCES = 1000;

    /** Ranges kept at most. */
    public static final int MOST_RANGES = 4000;

    private static final long PAGE = 4096;

    public ShadowComparison {
        differences = List.copyOf(differences);
        ranges = List.copyOf(ranges);
    }

    /** What the comparison says of a page. */
    public enum Verdict {
        /** Both map it to the same host memory, the shadow with no more rights. */
        AGREES,
        /** The composition maps it, the shadow does not (yet). */
        MISSING,
        /** {@link Kind#ADDED} */
        ADDED,
        /** {@link Kind#ELSEWHERE} */
        ELSEWHERE,
        /** {@link Kind#MORE_RIGHTS} */
        MORE_RIGHTS;

        private static Verdict of(Kind kind) {
            return switch (kind) {
                case ADDED -> ADDED;
                case ELSEWHERE -> ELSEWHERE;
                case MORE_RIGHTS -> MORE_RIGHTS;
            };
        }
    }

    /**
     * Neighbouring pages of the nested guest with the same verdict.
     *
     * @param guestPhysical of the first page, in the nested guest
     * @param length bytes, a multiple of 4096
     * @param verdict what they have in common
     * @param detail both sides at the first page, for a person; empty where there is nothing to say
     */
    public record Range(long guestPhysical, long length, Verdict verdict, String detail) {}

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
        Ranges ranges = new Ranges();
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
                    ranges.add(guest, Verdict.AGREES, "");
                } else {
                    ranges.add(guest, Verdict.of(difference.kind()), difference.detail());
                    if (differences.size() < MOST_DIFFERENCES) {
                        differences.add(difference);
                    }
                }
            }
        }
        long missing = 0;
        long looked = 0;
        EptMap inner = nested.tables(2).map(TableLimits.standard().cancelledBy(cancelled));
        complete &= inner.summary().complete();
        for (MappedRange range : inner.ranges()) {
            for (long done = 0; done < range.length(); done += PAGE) {
                if (looked >= mostPages || cancelled.getAsBoolean()) {
                    complete = false;
                    break;
                }
                looked++;
                if (isMissing(nested, shadow, range, done)) {
                    missing++;
                    ranges.add(range.input() + done, Verdict.MISSING, "");
                }
            }
        }
        return new ShadowComparison(pages, equal, missing, differences, ranges.sorted(), complete);
    }

    /** Whether the composition maps a page and the shadow does not: what the host itself has not given to the guest it cannot map in the shadow. */
    private static boolean isMissing(NestedGuests nested, ExtendedPageTables shadow, MappedRange range, long offset) {
        return !shadow.translate(range.input() + offset).isKnown()
                && nested.tables(1).translate(range.output() + offset).isKnown();
    }

    /** Joins neighbouring pages. */
    private static final class Ranges {
        private final List<Range> done = new ArrayList<>();

        void add(long page, Verdict verdict, String detail) {
            Range last = done.isEmpty() ? null : done.getLast();
            if (last != null && last.verdict() == verdict && last.guestPhysical() + last.length() == page) {
                done.set(
                        done.size() - 1, new Range(last.guestPhysical(), last.length() + PAGE, verdict, last.detail()));
            } else if (done.size() < MOST_RANGES) {
                done.add(new Range(page, PAGE, verdict, detail));
            }
        }

        List<Range> sorted() {
            done.sort(Comparator.comparing(Range::verdict).thenComparing(Range::guestPhysical, Long::compareUnsigned));
            return done;
        }
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
