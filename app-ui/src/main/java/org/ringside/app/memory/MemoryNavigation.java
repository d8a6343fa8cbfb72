package org.ringside.app.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.ringside.app.text.Formats;
import org.ringside.app.text.Messages;
import org.ringside.app.workspace.AddressExpression;
import org.ringside.app.workspace.Selection;
import org.ringside.app.workspace.Workspace;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.structure.AddressSpace;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.symbol.Symbol;
import org.ringside.trace.EvidenceLink;

/** Goes to places in memory: what is selected elsewhere, what an expression says, what changed, what was captured. Belongs to the UI thread. */
final class MemoryNavigation {
    private static final Messages MESSAGES = Messages.of(MemoryNavigation.class);
    private final Workspace workspace;
    private final ShownMemory shown;
    private final CaretWindow window;
    private OptionalLong awaitedDifference = OptionalLong.empty();
    private boolean publishing;

    MemoryNavigation(Workspace workspace, ShownMemory shown, CaretWindow window) {
        this.workspace = workspace;
        this.shown = shown;
        this.window = window;
    }

    /** Shows what is selected, unless it was selected here; says whether it was selected elsewhere. */
    boolean follow(Selection selection) {
        if (publishing || shown.evidence() == null) {
            return false;
        }
        spanOf(selection).ifPresent(span -> reveal(span.space(), span.address(), span.length()));
        if (selection instanceof Selection.Page(long address)) {
            awaitDifference(address);
        }
        return true;
    }

    /** The bytes that a selection is about; empty if it is not about bytes. */
    private static Optional<ByteSpan> spanOf(Selection selection) {
        return switch (selection) {
            case Selection.Bytes(ByteSpan span) -> Optional.of(span);
            case Selection.Page(long address) -> Optional.of(ByteSpan.physical(address, 1));
            case Selection.Node(var path) ->
                path.reversed().stream().flatMap(node -> node.span().stream()).findFirst();
            case Selection.Event(var event) ->
                event.content().links().stream().map(EvidenceLink::span).findFirst();
            case Selection.Vmcs(long address) -> Optional.of(ByteSpan.physical(address, 1));
            case Selection.GuestAddress guest -> Optional.empty();
            case Selection.Nothing nothing -> Optional.empty();
            case Selection.Machine machine -> Optional.empty();
            case Selection.Snapshot snapshot -> Optional.empty();
        };
    }

    /** Tells all views what is selected here. */
    void publishSelection() {
        SpaceChoice space = shown.space();
        HexSheet sheet = shown.sheet();
        if (space != null && sheet != null) {
            HexCaret selected = window.caret();
            publish(new Selection.Bytes(
                    new ByteSpan(space.space(), sheet.linear().address(selected.first()), selected.length())));
        }
    }

    private void publish(Selection selection) {
        publishing = true;
        try {
            workspace.select(selection);
        } finally {
            publishing = false;
        }
    }

    /** Selects bytes of the shown space, in all views. */
    void selectBytes(long address, long length) {
        HexSheet sheet = shown.sheet();
        if (sheet != null) {
            sheet.linear().position(address).ifPresent(first -> {
                window.select(first, length);
                publishSelection();
            });
        }
    }

    /** Shows another space, at the same address if it has it, and tells nobody. */
    void show(SpaceChoice choice) {
        HexSheet before = shown.sheet();
        if (shown.evidence() == null || choice.equals(shown.space())) {
            return;
        }
        long address =
                before == null ? 0 : before.linear().address(window.caret().position());
        shown.show(choice);
        window.restartAt(choice.linear().position(address).orElse(0));
    }

    /**
     * Goes to where an expression leads: in the shown space, or in the first one that has such an address.
     *
     * @return what is wrong with it, or empty if it went there
     */
    Optional<String> goTo(String expression) {
        return switch (AddressExpression.evaluate(expression, names())) {
            case AddressExpression.Problem problem -> Optional.of(problem.message());
            case AddressExpression.Value(long address) -> goTo(address);
        };
    }

    private Optional<String> goTo(long address) {
        SpaceChoice space = shown.space();
        if (space == null) {
            return Optional.of(MESSAGES.get("go-to.nothing"));
        }
        List<SpaceChoice> candidates = new ArrayList<>(List.of(space));
        candidates.addAll(shown.spacesProperty().get());
        for (SpaceChoice candidate : candidates) {
            if (candidate.isPhysical()
                    ? address >>> 52 == 0
                    : candidate.linear().position(address).isPresent()) {
                select(candidate.space(), address, 1);
                return Optional.empty();
            }
        }
        return Optional.of(MESSAGES.get("go-to.no-such", Formats.address(address)));
    }

