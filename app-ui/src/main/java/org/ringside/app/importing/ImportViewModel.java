package org.ringside.app.importing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;
import org.ringside.app.importing.ImportItem.Recognition;
import org.ringside.app.text.Formats;
import org.ringside.app.text.Messages;
import org.ringside.app.workspace.OpenTrace;
import org.ringside.app.workspace.Workspace;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.TraceFile;
import org.ringside.trace.importer.ImageFormats;
import org.ringside.trace.importer.ImportResult;
import org.ringside.trace.importer.MemoryImage;

/** Which images are imported, as what, into which trace. */
public final class ImportViewModel {
    private final Messages messages = Messages.of(ImportViewModel.class);
    private final Workspace workspace;
    private final ImportQueue queue;
    private final Consumer<Path> openTrace;
    private final ObservableList<ImportItem> items = FXCollections.observableArrayList();
    private final ObservableList<ImportItem> readOnlyItems = FXCollections.unmodifiableObservableList(items);
    private final BooleanProperty intoOpenTrace = new SimpleBooleanProperty(this, "intoOpenTrace");
    private final ObjectProperty<Path> newTrace = new SimpleObjectProperty<>(this, "newTrace");
    private final ReadOnlyStringWrapper problem = new ReadOnlyStringWrapper(this, "problem", "");
    private boolean targetChosen;

    /**
     * A model without images.
     *
     * @param openTrace opens a trace in the window, after an import into a new one
     */
    ImportViewModel(Workspace workspace, ImportQueue queue, Consumer<Path> openTrace) {
        this.workspace = workspace;
        this.queue = queue;
        this.openTrace = openTrace;
        intoOpenTrace.set(canImportIntoOpenTrace());
        newTrace.set(Path.of("new" + TraceFile.EXTENSION).toAbsolutePath());
        intoOpenTrace.subscribe(this::check);
        newTrace.subscribe(this::check);
    }

    public ObservableList<ImportItem> items() {
        return readOnlyItems;
    }

    /** Whether the images go into the open trace; else into {@link #newTraceProperty}. */
    public BooleanProperty intoOpenTraceProperty() {
        return intoOpenTrace;
    }

    public ObjectProperty<Path> newTraceProperty() {
        return newTrace;
    }

    /** Why the import cannot start; empty if it can. */
    public ReadOnlyStringProperty problemProperty() {
        return problem.getReadOnlyProperty();
    }

    /** Whether a trace is open that can be added to. */
    public boolean canImportIntoOpenTrace() {
        return workspace.openTrace() != null;
    }

    /** Name of the open trace's file; empty if none is open. */
    public String openTraceName() {
        @Nullable OpenTrace open = workspace.openTrace();
        return open == null ? "" : String.valueOf(open.trace().path().getFileName());
    }

    /** Adds images; looks at each in the background. Files that are listed already are passed over. */
    public void add(List<Path> images) {
        for (Path image : images) {
            Path absolute = image.toAbsolutePath().normalize();
            if (items.stream().noneMatch(item -> item.image().equals(absolute))) {
                ImportItem item = new ImportItem(absolute, freeName(baseName(absolute)), machine());
                items.add(item);
                item.nameProperty().subscribe(this::check);
                item.machineProperty().subscribe(this::check);
                recognise(item);
            }
        }
        if (!targetChosen && !items.isEmpty()) {
            proposeTarget(items.getFirst().image());
        }
        check();
    }

    public void remove(ImportItem item) {
        items.remove(item);
        check();
    }

    /** Takes the person's word for where the new trace is to be. */
    public void chooseTarget(Path target) {
        targetChosen = true;
        newTrace.set(target);
        intoOpenTrace.set(false);
    }

    /** Starts the imports; each is a task. Does nothing while there is a {@link #problemProperty}. */
    public void start() {
        if (!problem.get().isEmpty()) {
            return;
        }
        @Nullable OpenTrace open = workspace.openTrace();
        boolean adding = intoOpenTrace.get() && open != null;
        Path target = adding && open != null ? open.trace().path() : newTrace.get();
        for (ImportItem item : items) {
            var request = item.request();
            workspace
                    .tasks()
                    .run(
                            messages.get("task", item.image().getFileName()),
                            monitor -> queue.run(target, request, messages.get("waiting"), monitor),
                            result -> imported(target, result));
        }
    }

