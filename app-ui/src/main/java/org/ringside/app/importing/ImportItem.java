package org.ringside.app.importing;

import java.nio.file.Path;
import java.util.Optional;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import org.ringside.trace.importer.ImportRequest;

/** One image to import, as far as the person has filled it in. */
public final class ImportItem {
    private final Path image;
    private final StringProperty name = new SimpleStringProperty(this, "name", "");
    private final StringProperty machine = new SimpleStringProperty(this, "machine", "");
    private final ObjectProperty<Optional<Path>> registers =
            new SimpleObjectProperty<>(this, "registers", Optional.empty());
    private final ObjectProperty<Optional<Path>> memoryMap =
            new SimpleObjectProperty<>(this, "memoryMap", Optional.empty());
    private final BooleanProperty inPlace = new SimpleBooleanProperty(this, "inPlace");
    private final ReadOnlyObjectWrapper<Recognition> recognition =
            new ReadOnlyObjectWrapper<>(this, "recognition", new Recognition.Pending());

    ImportItem(Path image, String name, String machine) {
        this.image = image;
        this.name.set(name);
        this.machine.set(machine);
    }

    /** What the file is. */
    public sealed interface Recognition {
        /** Not looked at yet. */
        record Pending() implements Recognition {}

        /**
         * It can be imported.
         *
         * @param format for a person
         * @param size bytes of the file
         * @param memory bytes of memory captured in it
         * @param inPlace whether its bytes can stay in the file
         */
        record Image(String format, long size, long memory, boolean inPlace) implements Recognition {}

        /**
         * It cannot be imported.
         *
         * @param why what is wrong and what to do
         */
        record Refused(String why) implements Recognition {}
    }

    public Path image() {
        return image;
    }

    /** Name of the snapshot. */
    public StringProperty nameProperty() {
        return name;
    }

    /** Name of the machine. */
    public StringProperty machineProperty() {
        return machine;
    }

    /** A text file with the registers. */
    public ObjectProperty<Optional<Path>> registersProperty() {
        return registers;
    }

    /** For a raw image with holes: what lies where. */
    public ObjectProperty<Optional<Path>> memoryMapProperty() {
        return memoryMap;
    }

    /** Whether the bytes stay in the file. */
    public BooleanProperty inPlaceProperty() {
        return inPlace;
    }

    public ReadOnlyObjectProperty<Recognition> recognitionProperty() {
        return recognition.getReadOnlyProperty();
    }

    void recognised(Recognition found) {
        recognition.set(found);
        if (!(found instanceof Recognition.Image known) || !known.inPlace()) {
            inPlace.set(false);
        }
    }

    ImportRequest request() {
        String wanted = name.get().strip();
        return new ImportRequest(
                image,
                wanted.isEmpty() ? Optional.empty() : Optional.of(wanted),
                machine.get().strip(),
                registers.get(),
                memoryMap.get(),
                inPlace.get(),
                Optional.empty());
    }
}
