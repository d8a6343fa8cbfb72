package org.ringside.app.memory;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyIntegerProperty;
import javafx.beans.property.ReadOnlyIntegerWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.util.Subscription;
import org.jspecify.annotations.Nullable;
import org.ringside.app.workspace.AddressExpression;
import org.ringside.app.workspace.Selection;
import org.ringside.app.workspace.Workspace;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.structure.AddressSpace;
import org.ringside.decoder.symbol.Symbol;
import org.ringside.decoder.symbol.SymbolPlace;
import org.ringside.decoder.symbol.SymbolTable;
import org.ringside.trace.SnapshotInfo;

/**
 * What the memory view shows: {@link ShownMemory} has the pages, {@link CaretWindow} the rows in the window and the caret,
 * {@link MemoryNavigation} goes to places. Here they are put together. Belongs to the UI thread.
 */
public final class MemoryViewModel {
    private static final int SYMBOLS_IN_ROW = 3;

    private final Workspace workspace;
    private final ShownMemory shown;
    private final CaretWindow window;
    private final MemoryNavigation navigation;
    private final MemoryCopier copier;
    private final ReadOnlyIntegerWrapper revision = new ReadOnlyIntegerWrapper(this, "revision");
    private final ObjectProperty<DrawnSides> drawnSides =
            new SimpleObjectProperty<>(this, "drawnSides", DrawnSides.SHOWN);
    private final BooleanProperty pinned = new SimpleBooleanProperty(this, "pinned");
    private StructureMarks marks = StructureMarks.NONE;
    private Subscription subscription = Subscription.EMPTY;

    private final class Changes implements ShownMemory.Listener {
        @Override
        public void sheetOpened(HexSheet sheet, SpaceChoice space) {
            marks = StructureMarks.of(workspace.selection(), space.space());
            window.cover(sheet.linear().extent());
        }

        @Override
        public void evidenceOpened() {
            selected(workspace.selection());
            navigation.beginWhereCaptured();
        }

        @Override
        public void pagesArrived() {
            navigation.pagesArrived();
            touch();
        }

        @Override
        public void changed() {
            touch();
        }
    }

    /** A view-model that shows nothing until it is attached. */
    public MemoryViewModel(Workspace workspace) {
        this.workspace = workspace;
        this.shown = new ShownMemory(workspace, new Changes());
        this.window = new CaretWindow(this::caretPlaced, this::scrolled);
        this.navigation = new MemoryNavigation(workspace, shown, window);
        this.copier = new MemoryCopier(workspace.tasks());
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
        shown.stop();
    }

    /** The rows in the window and the caret. */
    public CaretWindow window() {
        return window;
    }

    /** What is shown; null if there is no snapshot, or it is being opened. */
    public ReadOnlyObjectProperty<@Nullable MemoryEvidence> evidenceProperty() {
        return shown.evidenceProperty();
    }

    /** The address spaces that can be shown, physical memory first. */
    public ReadOnlyObjectProperty<List<SpaceChoice>> spacesProperty() {
        return shown.spacesProperty();
    }

    public ReadOnlyObjectProperty<@Nullable SpaceChoice> spaceProperty() {
        return shown.spaceProperty();
    }

    /** Grows whenever something that is drawn may have changed. */
    public ReadOnlyIntegerProperty revisionProperty() {
        return revision.getReadOnlyProperty();
    }

    public ObjectProperty<DrawnSides> drawnSidesProperty() {
        return drawnSides;
    }

    /** Whether the moment's memory is open and what differs from its baseline is known. */
    public ReadOnlyBooleanProperty readyProperty() {
        return shown.readyProperty();
    }

    /** Whether the view stays where it is, whatever is selected elsewhere. */
    public BooleanProperty pinnedProperty() {
        return pinned;
    }

    /** The symbols that addresses are named by. */
    public ReadOnlyObjectProperty<SymbolTable> symbolsProperty() {
        return workspace.symbolsProperty();
    }

