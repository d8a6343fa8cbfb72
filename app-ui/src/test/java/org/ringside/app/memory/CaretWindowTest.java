package org.ringside.app.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class CaretWindowTest {
    private int placed;
    private int scrolled;
    private final CaretWindow window = new CaretWindow(() -> placed++, () -> scrolled++);

    private void cover(long extent) {
        window.cover(extent);
        window.resize(40, 16);
    }

    @Test
    void theCaretStaysInTheSpaceAndInItsColumn() {
        cover(0x4000);
        window.moveCaretTo(5, false);
        window.moveCaret(-16, false);
        assertEquals(5, window.caret().position());
        window.moveCaret(-6, false);
        assertEquals(0, window.caret().position());
        window.moveCaretTo(Long.MAX_VALUE, false);
        assertEquals(0x3fff, window.caret().position());
        window.moveCaret(16 * 40, true);
        assertEquals(0x3fff, window.caret().position());
        window.moveCaretTo(0x3ff3, false);
        window.moveCaret(16 * 40, false);
        assertEquals(0x3ff3, window.caret().position());
        window.moveCaret(-3, true);
        assertEquals(new HexCaret(0x3ff3, 0x3ff0), window.caret());
        assertEquals(4, window.caret().length());
    }

    @Test
    void scrollsNoFurtherThanTheCaretNeeds() {
        cover(0x10000);
        window.moveCaretTo(39 * 16, false);
        assertEquals(0, window.scroll().top());
        window.moveCaret(16, false);
        assertEquals(1, window.scroll().top());
        window.scrollBy(100);
        assertEquals(40 * 16, window.caret().position(), "scrolling leaves the caret");
        window.moveCaret(1, false);
        assertEquals(40, window.scroll().top());
    }

    @Test
    void aJumpHasItsTargetAThirdFromTheTop() {
        cover(0x100000);
        window.jumpTo(0x8000, 8);
        assertEquals(0x800 - 40 / 3, window.scroll().top());
        assertEquals(new HexCaret(0x8007, 0x8000), window.caret());
        long top = window.scroll().top();
        window.jumpTo(0x8040, 1);
        assertEquals(top, window.scroll().top(), "it is in the window already");
    }

    @Test
    void selectsNoFurtherThanTheSpaceReaches() {
        cover(0x1000);
        window.select(0xffe, 100);
        assertEquals(new HexCaret(0xfff, 0xffe), window.caret());
        window.jumpTo(0xfff, 0);
        assertEquals(HexCaret.at(0xfff), window.caret());
    }

    @Test
    void otherRowsKeepTheFirstByteInTheWindow() {
        cover(0x10000);
        window.scrollBy(64);
        window.resize(20, 32);
        assertEquals(32, window.scroll().top());
        assertEquals(64 * 16, window.firstPosition());
        assertEquals(64 * 16 + 20 * 32, window.endPosition());
    }

    @Test
    void aSmallerSpaceTakesTheCaretWithIt() {
        cover(0x10000);
        window.moveCaretTo(0xffff, false);
        window.cover(0x1000);
        assertEquals(HexCaret.at(0xfff), window.caret());
        assertEquals(0x100 - 40, window.scroll().top());
    }

    @Test
    void tellsWhenTheCaretWasPlacedAndWhenRowsChanged() {
        cover(0x10000);
        placed = 0;
        scrolled = 0;
        window.dragCaretTo(7);
        assertEquals(1, placed);
        assertEquals(0, scrolled);
        window.scrollBy(1);
        assertEquals(1, placed);
        assertEquals(1, scrolled);
    }
}
