package org.ringside.app.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.IntegerProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyIntegerProperty;
import javafx.beans.property.ReadOnlyIntegerWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleIntegerProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.util.Subscription;
import org.jspecify.annotations.Nullable;
import org.ringside.app.workspace.AddressExpression;
import org.ringside.app.workspace.BackgroundWork;
import org.ringside.app.workspace.Moment;
import org.ringside.app.workspace.OpenTrace;
import org.ringside.app.workspace.Selection;
import org.ringside.app.workspace.Workspace;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.structure.AddressSpace;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.symbol.Symbol;
import org.ringside.decoder.symbol.SymbolPlace;
import org.ringside.decoder.symbol.SymbolTable;
import org.ringside.trace.EvidenceLink;
import org.ringside.trace.SnapshotInfo;

/** What the memory view shows: a window of rows over an address space, a caret, and what is compared. Belongs to the UI thread. */
public final class MemoryViewModel {
    private static final int SYMBOLS_IN_ROW = 3;

    private final Workspace workspace;
    private final BackgroundWork.Slot opening;
    private final BackgroundWork.Slot differing;
    private final ReadOnlyObjectWrapper<@Nullable MemoryEvidence> evidence =
            new ReadOnlyObjectWrapper<>(this, "evidence");
    private final ReadOnlyObjectWrapper<List<SpaceChoice>> spaces =
            new ReadOnlyObjectWrapper<>(this, "spaces", List.of());
    private final ReadOnlyObjectWrapper<@Nullable SpaceChoice> space = new ReadOnlyObjectWrapper<>(this, "space");
    private final ReadOnlyObjectWrapper<RowScroll> scroll =
            new ReadOnlyObjectWrapper<>(this, "scroll", new RowScroll(1, 1, 0));
    private final ReadOnlyObjectWrapper<HexCaret> caret = new ReadOnlyObjectWrapper<>(this, "caret", HexCaret.START);
    private final ReadOnlyIntegerWrapper bytesPerRow = new ReadOnlyIntegerWrapper(this, "bytesPerRow", 16);
    private final ReadOnlyIntegerWrapper revision = new ReadOnlyIntegerWrapper(this, "revision");
    private final ObjectProperty<DrawnSides> drawnSides =
            new SimpleObjectProperty<>(this, "drawnSides", DrawnSides.SHOWN);
    private final BooleanProperty pinned = new SimpleBooleanProperty(this, "pinned");
    private final IntegerProperty columns = new SimpleIntegerProperty(this, "columns");
    private PageChanges changes = PageChanges.NONE;
    private StructureMarks marks = StructureMarks.NONE;
    private @Nullable HexSheet sheet;
    private OptionalLong awaitedDifference = OptionalLong.empty();
    private boolean publishing;
    private Subscription subscription = Subscription.EMPTY;

    /** A view-model that shows nothing until it is attached. */
    public MemoryViewModel(Workspace workspace) {
        this.workspace = workspace;
        this.opening = workspace.tasks().slot("Open memory");
        this.differing = workspace.tasks().slot("Compare memory");
    }

    /** Runs a reader of pages as quiet work, so that a trace is not closed under it. */
    private void readInBackground(Runnable reader) {
        workspace
                .tasks()
                .slot("Read pages")
                .run(
                        monitor -> {
                            reader.run();
                            return reader;
                        },
                        done -> {});
    }

    /** Begins to follow the workspace. */
    public void attach() {
        subscription = Subscription.combine(
                workspace.openTraceProperty().subscribe(trace -> follow()),
                workspace.momentProperty().subscribe(moment -> follow()),
                workspace.selectionProperty().subscribe(this::selected),
                workspace.symbolsProperty().subscribe(this::touch),
                pinned.subscribe(() -> {
                    follow();
                    selected(workspace.selection());
                }));
    }

    /** Stops following. What was shown stays known until it is attached again. */
    public void detach() {
        subscription.unsubscribe();
        subscription = Subscription.EMPTY;
        opening.cancel();
        differing.cancel();
    }

    /** What is shown; null if there is no snapshot, or it is being opened. */
    public ReadOnlyObjectProperty<@Nullable MemoryEvidence> evidenceProperty() {
        return evidence.getReadOnlyProperty();
    }

