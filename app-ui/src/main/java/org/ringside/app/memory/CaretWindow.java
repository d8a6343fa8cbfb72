package org.ringside.app.memory;

import javafx.beans.property.IntegerProperty;
import javafx.beans.property.ReadOnlyIntegerProperty;
import javafx.beans.property.ReadOnlyIntegerWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleIntegerProperty;

/** A window of rows over the line of a space, and a caret that moves on it. Knows positions only. Belongs to the UI thread. */
public final class CaretWindow {
    private final ReadOnlyObjectWrapper<RowScroll> scroll =
            new ReadOnlyObjectWrapper<>(this, "scroll", new RowScroll(1, 1, 0));
    private final ReadOnlyObjectWrapper<HexCaret> caret = new ReadOnlyObjectWrapper<>(this, "caret", HexCaret.START);
    private final ReadOnlyIntegerWrapper bytesPerRow = new ReadOnlyIntegerWrapper(this, "bytesPerRow", 16);
    private final IntegerProperty columns = new SimpleIntegerProperty(this, "columns");
    private final Runnable onCaret;
    private final Runnable onScroll;
    private long extent = 1;

    /**
     * Makes a window over nothing.
     *
     * @param onCaret told after the caret was placed
     * @param onScroll told after other rows came into the window
     */
    CaretWindow(Runnable onCaret, Runnable onScroll) {
        this.onCaret = onCaret;
        this.onScroll = onScroll;
    }

    public ReadOnlyObjectProperty<RowScroll> scrollProperty() {
        return scroll.getReadOnlyProperty();
    }

    public RowScroll scroll() {
        return scroll.get();
    }

    public ReadOnlyObjectProperty<HexCaret> caretProperty() {
        return caret.getReadOnlyProperty();
    }

    public HexCaret caret() {
        return caret.get();
    }

    public ReadOnlyIntegerProperty bytesPerRowProperty() {
        return bytesPerRow.getReadOnlyProperty();
    }

    public int bytesPerRow() {
        return bytesPerRow.get();
    }

    /** Bytes in a row that were asked for; 0 for as many as fit. */
    public IntegerProperty columnsProperty() {
        return columns;
    }

    /** Position of the first byte in the window. */
    long firstPosition() {
        return scroll.get().top() * bytesPerRow.get();
    }

    /** Position after the last byte in the window; may lie after the end of the space. */
    long endPosition() {
        return (scroll.get().top() + scroll.get().visible()) * bytesPerRow.get();
    }

    /**
     * Lies over another space: window and caret stay at their positions as far as it has them.
     *
     * @param positions how many it has, at least 1
     */
    void cover(long positions) {
        extent = positions;
        setScroll(new RowScroll(rowCount(), scroll.get().visible(), scroll.get().top()));
        place(new HexCaret(clamp(caret.get().anchor()), clamp(caret.get().position())));
    }

    /**
     * Says how much fits.
     *
     * @param rows rows in the window, at least 1
     * @param columns bytes in a row: a power of two, 8 to 64
     */
    public void resize(int rows, int columns) {
        if (rows != scroll.get().visible() || columns != bytesPerRow.get()) {
            long top = firstPosition();
            bytesPerRow.set(columns);
            setScroll(new RowScroll(rowCount(), rows, top / columns));
        }
    }

    public void scrollTo(RowScroll target) {
        setScroll(target);
    }

    public void scrollBy(long rows) {
        setScroll(scroll.get().by(rows));
    }

    /**
     * Moves the caret by some bytes and has it in the window.
     *
     * @param extend whether the selection grows instead of beginning anew
     */
    public void moveCaret(long delta, boolean extend) {
        long from = caret.get().position();
        long target = from + delta;
        // A step out of the space in either direction stays in it, in the same column.
        if (target < 0 || target >= extent) {
            target = Math.abs(delta) >= bytesPerRow.get() ? sameColumn(from, delta > 0) : clamp(target);
        }
        moveCaretTo(target, extend);
    }

    /** Moves the caret to a position and has it in the window. */
    public void moveCaretTo(long position, boolean extend) {
        long target = clamp(position);
        place(caret.get().to(target, extend));
        setScroll(scroll.get().revealing(target / bytesPerRow.get()));
    }

    /** Extends the selection to a position that is in the window. */
    void dragCaretTo(long position) {
        place(caret.get().to(clamp(position), true));
    }

    /** Selects bytes, the caret at the first, and scrolls no further than needed to have it in the window. */
    void select(long first, long length) {
        place(selection(first, length));
        setScroll(scroll.get().revealing(first / bytesPerRow.get()));
    }

    /** Selects bytes and has the first where the eye expects what it jumped to. */
    void jumpTo(long first, long length) {
        place(selection(first, length));
        setScroll(scroll.get().centring(first / bytesPerRow.get()));
    }

    /** Puts the caret where a person looks for the same address in another space, although it may be in the window already. */
    void restartAt(long position) {
        place(HexCaret.at(position));
        long row = position / bytesPerRow.get();
        setScroll(scroll.get().withTop(row).centring(row));
    }

    private HexCaret selection(long first, long length) {
        return new HexCaret(Math.max(first, clamp(first + length - 1)), first);
    }

    private void place(HexCaret target) {
        caret.set(target);
        onCaret.run();
    }

    private void setScroll(RowScroll target) {
        scroll.set(target);
        onScroll.run();
    }

    private long clamp(long position) {
        return Math.clamp(position, 0, extent - 1);
    }

    private long sameColumn(long from, boolean down) {
        long column = from % bytesPerRow.get();
        return down ? extent - bytesPerRow.get() + column : column;
    }

    private long rowCount() {
        return extent / bytesPerRow.get();
    }
}
