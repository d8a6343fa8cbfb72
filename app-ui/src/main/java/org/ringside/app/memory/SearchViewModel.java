package org.ringside.app.memory;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyDoubleProperty;
import javafx.beans.property.ReadOnlyDoubleWrapper;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;
import org.ringside.app.text.Messages;
import org.ringside.app.workspace.TaskHandle;
import org.ringside.app.workspace.Workspace;
import org.ringside.decoder.structure.AddressSpace;
import org.ringside.trace.SnapshotInfo;

/** A search through the shown space of the shown snapshot, as far as it was captured. Belongs to the UI thread. */
public final class SearchViewModel {
    private static final Messages MESSAGES = Messages.of(SearchViewModel.class);
    /** No search is running. */
    public static final double IDLE = -1;

    private final Workspace workspace;
    private final MemoryViewModel memory;
    private final ObjectProperty<SearchKind> kind = new SimpleObjectProperty<>(this, "kind", SearchKind.BYTES);
    private final StringProperty text = new SimpleStringProperty(this, "text", "");
    private final ReadOnlyStringWrapper status = new ReadOnlyStringWrapper(this, "status", "");
    private final ReadOnlyDoubleWrapper progress = new ReadOnlyDoubleWrapper(this, "progress", IDLE);
    private final ObservableList<MemorySearch.Hit> hits = FXCollections.observableArrayList();
    private @Nullable TaskHandle running;
    private @Nullable Query searched;
    private boolean goToFirst;

    private record Query(SearchKind kind, String text, SnapshotInfo snapshot, AddressSpace space) {}

    SearchViewModel(Workspace workspace, MemoryViewModel memory) {
        this.workspace = workspace;
        this.memory = memory;
    }

    public ObjectProperty<SearchKind> kindProperty() {
        return kind;
    }

    /** What is looked for, as {@link #kindProperty()} reads it. */
    public StringProperty textProperty() {
        return text;
    }

    /** How the search went, or what is wrong with the text. */
    public ReadOnlyStringProperty statusProperty() {
        return status.getReadOnlyProperty();
    }

    /** 0 to 1 while a search is running, else {@link #IDLE}. */
    public ReadOnlyDoubleProperty progressProperty() {
        return progress.getReadOnlyProperty();
    }

    /** Matches by position. */
    ObservableList<MemorySearch.Hit> hits() {
        return hits;
    }

    /** Goes to the next match after the caret, or before it; searches first if the question is a new one. */
    public void find(boolean forward) {
        MemoryEvidence evidence = memory.evidenceProperty().get();
        SpaceChoice space = memory.spaceProperty().get();
        if (evidence == null || space == null) {
            status.set(MESSAGES.get("search.no-memory"));
            return;
        }
        Query query = new Query(kind.get(), text.get(), evidence.snapshot(), space.space());
        if (query.equals(searched)) {
            step(forward);
            return;
        }
        try {
            SearchPattern pattern = kind.get().pattern(text.get(), memory.names());
            start(query, pattern, evidence, space, forward);
        } catch (IllegalArgumentException wrong) {
            status.set(String.valueOf(wrong.getMessage()));
        }
    }

    /** Stops a running search; what was found stays. */
    public void cancel() {
        if (running != null) {
            running.cancel();
        }
        running = null;
        progress.set(IDLE);
    }

    /** Goes to a match. */
    void goTo(MemorySearch.Hit hit) {
        Query query = searched;
        if (query != null) {
            memory.goTo(query.space, hit.address(), hit.length());
        }
    }

    private void start(
            Query query, SearchPattern pattern, MemoryEvidence evidence, SpaceChoice space, boolean forward) {
        cancel();
        searched = query;
        hits.clear();
        goToFirst = true;
        status.set(MESSAGES.get("search.running"));
        progress.set(0);
        long from = memory.window().caret().position();
        TaskHandle[] own = new TaskHandle[1];
        own[0] = workspace
                .tasks()
                .run(
                        MESSAGES.get("task.search", query.snapshot.name()),
                        monitor -> {
                            SpaceMapping mapping =
                                    space.mapping(evidence.memory(), evidence.state(), monitor::isCancelled);
                            monitor.checkCancelled();
                            return new MemorySearch(
                                            new SearchedSpace(evidence.memory(), space.linear(), mapping),
                                            pattern,
                                            found -> workspace.ui().execute(() -> add(query, found)),
                                            monitor)
                                    .run(from, forward);
                        },
                        outcome -> finish(query, outcome),
                        () -> {
                            if (own[0].equals(running)) {
                                running = null;
                                progress.set(IDLE);
                            }
                        });
        running = own[0];
        own[0].progressProperty().subscribe(report -> {
            if (own[0].equals(running)) {
                progress.set(Math.max(0, report.fraction()));
            }
        });
    }

    private void add(Query query, List<MemorySearch.Hit> found) {
        if (!query.equals(searched)) {
            return;
        }
        if (goToFirst) {
            goToFirst = false;
            goTo(found.getFirst());
        }
        List<MemorySearch.Hit> sorted = new ArrayList<>(hits);
        sorted.addAll(found);
        sorted.sort(Comparator.comparingLong(MemorySearch.Hit::position));
        hits.setAll(sorted);
        status.set(MESSAGES.get("search.so-far", hits.size()));
    }

    private void finish(Query query, MemorySearch.Outcome outcome) {
        if (!query.equals(searched)) {
            return;
        }
        String count = outcome.hits() == 0
                ? MESSAGES.get("search.none")
                : MESSAGES.get(outcome.truncated() ? "search.found-most" : "search.found", outcome.hits());
        StringBuilder all = new StringBuilder(count);
        if (outcome.unreadablePages() != 0) {
            all.append("; ").append(MESSAGES.get("search.unreadable", outcome.unreadablePages()));
        }
        if (!outcome.wholeSpace()) {
            all.append("; ").append(MESSAGES.get("search.incomplete"));
        }
        status.set(all.toString());
    }

    private void step(boolean forward) {
        long here = memory.window().caret().first();
        MemorySearch.Hit next = null;
        for (MemorySearch.Hit hit : hits) {
            if (forward ? hit.position() > here : hit.position() < here) {
                next = hit;
                if (forward) {
                    break;
                }
            }
        }
        if (next == null && !hits.isEmpty()) {
            next = forward ? hits.getFirst() : hits.getLast();
        }
        if (next != null) {
            goTo(next);
        }
    }
}
