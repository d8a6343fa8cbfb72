package org.ringside.app.shell;

import java.util.List;
import javafx.scene.Group;
import javafx.scene.Node;
import javafx.scene.SnapshotParameters;
import javafx.scene.image.Image;
import javafx.scene.layout.StackPane;
import javafx.scene.paint.Color;
import javafx.scene.shape.Circle;
import javafx.scene.shape.Rectangle;
import javafx.scene.shape.StrokeType;
import javafx.scene.transform.Scale;

/** The application's mark: rings seen from the seat inside of them, one of them struck. Drawn, so it is sharp at every size. */
public final class Logo {
    private static final double UNIT = 64;

    private Logo() {}

    /** The mark as a node of {@code size} × {@code size} pixels. */
    public static Node mark(double size) {
        Group group = new Group(drawing());
        group.getTransforms().add(new Scale(size / UNIT, size / UNIT));
        StackPane pane = new StackPane(new Group(group));
        pane.setMinSize(size, size);
        pane.setMaxSize(size, size);
        pane.setMouseTransparent(true);
        return pane;
    }

    /** The mark as icons for the window. On the UI thread. */
    static List<Image> icons() {
        return List.of(image(16), image(32), image(64), image(128), image(256));
    }

    private static Image image(double size) {
        Group group = new Group(drawing());
        SnapshotParameters parameters = new SnapshotParameters();
        parameters.setFill(Color.TRANSPARENT);
        parameters.setTransform(new Scale(size / UNIT, size / UNIT));
        return group.snapshot(parameters, null);
    }

    private static Node drawing() {
        Rectangle plate = new Rectangle(0, 0, UNIT, UNIT);
        plate.setArcWidth(18);
        plate.setArcHeight(18);
        plate.setFill(Color.web("#12233d"));
        Circle outer = ring(23, Color.web("#58a6ff"));
        Circle middle = ring(15, Color.web("#e69f00"));
        Circle inner = new Circle(UNIT / 2, UNIT / 2, 6.5, Color.web("#2ec494"));
        Circle strike = new Circle(48.3, 15.7, 6.5, Color.web("#ff5c5c"));
        strike.setStroke(Color.web("#12233d"));
        strike.setStrokeWidth(3);
        strike.setStrokeType(StrokeType.OUTSIDE);
        return new Group(plate, outer, middle, inner, strike);
    }

    private static Circle ring(double radius, Color color) {
        Circle ring = new Circle(UNIT / 2, UNIT / 2, radius, Color.TRANSPARENT);
        ring.setStroke(color);
        ring.setStrokeWidth(4.5);
        return ring;
    }
}