    /** The address spaces that can be shown, physical memory first. */
    public ReadOnlyObjectProperty<List<SpaceChoice>> spacesProperty() {
        return spaces.getReadOnlyProperty();
    }

    public ReadOnlyObjectProperty<@Nullable SpaceChoice> spaceProperty() {
        return space.getReadOnlyProperty();
    }

    public ReadOnlyObjectProperty<RowScroll> scrollProperty() {
        return scroll.getReadOnlyProperty();
    }

    public ReadOnlyObjectProperty<HexCaret> caretProperty() {
        return caret.getReadOnlyProperty();
    }

    public ReadOnlyIntegerProperty bytesPerRowProperty() {
        return bytesPerRow.getReadOnlyProperty();
    }

    /** Grows whenever something that is drawn may have changed. */
    public ReadOnlyIntegerProperty revisionProperty() {
        return revision.getReadOnlyProperty();
    }

    public ObjectProperty<DrawnSides> drawnSidesProperty() {
        return drawnSides;
    }

    /** Whether the view stays where it is, whatever is selected elsewhere. */
    public BooleanProperty pinnedProperty() {
        return pinned;
    }

    public RowScroll scroll() {
        return scroll.get();
    }

    public HexCaret caret() {
        return caret.get();
    }

    /** Bytes in a row that were asked for; 0 for as many as fit. */
    public IntegerProperty columnsProperty() {
        return columns;
    }

    /** The symbols that addresses are named by. */
    public ReadOnlyObjectProperty<SymbolTable> symbolsProperty() {
        return workspace.symbolsProperty();
    }

    /** Symbols that begin in a row, one for each address, at most a few; none in physical memory. */
    List<Symbol> symbolsIn(HexRow row) {
        if (isPhysical()) {
            return List.of();
        }
        SymbolTable symbols = workspace.symbols();
        return symbols.between(row.address(), row.address() + row.length(), SYMBOLS_IN_ROW).stream()
                .map(Symbol::address)
                .distinct()
                .flatMap(address -> symbols.nearest(address).stream())
                .map(SymbolPlace::symbol)
                .toList();
    }

    /** Whether physical memory is shown. */
    public boolean isPhysical() {
        SpaceChoice shown = space.get();
        return shown != null && shown.isPhysical();
    }

    /** Digits of an address of the shown space. */
    int digits() {
        return sheet == null ? 8 : sheet.linear().digits();
    }

    String shownName() {
        MemoryEvidence shown = evidence.get();
        return shown == null ? "" : shown.snapshot().name();
    }

    String baselineName() {
        MemoryEvidence shown = evidence.get();
        return shown == null ? "" : shown.baseline().map(SnapshotInfo::name).orElse("");
    }

    /** Shows the shown snapshot, its baseline, both, and so on. */
    public void nextComparison() {
        if (isCompared()) {
            drawnSides.set(
                    switch (drawnSides.get()) {
                        case SHOWN -> DrawnSides.BOTH;
                        case BOTH -> DrawnSides.BASELINE;
                        case BASELINE -> DrawnSides.SHOWN;
                    });
        }
    }

    /** Extends the selection to a position that is in the window. */
    void dragCaretTo(long position) {
        placeCaret(caret.get().to(extentClamp(position), true));
    }

    /** Everything that is known of the byte at a position, for a tooltip. */
    String describe(long position) {
        return HexDescription.of(this, position);
    }

    /** Why bytes are not known, and what to do. */
    String absenceText(Observed<byte[]> absence) {
        return HexDescription.absence(this, absence);
    }

    Optional<HexRow> rowAt(long position) {
        return sheet == null ? Optional.empty() : Optional.of(sheet.row(position, 1));
    }

    /**
     * Copies the selected bytes of the shown snapshot, read in the background.
     *
     * @param clipboard takes the text on the UI thread
     */
    public void copy(CopyFormat format, Consumer<String> clipboard) {
        MemoryEvidence shown = evidence.get();
        SpaceChoice choice = space.get();
        if (shown == null || choice == null) {
            return;
        }
        boolean baseline = drawnSides.get() == DrawnSides.BASELINE && shown.baselineMemory() != null;
        PageLoader loader = baseline
                ? choice.loader(Objects.requireNonNull(shown.baselineMemory()), shown.baselineState())
                : choice.loader(shown.memory(), shown.state());
        HexCaret selected = caret.get();
        LinearSpace linear = choice.linear();
        workspace
                .tasks()
                .run(
                        "Copy bytes",
                        monitor -> format.format(
                                BytesReader.read(loader, linear, selected.first(), selected.length(), monitor),
                                linear.address(selected.first())),
                        clipboard);
    }