    /** Selects bytes in all views and goes to them, although this view may be pinned. */
    void select(AddressSpace space, long address, long length) {
        workspace.select(new Selection.Bytes(new ByteSpan(space, address, length)));
        reveal(space, address, length);
    }

    /** What names mean here: registers, {@code cpu1.rip} for those of another CPU than the first; then symbols. */
    AddressExpression.Names names() {
        MemoryEvidence evidence = shown.evidence();
        AddressExpression.Names bySymbol = name -> workspace.symbols().byName(name).stream()
                .mapToLong(Symbol::address)
                .findFirst();
        return evidence == null ? bySymbol : new RegisterNames(evidence.state()).orElse(bySymbol);
    }

    /**
     * Goes to the nearest page after or before the caret that differs from the baseline. In another space than physical memory the first
     * question is answered a little later.
     *
     * @return whether there is one, or there may be
     */
    boolean goToChange(boolean forward) {
        SpaceChoice space = shown.space();
        MemoryEvidence evidence = shown.evidence();
        if (space == null || evidence == null || evidence.baseline().isEmpty()) {
            return false;
        }
        boolean[] there = {true};
        shown.compareSpace(changes -> there[0] = goToChange(space, changes, forward));
        return there[0];
    }

    private boolean goToChange(SpaceChoice space, PageChanges changes, boolean forward) {
        long here = window.caret().position();
        OptionalLong target = forward ? changes.next(here) : changes.previous(here);
        if (target.isEmpty()) {
            String title = MESSAGES.get(forward ? "change.no-next" : "change.no-previous");
            String message = space.title();
            workspace.notifications().inform(title, message);
            return false;
        }
        long position = target.getAsLong();
        long address = space.linear().address(position);
        workspace.select(
                space.isPhysical()
                        ? new Selection.Page(address)
                        : new Selection.Bytes(new ByteSpan(space.space(), address, 1)));
        reveal(space.space(), address, 1);
        awaitDifference(position);
        return true;
    }

    /** Goes to the nearest beginning of captured memory after or before the caret; says whether there is one. */
    boolean goToCaptured(boolean forward) {
        MemoryEvidence evidence = shown.evidence();
        if (evidence == null || !shown.isPhysical()) {
            return false;
        }
        long here = window.caret().position();
        LongStream starts = evidence.memory().ranges().stream().mapToLong(AddressRange::start);
        OptionalLong target = forward
                ? starts.filter(start -> start > here).findFirst()
                : starts.filter(start -> start < here).reduce((first, second) -> second);
        target.ifPresent(position -> {
            window.moveCaretTo(position, false);
            publishSelection();
        });
        return target.isPresent();
    }

    /** Where nobody has gone anywhere yet: shows memory that was captured, not the absence of what lies at 0. */
    void beginWhereCaptured() {
        MemoryEvidence evidence = shown.evidence();
        if (evidence != null
                && shown.isPhysical()
                && window.caret().position() == 0
                && workspace.selection() instanceof Selection.Nothing) {
            evidence.memory().ranges().stream()
                    .mapToLong(AddressRange::start)
                    .findFirst()
                    .ifPresent(start -> window.jumpTo(start, 1));
        }
    }

    /** Shows bytes, in their own space if this snapshot has it, and selects them here. */
    private void reveal(AddressSpace wanted, long address, long length) {
        shown.reach(wanted, address + Math.max(0, length - 1), () -> {
            HexSheet sheet = shown.sheet();
            if (sheet != null) {
                sheet.linear().position(address).ifPresent(first -> window.jumpTo(first, length));
            }
        });
    }

    /** Puts the caret on the first changed byte of a page as soon as it is known. */
    private void awaitDifference(long page) {
        awaitedDifference = OptionalLong.of(page);
        pagesArrived();
    }

    /** The caret was placed: what was to place it later is overtaken. */
    void caretPlaced() {
        awaitedDifference = OptionalLong.empty();
    }

    void pagesArrived() {
        HexSheet sheet = shown.sheet();
        if (sheet != null && awaitedDifference.isPresent() && sheet.isComplete(awaitedDifference.getAsLong())) {
            OptionalLong difference = sheet.firstDifference(awaitedDifference.getAsLong());
            awaitedDifference = OptionalLong.empty();
            difference.ifPresent(position -> window.jumpTo(position, 1));
        }
    }
}
