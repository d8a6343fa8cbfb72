package org.ringside.app.dock;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javafx.geometry.Orientation;

/** How panes are arranged. */
public sealed interface DockLayout {
    /** Splits inside each other, at most; a stored layout with more is refused. */
    int MAXIMUM_DEPTH = 16;

    /**
     * Parts beside or above each other.
     *
     * @param orientation {@link Orientation#HORIZONTAL}: from left to right
     * @param parts at least one
     * @param dividers where each part but the last ends, 0 to 1, ascending
     */
    record Split(Orientation orientation, List<DockLayout> parts, List<Double> dividers) implements DockLayout {
        public Split {
            parts = List.copyOf(parts);
            dividers = List.copyOf(dividers);
            if (parts.isEmpty() || dividers.size() != parts.size() - 1) {
                throw new IllegalArgumentException(
                        parts.size() + " parts do not go with " + dividers.size() + " dividers");
            }
        }
    }

    /**
     * Panes behind each other.
     *
     * @param views ids of the panes, at least one
     * @param selected the one in front
     */
    record Tabs(List<String> views, String selected) implements DockLayout {
        public Tabs {
            views = List.copyOf(views);
            if (!views.contains(selected)) {
                throw new IllegalArgumentException(selected + " is not among " + views);
            }
        }

        public static Tabs of(String... views) {
            return new Tabs(List.of(views), views[0]);
        }
    }

    /** Ids of all panes. */
    default List<String> views() {
        return switch (this) {
            case Tabs tabs -> tabs.views();
            case Split split ->
                split.parts().stream().flatMap(part -> part.views().stream()).toList();
        };
    }

    /** This arrangement with only the panes that {@code known} accepts and each at most once; empty if none is left. */
    default Optional<DockLayout> retain(Predicate<String> known) {
        return retain(known, new ArrayList<>());
    }

    private Optional<DockLayout> retain(Predicate<String> known, List<String> seen) {
        return switch (this) {
            case Tabs(List<String> views, String selected) -> {
                List<String> kept = views.stream()
                        .filter(known)
                        .filter(view -> !seen.contains(view))
                        .distinct()
                        .toList();
                seen.addAll(kept);
                yield kept.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new Tabs(kept, kept.contains(selected) ? selected : kept.getFirst()));
            }
            case Split(Orientation orientation, List<DockLayout> parts, List<Double> dividers) -> {
                List<DockLayout> kept = new ArrayList<>();
                List<Double> ends = new ArrayList<>();
                for (int i = 0; i < parts.size(); i++) {
                    double end = i < dividers.size() ? dividers.get(i) : 1;
                    parts.get(i).retain(known, seen).ifPresent(part -> {
                        kept.add(part);
                        ends.add(end);
                    });
                }
                yield switch (kept.size()) {
                    case 0 -> Optional.empty();
                    case 1 -> Optional.of(kept.getFirst());
                    default -> Optional.of(new Split(orientation, kept, ends.subList(0, kept.size() - 1)));
                };
            }
        };
    }

    /** How many splits are inside each other, this one included. */
    default int depth() {
        return switch (this) {
            case Tabs tabs -> 0;
            case Split split ->
                1 + split.parts().stream().mapToInt(DockLayout::depth).max().orElse(0);
        };
    }

    /** This arrangement with {@code view} as a further tab beside the first of {@code neighbours} that is there, in front; else empty. */
    default Optional<DockLayout> withTab(String view, List<String> neighbours) {
        return switch (this) {
            case Tabs tabs ->
                tabs.views().stream().anyMatch(neighbours::contains)
                        ? Optional.of(new Tabs(
                                Stream.concat(tabs.views().stream(), Stream.of(view))
                                        .toList(),
                                view))
                        : Optional.empty();
            case Split(Orientation orientation, List<DockLayout> parts, List<Double> dividers) -> {
                for (int i = 0; i < parts.size(); i++) {
                    Optional<DockLayout> changed = parts.get(i).withTab(view, neighbours);
                    if (changed.isPresent()) {
                        List<DockLayout> replaced = new ArrayList<>(parts);
                        replaced.set(i, changed.get());
                        yield Optional.of(new Split(orientation, replaced, dividers));
                    }
                }
                yield Optional.empty();
            }
        };
    }

    /** This arrangement with {@code view} along one of its four edges. */
    default DockLayout withEdge(String view, Orientation orientation, boolean atEnd, double share) {
        Tabs added = Tabs.of(view);
        return atEnd
                ? new Split(orientation, List.of(this, added), List.of(1 - share))
                : new Split(orientation, List.of(added, this), List.of(share));
    }
}