    /** Whether there is a baseline to compare with. */
    public boolean isCompared() {
        return sheet != null && sheet.isCompared();
    }

    PageChanges changes() {
        return changes;
    }

    StructureMarks marks() {
        return marks;
    }

    /** The row at {@code index} from the top of the window; empty below the last one. */
    public Optional<HexRow> row(int index) {
        RowScroll window = scroll.get();
        long row = window.top() + index;
        return sheet == null || row >= window.rows()
                ? Optional.empty()
                : Optional.of(sheet.row(row * bytesPerRow.get(), bytesPerRow.get()));
    }

    /** What is known of the page that holds a position; empty while it is being read. */
    Optional<LoadedPage> shownPage(long position) {
        return sheet == null ? Optional.empty() : Optional.ofNullable(sheet.shownPage(position));
    }

    /** The address at a position of the shown space. */
    public long address(long position) {
        return sheet == null ? position : sheet.linear().address(position);
    }

    /**
     * Says how much fits.
     *
     * @param rows rows in the window, at least 1
     * @param columns bytes in a row: a power of two, 8 to 64
     */
    public void resize(int rows, int columns) {
        if (rows != scroll.get().visible() || columns != bytesPerRow.get()) {
            long top = scroll.get().top() * bytesPerRow.get();
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
        if (target < 0 || target >= extent()) {
            target = Math.abs(delta) >= bytesPerRow.get() ? sameColumn(from, delta > 0) : extentClamp(target);
        }
        placeCaret(caret.get().to(target, extend));
        setScroll(scroll.get().revealing(target / bytesPerRow.get()));
    }

    /** Moves the caret to a position and has it in the window. */
    public void moveCaretTo(long position, boolean extend) {
        long target = extentClamp(position);
        placeCaret(caret.get().to(target, extend));
        setScroll(scroll.get().revealing(target / bytesPerRow.get()));
    }

    /** Selects bytes of the shown space, in all views. */
    public void selectBytes(long address, long length) {
        if (sheet != null) {
            LinearSpace linear = sheet.linear();
            linear.position(address).ifPresent(first -> {
                placeCaret(new HexCaret(linear.clamp(first + length - 1), first));
                setScroll(scroll.get().revealing(first / bytesPerRow.get()));
                publishSelection();
            });
        }
    }

    /** Tells all views what is selected here. */
    public void publishSelection() {
        SpaceChoice shown = space.get();
        if (shown != null && sheet != null) {
            HexCaret selected = caret.get();
            publish(new Selection.Bytes(
                    new ByteSpan(shown.space(), sheet.linear().address(selected.first()), selected.length())));
        }
    }

    /** Shows another space, at the same place where that can be said, and tells nobody. */
    public void show(SpaceChoice choice) {
        MemoryEvidence shown = evidence.get();
        SpaceChoice before = space.get();
        if (shown == null || choice.equals(before)) {
            return;
        }
        long address = sheet == null ? 0 : address(caret.get().position());
        openSheet(shown, choice);
        HexSheet opened = sheet;
        if (opened != null) {
            long position = opened.linear().position(address).orElse(0);
            placeCaret(HexCaret.at(position));
            setScroll(scroll.get().withTop(position / bytesPerRow.get()).centring(position / bytesPerRow.get()));
        }
    }

    /**
     * Goes to where an expression leads: in the shown space, or in the first one that has such an address.
     *
     * @return what is wrong with it, or empty if it went there
     */
    public Optional<String> goTo(String expression) {
        return switch (AddressExpression.evaluate(expression, names())) {
            case AddressExpression.Problem problem -> Optional.of(problem.message());
            case AddressExpression.Value(long address) -> goTo(address);
        };
    }

    private Optional<String> goTo(long address) {
        SpaceChoice shown = space.get();
        if (shown == null) {
            return Optional.of("there is no memory to go to: open or import a snapshot first");
        }
        List<SpaceChoice> candidates = new ArrayList<>(List.of(shown));
        candidates.addAll(spaces.get());
        for (SpaceChoice candidate : candidates) {
            if (candidate.isPhysical()
                    ? address >>> 52 == 0
                    : candidate.linear().position(address).isPresent()) {
                workspace.select(new Selection.Bytes(new ByteSpan(candidate.space(), address, 1)));
                reveal(candidate.space(), address, 1);
                return Optional.empty();
            }
        }
        return Optional.of("0x%x is not an address of any space of this snapshot".formatted(address));
    }

    /** Goes to physical bytes, in all views. */
    void goToPhysical(long address, long length) {
        workspace.select(Selection.physical(address, length));
        reveal(AddressSpace.physical(), address, length);
    }

    /** What names mean here: registers, {@code cpu1.rip} for those of another CPU than the first. */
    public AddressExpression.Names names() {
        MemoryEvidence shown = evidence.get();
        AddressExpression.Names bySymbol = name -> workspace.symbols().byName(name).stream()
                .mapToLong(Symbol::address)
                .findFirst();
        return shown == null ? bySymbol : new RegisterNames(shown.state()).orElse(bySymbol);
    }

    /** Goes to the nearest page after or before the caret that differs from the baseline; says whether there is one. */
    public boolean goToChange(boolean forward) {
        SpaceChoice shown = space.get();
        if (shown == null || !shown.isPhysical()) {
            return false;
        }
        long here = caret.get().position();
        OptionalLong target = forward ? changes.next(here) : changes.previous(here);
        target.ifPresent(page -> {
            workspace.select(new Selection.Page(page));
            reveal(AddressSpace.physical(), page, 1);
            awaitDifference(page);
        });
        return target.isPresent();
    }

    /** Goes to the nearest beginning of captured memory after or before the caret; says whether there is one. */
    public boolean goToCaptured(boolean forward) {
        MemoryEvidence shown = evidence.get();
        SpaceChoice choice = space.get();
        if (shown == null || choice == null || !choice.isPhysical()) {
            return false;
        }
        long here = caret.get().position();
        OptionalLong target = forward
                ? shown.memory().ranges().stream()
                        .mapToLong(range -> range.start())
                        .filter(start -> start > here)
                        .findFirst()
                : shown.memory().ranges().stream()
                        .mapToLong(range -> range.start())
                        .filter(start -> start < here)
                        .reduce((first, second) -> second);
        target.ifPresent(position -> {
            moveCaretTo(position, false);
            publishSelection();
        });
        return target.isPresent();
    }

    private void follow() {
        if (pinned.get()) {
            return;
        }
        OpenTrace trace = workspace.openTrace();
        Moment moment = workspace.moment();
        Optional<SnapshotInfo> snapshot = moment.snapshot();
        if (trace == null || snapshot.isEmpty()) {
            opening.cancel();
            closeSheet();
            evidence.set(null);
            touch();
            return;
        }
        MemoryEvidence shown = evidence.get();
        if (shown != null
                && shown.trace().trace().equals(trace.trace())
                && shown.snapshot().equals(snapshot.get())
                && shown.baseline().equals(moment.baseline())) {
            return;
        }
        opening.run(monitor -> MemoryEvidence.open(trace, snapshot.get(), moment), this::show);
    }

    private void show(MemoryEvidence opened) {
        evidence.set(opened);
        List<SpaceChoice> choices = SpaceChoices.of(opened);
        spaces.set(choices);
        changes = PageChanges.NONE;
        SpaceChoice before = space.get();
        openSheet(opened, SpaceChoices.like(before, choices));
        opened.baseline()
                .ifPresent(baseline -> differing.run(
                        monitor -> opened.trace()
                                .trace()
                                .diff(baseline.id(), opened.snapshot().id()),
                        diff -> {
                            if (opened.equals(evidence.get())) {
                                changes = PageChanges.of(diff);
                                if (sheet != null) {
                                    sheet.know(changes);
                                }
                                touch();
                            }
                        }));
        selected(workspace.selection());
    }

    private void openSheet(MemoryEvidence shown, SpaceChoice choice) {
        closeSheet();
        PageLoader baseline =
                shown.baselineMemory() == null ? null : choice.loader(shown.baselineMemory(), shown.baselineState());
        HexSheet opened = new HexSheet(
                choice.linear(),
                choice.loader(shown.memory(), shown.state()),
                baseline,
                choice.isPhysical(),
                this::readInBackground,
                workspace.ui()::execute,
                this::arrived);
        if (!changes.equals(PageChanges.NONE)) {
            opened.know(changes);
        }
        sheet = opened;
        space.set(choice);
        marks = StructureMarks.of(workspace.selection(), choice.space());
        setScroll(new RowScroll(rowCount(), scroll.get().visible(), scroll.get().top()));
        caret.set(new HexCaret(
                opened.linear().clamp(caret.get().anchor()),
                opened.linear().clamp(caret.get().position())));
    }

    private void closeSheet() {
        if (sheet != null) {
            sheet.close();
            sheet = null;
        }
    }

    private void selected(Selection selection) {
        if (publishing || pinned.get() || evidence.get() == null) {
            return;
        }
        spanOf(selection).ifPresent(span -> reveal(span.space(), span.address(), span.length()));
        if (selection instanceof Selection.Page(long address)) {
            awaitDifference(address);
        }
        SpaceChoice shown = space.get();
        marks = shown == null ? StructureMarks.NONE : StructureMarks.of(selection, shown.space());
        touch();
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
            case Selection.Nothing nothing -> Optional.empty();
            case Selection.Machine machine -> Optional.empty();
            case Selection.Snapshot snapshot -> Optional.empty();
        };
    }

