package org.ringside.app.memory;

import java.util.List;
import java.util.Objects;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.util.Subscription;
import org.jspecify.annotations.Nullable;
import org.ringside.app.text.Messages;
import org.ringside.app.workspace.BackgroundWork;
import org.ringside.app.workspace.Workspace;
import org.ringside.decoder.symbol.SymbolTable;

/** The lines of disassembly that belong to what the memory view shows, made in the background. Belongs to the UI thread. */
public final class DisassemblyModel {
    private static final Messages MESSAGES = Messages.of(DisassemblyModel.class);

    private record Request(MemoryEvidence evidence, SpaceChoice space, long focus, int lines, SymbolTable symbols) {}

    private final MemoryViewModel model;
    private final BackgroundWork.Slot slot;
    private final ReadOnlyObjectWrapper<List<DisassemblyLine>> lines =
            new ReadOnlyObjectWrapper<>(this, "lines", List.of());
    private int visible = 1;
    private @Nullable Request latest;
    private Subscription subscription = Subscription.EMPTY;

    DisassemblyModel(Workspace workspace, MemoryViewModel model) {
        this.model = model;
        this.slot = workspace.tasks().slot(MESSAGES.get("task.disassemble"));
    }

    void attach() {
        subscription.unsubscribe();
        subscription = model.revisionProperty().subscribe(this::update);
        update();
    }

    void detach() {
        subscription.unsubscribe();
        subscription = Subscription.EMPTY;
        slot.cancel();
        latest = null;
    }

    /** The lines, from a little before the caret on; from the window's first byte on while the caret is not in the window. */
    ReadOnlyObjectProperty<List<DisassemblyLine>> linesProperty() {
        return lines.getReadOnlyProperty();
    }

    /** Says how many lines fit. */
    void resize(int fitting) {
        if (fitting != visible) {
            visible = fitting;
            update();
        }
    }

    private void update() {
        MemoryEvidence evidence = model.evidenceProperty().get();
        SpaceChoice space = model.spaceProperty().get();
        if (evidence == null || space == null) {
            slot.cancel();
            latest = null;
            lines.set(List.of());
            return;
        }
        SymbolTable symbols = model.namesAddresses() ? model.symbolsProperty().get() : SymbolTable.empty();
        Request request = new Request(evidence, space, focus(), visible, symbols);
        if (Objects.equals(request, latest)) {
            return;
        }
        latest = request;
        slot.run(monitor -> disassemble(request), lines::set);
    }

    private long focus() {
        RowScroll scroll = model.window().scroll();
        long columns = model.window().bytesPerRowProperty().get();
        long top = scroll.top() * columns;
        long end = top + scroll.visible() * columns;
        long caret = model.window().caret().position();
        return model.address(
                caret >= top && caret < end ? model.window().caret().first() : top);
    }

    private static List<DisassemblyLine> disassemble(Request request) {
        MemoryEvidence evidence = request.evidence;
        PageLoader baseline = evidence.baselineMemory() == null
                ? null
                : request.space.loader(evidence.baselineMemory(), evidence.baselineState());
        return new Disassembly(request.space.loader(evidence.memory(), evidence.state()), baseline, request.symbols)
                .around(request.focus, request.lines);
    }
}
