package org.ringside.app.importing;

import java.nio.file.Path;
import java.util.function.Consumer;
import org.ringside.app.workspace.Workspace;

/** The imports of one window. */
public final class Imports {
    private final Workspace workspace;
    private final Consumer<Path> openTrace;
    private final ImportQueue queue = new ImportQueue();

    /**
     * Nothing is imported yet.
     *
     * @param openTrace opens a trace in the window
     */
    public Imports(Workspace workspace, Consumer<Path> openTrace) {
        this.workspace = workspace;
        this.openTrace = openTrace;
    }

    /** A new list of images to import. */
    public ImportViewModel prepare() {
        return new ImportViewModel(workspace, queue, openTrace);
    }
}
