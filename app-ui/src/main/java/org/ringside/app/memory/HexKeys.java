package org.ringside.app.memory;

import javafx.event.EventHandler;
import javafx.scene.input.KeyEvent;
import org.ringside.app.shell.Controls;

/** The keys of the memory view that move the caret; those with a name in the palette are actions of their own. */
final class HexKeys implements EventHandler<KeyEvent> {
    private final MemoryViewModel model;

    HexKeys(MemoryViewModel model) {
        this.model = model;
    }

    @Override
    public void handle(KeyEvent event) {
        if (event.isAltDown() || event.isMetaDown()) {
            return;
        }
        boolean known = event.isControlDown() ? control(event) : plain(event);
        if (known) {
            event.consume();
        }
    }

    private boolean plain(KeyEvent event) {
        boolean extend = event.isShiftDown();
        int row = model.window().bytesPerRowProperty().get();
        long page = (long) model.window().scroll().visible() * row;
        long position = model.window().caret().position();
        switch (event.getCode()) {
            case LEFT -> model.window().moveCaret(-1, extend);
            case RIGHT -> model.window().moveCaret(1, extend);
            case UP -> model.window().moveCaret(-row, extend);
            case DOWN -> model.window().moveCaret(row, extend);
            case PAGE_UP -> movePage(-page, extend);
            case PAGE_DOWN -> movePage(page, extend);
            case HOME -> model.window().moveCaretTo(position - position % row, extend);
            case END -> model.window().moveCaretTo(position - position % row + row - 1, extend);
            case ENTER -> model.publishSelection();
            case N -> model.goToChange(true);
            case P -> model.goToChange(false);
            case CLOSE_BRACKET -> model.goToCaptured(true);
            case OPEN_BRACKET -> model.goToCaptured(false);
            case B -> model.nextDrawnSides();
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean control(KeyEvent event) {
        switch (event.getCode()) {
            case HOME -> model.window().moveCaretTo(0, event.isShiftDown());
            case END -> model.window().moveCaretTo(Long.MAX_VALUE, event.isShiftDown());
            case UP -> model.window().scrollBy(-1);
            case DOWN -> model.window().scrollBy(1);
            case C -> model.copy(event.isShiftDown() ? CopyFormat.HEX_DUMP : CopyFormat.HEX, Controls::copy);
            default -> {
                return false;
            }
        }
        return true;
    }

    private void movePage(long bytes, boolean extend) {
        model.window().scrollBy(bytes / model.window().bytesPerRowProperty().get());
        model.window().moveCaret(bytes, extend);
    }
}