    private void imported(Path target, ImportResult result) {
        SnapshotInfo snapshot = result.snapshot();
        workspace
                .notifications()
                .inform(
                        messages.get("done", snapshot.name()),
                        messages.get(
                                "done.detail",
                                Formats.size(snapshot.capturedPages() * 4096),
                                Formats.size(result.newBytes()),
                                result.baseline()
                                        .map(SnapshotInfo::name)
                                        .map(name -> messages.get("done.baseline", name))
                                        .orElse("")));
        @Nullable OpenTrace open = workspace.openTrace();
        if (open != null && open.trace().path().equals(target)) {
            workspace.refresh();
        } else {
            openTrace.accept(target);
        }
    }

    private void recognise(ImportItem item) {
        workspace
                .tasks()
                .slot(messages.get("look", item.image().getFileName()))
                .run(monitor -> look(item.image()), found -> {
                    item.recognised(found);
                    check();
                });
    }

    /** Not on the UI thread. */
    private static Recognition look(Path image) {
        try (MemoryImage opened = ImageFormats.open(image)) {
            long memory =
                    opened.ranges().stream().mapToLong(AddressRange::length).sum();
            return new Recognition.Image(
                    opened.format(), Files.size(image), memory, opened.extents().isPresent());
        } catch (java.io.IOException refused) {
            return new Recognition.Refused(String.valueOf(refused.getMessage()));
        }
    }

    private void proposeTarget(Path image) {
        Path directory = Optional.ofNullable(image.getParent()).orElse(image);
        String base = baseName(image);
        workspace.tasks().slot(messages.get("target")).run(monitor -> free(directory, base), free -> {
            if (!targetChosen) {
                newTrace.set(free);
            }
        });
    }

    /** A file name that is not taken; looks at the disk. */
    private static Path free(Path directory, String base) {
        Path candidate = directory.resolve(base + TraceFile.EXTENSION);
        for (int number = 2; Files.exists(candidate); number++) {
            candidate = directory.resolve(base + "-" + number + TraceFile.EXTENSION);
        }
        return candidate;
    }

    private void check() {
        problem.set(findProblem());
    }

    private String findProblem() {
        if (items.isEmpty()) {
            return messages.get("problem.none");
        }
        List<String> names = new ArrayList<>();
        @Nullable OpenTrace open = workspace.openTrace();
        if (intoOpenTrace.get() && open != null) {
            open.snapshots().forEach(snapshot -> names.add(snapshot.name()));
        }
        for (ImportItem item : items) {
            String name = item.nameProperty().get().strip();
            if (names.contains(name)) {
                return messages.get("problem.name", name);
            }
            names.add(name);
            if (item.machineProperty().get().isBlank()) {
                return messages.get("problem.machine", item.image().getFileName());
            }
            switch (item.recognitionProperty().get()) {
                case Recognition.Pending pending -> {
                    return messages.get("problem.pending", item.image().getFileName());
                }
                case Recognition.Refused refused -> {
                    return messages.get("problem.refused", item.image().getFileName());
                }
                case Recognition.Image image -> {}
            }
        }
        return "";
    }

    private String freeName(String base) {
        List<String> taken = new ArrayList<>(
                items.stream().map(item -> item.nameProperty().get()).toList());
        @Nullable OpenTrace open = workspace.openTrace();
        if (open != null) {
            open.snapshots().forEach(snapshot -> taken.add(snapshot.name()));
        }
        String name = base;
        for (int number = 2; taken.contains(name); number++) {
            name = base + "-" + number;
        }
        return name;
    }

    /** Images imported together are mostly of one machine: the one of the open trace, if there is one. */
    private String machine() {
        if (!items.isEmpty()) {
            return items.getFirst().machineProperty().get();
        }
        @Nullable OpenTrace open = workspace.openTrace();
        return open == null || open.machines().isEmpty()
                ? "guest"
                : open.machines().getFirst();
    }

    private static String baseName(Path file) {
        String name = String.valueOf(file.getFileName());
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }
}