    /** Symbols that begin in a row, one for each address, at most a few; none in physical memory. */
    List<Symbol> symbolsIn(HexRow row) {
        if (!namesAddresses()) {
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
        return shown.isPhysical();
    }

    /** Whether symbols name the addresses of the shown space: those of software, not of memory or devices. */
    boolean namesAddresses() {
        SpaceChoice space = shown.space();
        return space != null && space.space() instanceof AddressSpace.Virtual;
    }

    /** Digits of an address of the shown space. */
    int digits() {
        HexSheet sheet = shown.sheet();
        return sheet == null ? 8 : sheet.linear().digits();
    }

    String shownName() {
        MemoryEvidence evidence = shown.evidence();
        return evidence == null ? "" : evidence.snapshot().name();
    }

    String baselineName() {
        MemoryEvidence evidence = shown.evidence();
        return evidence == null
                ? ""
                : evidence.baseline().map(SnapshotInfo::name).orElse("");
    }

    /** Shows the shown snapshot, its baseline, both, and so on. */
    public void nextDrawnSides() {
        if (isCompared()) {
            drawnSides.set(
                    switch (drawnSides.get()) {
                        case SHOWN -> DrawnSides.BOTH;
                        case BOTH -> DrawnSides.BASELINE;
                        case BASELINE -> DrawnSides.SHOWN;
                    });
        }
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
        return Optional.ofNullable(shown.sheet()).map(sheet -> sheet.row(position, 1));
    }

    /**
     * Copies the selected bytes of the shown snapshot, or of the baseline while only that is drawn; read in the background.
     *
     * @param clipboard takes the text on the UI thread
     */
    public void copy(CopyFormat format, Consumer<String> clipboard) {
        MemoryEvidence evidence = shown.evidence();
        SpaceChoice space = shown.space();
        if (evidence != null && space != null) {
            copier.copy(evidence, space, drawnSides.get() == DrawnSides.BASELINE, window.caret(), format, clipboard);
        }
    }

    /** Whether there is a baseline to compare with. */
    public boolean isCompared() {
        HexSheet sheet = shown.sheet();
        return sheet != null && sheet.isCompared();
    }

    PageChanges changes() {
        return shown.changes();
    }

    StructureMarks marks() {
        return marks;
    }

    /** The row at {@code index} from the top of the window; empty below the last one. */
    public Optional<HexRow> row(int index) {
        long row = window.scroll().top() + index;
        int length = window.bytesPerRow();
        HexSheet sheet = shown.sheet();
        return sheet == null || row >= window.scroll().rows()
                ? Optional.empty()
                : Optional.of(sheet.row(row * length, length));
    }

    /** The address at a position of the shown space. */
    public long address(long position) {
        HexSheet sheet = shown.sheet();
        return sheet == null ? position : sheet.linear().address(position);
    }

    /** Selects bytes of the shown space, in all views. */
    public void selectBytes(long address, long length) {
        navigation.selectBytes(address, length);
    }

    /** Tells all views what is selected here. */
    public void publishSelection() {
        navigation.publishSelection();
    }

    /** Shows another space, at the same place where that can be said, and tells nobody. */
    public void show(SpaceChoice choice) {
        navigation.show(choice);
    }

    /**
     * Goes to where an expression leads: in the shown space, or in the first one that has such an address.
     *
     * @return what is wrong with it, or empty if it went there
     */
    public Optional<String> goTo(String expression) {
        return navigation.goTo(expression);
    }

    /** Goes to bytes, in all views. */
    void goTo(AddressSpace space, long address, long length) {
        navigation.select(space, address, length);
    }

    /** What names mean here: registers, {@code cpu1.rip} for those of another CPU than the first. */
    public AddressExpression.Names names() {
        return navigation.names();
    }

    /** Goes to the nearest page after or before the caret that differs from the baseline; says whether there is one. */
    public boolean goToChange(boolean forward) {
        return navigation.goToChange(forward);
    }

    /** Goes to the nearest beginning of captured memory after or before the caret; says whether there is one. */
    public boolean goToCaptured(boolean forward) {
        return navigation.goToCaptured(forward);
    }

    private void follow() {
        if (!pinned.get()) {
            shown.follow();
        }
    }

    private void selected(Selection selection) {
        if (pinned.get() || !navigation.follow(selection)) {
            return;
        }
        SpaceChoice space = shown.space();
        marks = space == null ? StructureMarks.NONE : StructureMarks.of(selection, space.space());
        touch();
    }

    private void caretPlaced() {
        navigation.caretPlaced();
        touch();
    }

    private void scrolled() {
        HexSheet sheet = shown.sheet();
        if (sheet != null) {
            sheet.want(window.firstPosition(), window.endPosition() - 1);
        }
        touch();
    }

    private void touch() {
        revision.set(revision.get() + 1);
    }
}
