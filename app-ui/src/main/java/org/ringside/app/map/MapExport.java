package org.ringside.app.map;

import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import javafx.scene.Scene;
import javafx.scene.image.PixelReader;
import javafx.scene.image.WritableImage;
import javafx.scene.layout.Region;
import javafx.stage.FileChooser;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.ringside.app.text.Messages;
import org.ringside.app.workspace.Workspace;

/** Writes a picture as it is seen to a PNG file. */
public final class MapExport {
    private static final Messages MESSAGES = Messages.of(MapExport.class);

    private MapExport() {}

    /**
     * Asks where to, and writes in the background.
     *
     * @param name of the file, to begin with
     */
    public static void ask(@Nullable Scene scene, Region canvas, Workspace workspace, String name) {
        if (scene == null) {
            return;
        }
        FileChooser chooser = new FileChooser();
        chooser.setTitle(MESSAGES.get("export.title"));
        chooser.setInitialFileName(name);
        chooser.getExtensionFilters().add(new FileChooser.ExtensionFilter(MESSAGES.get("export.png"), "*.png"));
        File chosen = chooser.showSaveDialog(scene.getWindow());
        if (chosen != null) {
            WritableImage image = canvas.snapshot(null, null);
            workspace
                    .tasks()
                    .run(
                            MESSAGES.get("export.task", chosen.getName()),
                            monitor -> write(image, chosen.toPath()),
                            file -> {});
        }
    }

    static Path write(WritableImage image, Path file) throws IOException {
        int width = (int) image.getWidth();
        int height = (int) image.getHeight();
        BufferedImage copy = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        PixelReader pixels = image.getPixelReader();
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                copy.setRGB(x, y, pixels.getArgb(x, y));
            }
        }
        if (!ImageIO.write(copy, "png", file.toFile())) {
            throw new IOException("this Java cannot write PNG files");
        }
        return file;
    }
}
