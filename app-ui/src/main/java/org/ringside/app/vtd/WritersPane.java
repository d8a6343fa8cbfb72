package org.ringside.app.vtd;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javafx.geometry.Pos;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.input.KeyCode;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.HBox;
import javafx.util.StringConverter;
import javafx.util.Subscription;
import org.jspecify.annotations.Nullable;
import org.ringside.app.map.PictureCanvas;
import org.ringside.app.map.WriterLegend;
import org.ringside.app.map.WriterOverlay;
import org.ringside.app.text.Formats;
import org.ringside.app.text.Messages;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.vtd.RequesterId;

/** What can this device write: all of memory as a picture, with a choice of the device. */
final class WritersPane extends BorderPane {
    private static final Messages MESSAGES = Messages.of(WritersPane.class);

    private final WritersModel model;
    private final ComboBox<Optional<RequesterId>> device = new ComboBox<>();
    private final Label total = new Label();
    private final WriterLegend legend = new WriterLegend(false);
    private final PictureCanvas canvas;
    private Subscription subscription = Subscription.EMPTY;
    private @Nullable PhysicalMemory memory;
    private boolean filling;

    WritersPane(WritersModel model) {
        this.model = model;
        canvas = new PictureCanvas(
                model.picture(),
                new Behaviour(),
                MESSAGES.get("writers.accessible"),
                WriterLegend.COLORS,
                colors -> model.picture().use(legend.palette(colors)));
        device.setConverter(new StringConverter<>() {
            @Override
            public String toString(Optional<RequesterId> chosen) {
                return chosen == null || chosen.isEmpty()
                        ? MESSAGES.get("writers.all")
                        : chosen.get().toString();
            }

            @Override
            public Optional<RequesterId> fromString(String text) {
                throw new UnsupportedOperationException("chosen, not typed");
            }
        });
        device.setAccessibleText(MESSAGES.get("writers.device"));
        device.setOnAction(event -> {
            Optional<RequesterId> chosen = device.getValue();
            if (chosen != null && memory != null && !filling) {
                model.show(chosen, memory);
            }
        });
        total.getStyleClass().add("text-muted");
        HBox bar = new HBox(new Label(MESSAGES.get("writers.device")), device, total);
        bar.setAlignment(Pos.CENTER_LEFT);
        bar.getStyleClass().add("vtd-bar");
        setTop(bar);
        setCenter(canvas);
        setBottom(legend.node());
        getStyleClass().add("vtd-writers");
    }

    void attach() {
        canvas.attach();
        subscription = model.overlayProperty().subscribe(this::show);
    }

    void detach() {
        canvas.detach();
        subscription.unsubscribe();
    }

    /** Devices to choose from. */
    void use(List<RequesterId> devices, PhysicalMemory other) {
        filling = true;
        try {
            memory = other;
            List<Optional<RequesterId>> choices = new ArrayList<>();
            choices.add(Optional.empty());
            devices.forEach(one -> choices.add(Optional.of(one)));
            device.getItems().setAll(choices);
            device.setValue(Optional.empty());
        } finally {
            filling = false;
        }
    }

    private void show(@Nullable WriterOverlay overlay) {
        legend.show(overlay);
        if (overlay == null) {
            total.setText("");
            return;
        }
        long pages = overlay.pages(WriterOverlay.Writers.ONE)
                + overlay.pages(WriterOverlay.Writers.FEW)
                + overlay.pages(WriterOverlay.Writers.MANY);
        long all = pages + overlay.pages(WriterOverlay.Writers.NONE);
        total.setText(MESSAGES.get(
                "writers.total",
                Formats.size(pages * PhysicalMemory.PAGE_SIZE),
                Formats.size(all * PhysicalMemory.PAGE_SIZE)));
    }

    private final class Behaviour implements PictureCanvas.Behaviour {
        @Override
        public String describe(long address) {
            return model.describe(address);
        }

        @Override
        public void select(long address) {
            model.select(address);
        }

        @Override
        public void open() {
            model.open();
        }

        @Override
        public boolean key(KeyCode code) {
            return false;
        }

        @Override
        public String waiting() {
            return MESSAGES.get("state.loading");
        }
    }
}
