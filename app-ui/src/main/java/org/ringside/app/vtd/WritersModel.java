package org.ringside.app.vtd;

import java.util.List;
import java.util.Optional;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import org.jspecify.annotations.Nullable;
import org.ringside.app.map.PictureModel;
import org.ringside.app.map.WriterOverlay;
import org.ringside.app.structures.FoundUnit;
import org.ringside.app.text.Formats;
import org.ringside.app.text.Messages;
import org.ringside.app.workspace.BackgroundWork;
import org.ringside.app.workspace.Selection;
import org.ringside.app.workspace.Workspace;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.vtd.RequesterId;

/** The picture of the memory that one device, or any, can write. Belongs to the UI thread. */
public final class WritersModel {
    private static final Messages MESSAGES = Messages.of(WritersModel.class);
    private static final int MOST_DEVICES = 12;

    private final Workspace workspace;
    private final BackgroundWork.Slot slot;
    private final PictureModel picture;
    private final ReadOnlyObjectWrapper<@Nullable WriterOverlay> overlay = new ReadOnlyObjectWrapper<>(this, "overlay");
    private Optional<RequesterId> device = Optional.empty();
    private List<FoundUnit> units = List.of();

    WritersModel(Workspace workspace) {
        this.workspace = workspace;
        slot = workspace.tasks().slot(MESSAGES.get("task.writers"));
        picture = new PictureModel(workspace.tasks().slot(MESSAGES.get("task.writers.draw")));
    }

    /** The picture, the part of it that is seen, and the cursor. */
    public PictureModel picture() {
        return picture;
    }

    /** What the picture shows; null while it is being read. */
    public ReadOnlyObjectProperty<@Nullable WriterOverlay> overlayProperty() {
        return overlay.getReadOnlyProperty();
    }

    /** Shows all devices of other units. */
    void use(List<FoundUnit> found, PhysicalMemory memory) {
        units = found;
        device = Optional.empty();
        read(memory);
    }

    void cancel() {
        slot.cancel();
        picture.cancel();
    }

    /** Shows what this device can write; empty for all devices of all units. */
    public void show(Optional<RequesterId> other, PhysicalMemory memory) {
        device = other;
        read(memory);
    }

    private void read(PhysicalMemory memory) {
        overlay.set(null);
        List<FoundUnit> of = units;
        Optional<RequesterId> only = device;
        slot.run(monitor -> WriterOverlay.of(memory, of, only, monitor), found -> {
            overlay.set(found);
            picture.show(found.cells());
        });
    }

    /** What is known of a page: who can write it, by which DMA address. */
    public String describe(long address) {
        WriterOverlay shown = overlay.get();
        List<String> who = shown == null
                ? List.of()
                : shown.writers(address).stream()
                        .flatMap(reach -> reach.devices().stream()
                                .filter(one -> device.isEmpty() || device.get().equals(one))
                                .map(one -> MESSAGES.get("writer", one, Formats.address(reach.dmaAddress()))))
                        .limit(MOST_DEVICES)
                        .toList();
        return Formats.address(address) + "\n" + (who.isEmpty() ? MESSAGES.get("writer.none") : String.join("\n", who));
    }

    /** Selects a page, in every view. */
    public void select(long address) {
        picture.moveCursor(address);
        workspace.select(new Selection.Page(address));
    }

    /** Brings up the bytes under the cursor. */
    public void open() {
        workspace.select(new Selection.Page(picture.cursorProperty().get()));
        workspace.showView("memory");
    }
}
