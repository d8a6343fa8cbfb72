package org.ringside.app.map;

import java.util.OptionalLong;
import java.util.function.Function;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ReadOnlyLongProperty;
import javafx.beans.property.ReadOnlyLongWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import org.jspecify.annotations.Nullable;
import org.ringside.app.workspace.BackgroundWork;
import org.ringside.decoder.memory.PhysicalMemory;

/** A picture of pages, the part of it that is seen, and a cursor. Drawn in the background. Belongs to the UI thread. */
public final class PictureModel {
    private static final int PAGE = PhysicalMemory.PAGE_SIZE;

    private final BackgroundWork.Slot drawing;
    private final ReadOnlyObjectWrapper<@Nullable PageCells> cells = new ReadOnlyObjectWrapper<>(this, "cells");
    private final ReadOnlyObjectWrapper<MapViewport> viewport =
            new ReadOnlyObjectWrapper<>(this, "viewport", MapViewport.EMPTY);
    private final ReadOnlyObjectWrapper<@Nullable MapPicture> picture = new ReadOnlyObjectWrapper<>(this, "picture");
    private final ReadOnlyLongWrapper cursor = new ReadOnlyLongWrapper(this, "cursor");
    private final BooleanProperty emphasis = new SimpleBooleanProperty(this, "emphasis", true);
    private CellPalette palette = MapPalette.BLACK;
    private boolean fitted = true;

    /** @param drawing where the picture is drawn */
    public PictureModel(BackgroundWork.Slot drawing) {
        this.drawing = drawing;
        emphasis.subscribe(halo -> draw());
    }

    /** What is shown; null while there is nothing. */
    public ReadOnlyObjectProperty<@Nullable PageCells> cellsProperty() {
        return cells.getReadOnlyProperty();
    }

    public ReadOnlyObjectProperty<MapViewport> viewportProperty() {
        return viewport.getReadOnlyProperty();
    }

    /** The latest finished picture; it may be of an earlier viewport. */
    ReadOnlyObjectProperty<@Nullable MapPicture> pictureProperty() {
        return picture.getReadOnlyProperty();
    }

    /** Address of the page under the cursor. */
    public ReadOnlyLongProperty cursorProperty() {
        return cursor.getReadOnlyProperty();
    }

    /** Whether the codes that the palette emphasises have a halo where they are small. */
    public BooleanProperty emphasisProperty() {
        return emphasis;
    }

    /** Shows other pages, from nearby if their picture has the shape of the last one, else all of them. */
    public void show(PageCells other) {
        PageCells before = cells.get();
        cells.set(other);
        if (before != null && before.base() == other.base() && before.pages() == other.pages()) {
            draw();
        } else {
            fit();
        }
    }

    /** Shows nothing. */
    public void clear() {
        drawing.cancel();
        cells.set(null);
        picture.set(null);
    }

    /** Drops what is being drawn. */
    public void cancel() {
        drawing.cancel();
    }

    /** Says how large the pane is, in pixels. */
    public void resize(int width, int height) {
        MapViewport shown = viewport.get();
        if (width < 1 || height < 1 || (width == shown.width() && height == shown.height())) {
            return;
        }
        PageCells now = cells.get();
        if (now == null) {
            viewport.set(new MapViewport(0, 0, 0, width, height));
        } else {
            show(fitted ? MapViewport.fitting(now, width, height) : shown.resized(now, width, height));
        }
    }

    /** Draws with other colours. */
    public void use(CellPalette colors) {
        if (!colors.equals(palette)) {
            palette = colors;
            draw();
        }
    }

    /** Shows the whole picture. */
    public void fit() {
        fitted = true;
        change(now ->
                MapViewport.fitting(now, viewport.get().width(), viewport.get().height()));
    }

    /** Zooms with the cell at a pixel staying where it is. */
    public void zoom(int steps, double x, double y) {
        fitted = false;
        change(now -> viewport.get().zoomed(now, step(viewport.get().zoom(), steps), x, y));
    }

    /** Steps are finer near the size of a pixel and wider beyond. */
    private static int step(int zoom, int steps) {
        int size = zoom + 1;
        return zoom >= 4 ? (steps > 0 ? size * 3 / 2 : size * 2 / 3) - 1 : zoom + steps;
    }

    /** Moves what is seen, by pixels. */
    public void pan(long deltaX, long deltaY) {
        fitted = false;
        change(now -> viewport.get().moved(now, deltaX, deltaY));
    }

    /** The first page of the cell at a pixel; empty beside the picture. */
    public OptionalLong pageAt(double x, double y) {
        PageCells now = cells.get();
        if (now == null) {
            return OptionalLong.empty();
        }
        long column = viewport.get().column(x);
        long row = viewport.get().row(y);
        if (column < 0 || row < 0 || column >= now.columns() || row >= now.rows()) {
            return OptionalLong.empty();
        }
        long first = now.address((int) column, (int) row);
        return first >= now.end() ? OptionalLong.empty() : OptionalLong.of(first);
    }

    /** Moves the cursor by columns and rows of the picture as it is seen. */
    public void moveCursor(int columns, int rows) {
        PageCells now = cells.get();
        if (now != null) {
            int side = 1 << viewport.get().level();
            long cell = now.pagesPerCell() * PAGE;
            long delta = (columns + (long) rows * now.columns()) * side * cell;
            moveCursor(Math.clamp(cursor.get() + delta, now.base(), now.end() - PAGE));
        }
    }

    /** Puts the cursor on a page and brings it into sight. */
    public void moveCursor(long address) {
        cursor.set(address & -PAGE);
        PageCells now = cells.get();
        if (now != null && address >= now.base() && address < now.end()) {
            show(viewport.get().revealing(now, now.column(address), now.row(address)));
        }
    }

    private void change(Function<PageCells, MapViewport> to) {
        PageCells now = cells.get();
        if (now != null) {
            show(to.apply(now));
        }
    }

    private void show(MapViewport target) {
        viewport.set(target);
        draw();
    }

    /** Draws again. */
    void draw() {
        PageCells now = cells.get();
        if (now == null) {
            return;
        }
        MapViewport shown = viewport.get();
        CellPalette colors = palette;
        boolean halo = emphasis.get();
        drawing.run(monitor -> MapPicture.draw(now, shown, colors, halo), picture::set);
    }
}
