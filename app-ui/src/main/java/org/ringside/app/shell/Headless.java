package org.ringside.app.shell;

import java.util.function.BooleanSupplier;
import javafx.animation.AnimationTimer;
import javafx.application.Platform;
import javafx.beans.value.ObservableBooleanValue;

/** The window without a display. */
public final class Headless {
    /** Frames without work after which nothing more is expected: a result may start new work a frame or two later. */
    private static final int QUIET_FRAMES = 6;

    private Headless() {}

    /** Makes JavaFX draw in memory; before it starts. A platform that was chosen on the command line stays. */
    public static void configure() {
        setUnlessChosen("glass.platform", "Headless");
        setUnlessChosen("prism.order", "sw");
        setUnlessChosen("prism.lcdtext", "false");
        setUnlessChosen("java.awt.headless", "true");
    }

    private static void setUnlessChosen(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    /** Runs {@code action} once there was no work for some frames in a row. On the UI thread. */
    public static void whenQuiet(ObservableBooleanValue idle, Runnable action) {
        int[] quiet = new int[1];
        whenTrue(
                () -> {
                    quiet[0] = idle.get() ? quiet[0] + 1 : 0;
                    return quiet[0] >= QUIET_FRAMES;
                },
                action);
    }

    /** Runs {@code action} once the condition holds, looking at it in every frame. On the UI thread. */
    public static void whenTrue(BooleanSupplier condition, Runnable action) {
        new AnimationTimer() {
            @Override
            public void handle(long now) {
                if (condition.getAsBoolean()) {
                    stop();
                    // Not from inside a frame: what changed last is laid out first.
                    Platform.runLater(action);
                }
            }
        }.start();
    }
}