    /** Shows bytes, in their own space if this snapshot has it, and selects them here. */
    private void reveal(AddressSpace wanted, long address, long length) {
        MemoryEvidence shown = evidence.get();
        Optional<SpaceChoice> found = shown == null
                ? Optional.empty()
                : SpaceChoices.find(wanted, address + Math.max(0, length - 1), shown, spaces.get());
        if (shown == null || found.isEmpty()) {
            return;
        }
        if (!found.get().equals(space.get())) {
            openSheet(shown, found.get());
        }
        HexSheet opened = sheet;
        if (opened == null) {
            return;
        }
        opened.linear().position(address).ifPresent(first -> {
            long last = opened.linear().clamp(first + length - 1);
            caret.set(new HexCaret(Math.max(first, last), first));
            setScroll(scroll.get().centring(first / bytesPerRow.get()));
        });
        awaitedDifference = OptionalLong.empty();
    }

    /** Puts the caret on the first changed byte of a page as soon as it is known. */
    private void awaitDifference(long page) {
        awaitedDifference = OptionalLong.of(page);
        arrived();
    }

    private void arrived() {
        HexSheet shown = sheet;
        if (shown != null && awaitedDifference.isPresent() && shown.isComplete(awaitedDifference.getAsLong())) {
            OptionalLong difference = shown.firstDifference(awaitedDifference.getAsLong());
            awaitedDifference = OptionalLong.empty();
            difference.ifPresent(position -> {
                caret.set(HexCaret.at(position));
                setScroll(scroll.get().centring(position / bytesPerRow.get()));
            });
        }
        touch();
    }

    private void placeCaret(HexCaret target) {
        awaitedDifference = OptionalLong.empty();
        caret.set(target);
        touch();
    }

    private void publish(Selection selection) {
        publishing = true;
        try {
            workspace.select(selection);
        } finally {
            publishing = false;
        }
    }

    private void setScroll(RowScroll target) {
        scroll.set(target);
        if (sheet != null) {
            sheet.want(target.top() * bytesPerRow.get(), (target.top() + target.visible()) * bytesPerRow.get() - 1);
        }
        touch();
    }

    private long extent() {
        return sheet == null ? 1 : sheet.linear().extent();
    }

    private long extentClamp(long position) {
        return Math.clamp(position, 0, extent() - 1);
    }

    private long sameColumn(long from, boolean down) {
        long column = from % bytesPerRow.get();
        return down ? extent() - bytesPerRow.get() + column : column;
    }

    private long rowCount() {
        return extent() / bytesPerRow.get();
    }

    private void touch() {
        revision.set(revision.get() + 1);
    }
}
