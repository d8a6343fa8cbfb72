package org.ringside.app.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import javafx.scene.control.TreeView;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ringside.app.machine.MachineItem.Kind;
import org.ringside.app.testing.SmallTrace;
import org.ringside.app.testing.Workbench;
import org.ringside.app.workspace.Annotation;
import org.ringside.app.workspace.Selection;

/** Bookmarks by keyboard: set, renamed in their row, removed. */
class BookmarkWindowTest {
    private final Workbench workbench = Workbench.start();

    @TempDir
    private Path directory = Path.of("");

    @AfterEach
    void close() {
        workbench.close();
    }

    private List<String> bookmarks() {
        return Workbench.onUiThread(this::bookmarksNow);
    }

    private void selectBookmark() {
        TreeView<?> tree = (TreeView<?>) workbench.find(".machine-tree");
        workbench.run(() -> {
            tree.requestFocus();
            for (int row = 0; row < tree.getExpandedItemCount(); row++) {
                if (tree.getTreeItem(row).getValue() instanceof MachineItem item && item.kind() == Kind.BOOKMARK) {
                    tree.getSelectionModel().select(row);
                    tree.scrollTo(row);
                }
            }
        });
        workbench.settle();
    }

    @Test
    void aBookmarkIsRenamedInItsRow() throws IOException {
        workbench.open(SmallTrace.write(directory));
        workbench.run(() -> workbench.workspace().select(Selection.physical(SmallTrace.PATCHED, 6)));
        workbench.press(KeyCode.CONTROL, KeyCode.D);
        selectBookmark();
        workbench.press(KeyCode.F2);
        workbench.screenshot("bookmark-renaming");
        workbench.type("the hook");
        workbench.press(KeyCode.ENTER);
        assertEquals(List.of("the hook"), bookmarks());
        selectBookmark();
        workbench.press(KeyCode.F2);
        workbench.type("not this");
        workbench.press(KeyCode.ESCAPE);
        assertEquals(List.of("the hook"), bookmarks());
        workbench.press(KeyCode.CONTROL, KeyCode.Z);
        workbench.waitUntil("the first title is back", () -> !bookmarksNow().equals(List.of("the hook")));
        selectBookmark();
        workbench.press(KeyCode.DELETE);
        assertEquals(List.of(), bookmarks());
    }

    private List<String> bookmarksNow() {
        return Annotation.bookmarks(Objects.requireNonNull(workbench.workspace().openTrace())
                        .annotations())
                .stream()
                .map(bookmark -> bookmark.content().title())
                .toList();
    }
}
