package org.ringside.app.memory;

import java.io.IOException;
import org.ringside.app.testing.ManualUiThread;
import org.ringside.app.testing.MemoryTrace;
import org.ringside.app.workspace.OpenTrace;
import org.ringside.app.workspace.Workspace;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.trace.MachineState;

/** A memory view's model without a window: 40 rows of 16 bytes. */
final class OpenMemory {
    private final ManualUiThread ui = new ManualUiThread();
    private final Workspace workspace = new Workspace(ui, path -> new MemoryTrace());
    private final MemoryViewModel model = new MemoryViewModel(workspace);

    Workspace workspace() {
        return workspace;
    }

    MemoryViewModel model() {
        return model;
    }

    /** Shows the last moment of a trace. */
    void open(MemoryTrace trace) throws IOException {
        model.attach();
        model.window().resize(40, 16);
        workspace.show(OpenTrace.read(trace));
        ui.runUntil(() -> model.evidenceProperty().get() != null
                && workspace.tasks().idle().get());
    }

    /** Shows memory of which nothing else is known. */
    void open(PhysicalMemory memory) throws IOException {
        open(new MemoryTrace().with("only", memory, MachineState.none()));
    }

    /** Waits until nothing runs in the background. */
    void settle() {
        ui.runUntil(() -> workspace.tasks().idle().get());
    }

    /** The row that the caret is in, which must be in the window. */
    HexRow caretRow() {
        long row = model.window().caret().first() / 16;
        return model.row((int) (row - model.window().scroll().top())).orElseThrow();
    }
}
