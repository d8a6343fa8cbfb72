package org.ringside.app.palette;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;
import org.ringside.app.text.Formats;
import org.ringside.app.text.Messages;
import org.ringside.app.workspace.Action;
import org.ringside.app.workspace.AddressExpression;
import org.ringside.app.workspace.BackgroundWork;
import org.ringside.app.workspace.OpenTrace;
import org.ringside.app.workspace.Selection;
import org.ringside.app.workspace.Workspace;
import org.ringside.decoder.structure.AddressSpace;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.symbol.Symbol;
import org.ringside.decoder.symbol.SymbolTable;
import org.ringside.trace.TraceEvent;

/** What the palette finds for what was typed. */
public final class PaletteViewModel {
    /** Entries shown at most. */
    static final int MAXIMUM = 60;

    private static final int SYMBOLS = 30;
    private static final int EVENTS_SEARCHED = 2_000;
    private static final long FIRST_CANONICAL_HIGH = 0xffff_8000_0000_0000L;
    private static final long WORD = 8;

    private record Scored(int score, PaletteEntry entry) {}

    private final Messages messages = Messages.of(PaletteViewModel.class);
    private final Workspace workspace;
    private final StructureEntries structures;
    private final BackgroundWork.Slot symbolSearch;
    private final StringProperty typed = new SimpleStringProperty(this, "typed", "");
    private final ReadOnlyStringWrapper problem = new ReadOnlyStringWrapper(this, "problem", "");
    private final ObservableList<PaletteEntry> found = FXCollections.observableArrayList();
    private final ObservableList<PaletteEntry> readOnlyFound = FXCollections.unmodifiableObservableList(found);

    public PaletteViewModel(Workspace workspace) {
        this.workspace = workspace;
        this.structures = new StructureEntries(workspace);
        this.symbolSearch = workspace.tasks().slot("Search symbols");
        typed.subscribe(this::search);
    }

    public StringProperty typedProperty() {
        return typed;
    }

    /** The best entries for what was typed, the best first. */
    public ObservableList<PaletteEntry> found() {
        return readOnlyFound;
    }

    /** Why what was typed is not an address, if nothing else was found; else empty. */
    public ReadOnlyStringProperty problemProperty() {
        return problem.getReadOnlyProperty();
    }

    private void search(String text) {
        String wanted = text.strip();
        List<PaletteEntry> entries = new ArrayList<>();
        structures.exactly(wanted).ifPresent(entries::add);
        AddressExpression.Result address = AddressExpression.evaluate(wanted, names());
        if (address instanceof AddressExpression.Value(long value)) {
            entries.addAll(addresses(wanted, value));
        }
        candidates()
                .flatMap(entry -> score(wanted, entry).stream())
                .sorted(Comparator.comparingInt(Scored::score).reversed())
                .limit(MAXIMUM)
                .map(Scored::entry)
                .forEach(entries::add);
        found.setAll(entries);
        symbolSearch.cancel();
        SymbolTable symbols = workspace.symbols();
        if (!wanted.isEmpty() && symbols.size() > 0) {
            symbolSearch.run(
                    monitor -> symbols.search(wanted, SYMBOLS),
                    names -> names.forEach(symbol -> found.add(entry(symbol))));
        }
        problem.set(
                entries.isEmpty() && address instanceof AddressExpression.Problem(String message, int position)
                        ? messages.get("problem", message)
                        : "");
    }

    private static Optional<Scored> score(String wanted, PaletteEntry entry) {
        if (wanted.isEmpty()) {
            return Optional.of(new Scored(0, entry));
        }
        return FuzzyMatch.of(wanted, entry.title())
                .map(match -> new Scored(match.score(), entry.matched(match.positions())))
                .or(() -> FuzzyMatch.of(wanted, entry.kind() + " " + entry.title())
                        .map(match -> new Scored(match.score() / 2, entry)));
    }

    private Stream<PaletteEntry> candidates() {
        return Stream.of(actions(), snapshots(), structures.entries(), events()).flatMap(part -> part);
    }

    private Stream<PaletteEntry> actions() {
        return workspace.actions().all().stream()
                .filter(action -> !action.id().equals("go.palette"))
                .map(this::entry);
    }

    private PaletteEntry entry(Action action) {
        return new PaletteEntry(
                action.group(),
                action.title(),
                "",
                action.key(),
                action.enabled().get(),
                List.of(),
                () -> workspace.actions().run(action.id()));
    }

    private PaletteEntry entry(Symbol symbol) {
        return PaletteEntry.of(
                messages.get("symbol"),
                symbol.name(),
                Formats.address(symbol.address()),
                () -> register("cr3")
                        .ifPresent(root -> show(new ByteSpan(new AddressSpace.Virtual(root), symbol.address(), WORD))));
    }

    private Stream<PaletteEntry> snapshots() {
        @Nullable OpenTrace open = workspace.openTrace();
        return open == null
                ? Stream.empty()
                : open.snapshots().stream()
                        .map(snapshot -> PaletteEntry.of(
                                messages.get("snapshot"),
                                snapshot.name(),
                                snapshot.machine() + " · " + Formats.dateTime(snapshot.time()),
                                () -> workspace.moveTo(snapshot)));
    }

    private Stream<PaletteEntry> events() {
        @Nullable OpenTrace open = workspace.openTrace();
        return open == null
                ? Stream.empty()
                : Stream.concat(open.alarms().stream(), open.annotations().stream())
                        .limit(EVENTS_SEARCHED)
                        .map(this::entry);
    }

    private PaletteEntry entry(TraceEvent event) {
        return PaletteEntry.of(
                messages.get("event." + event.content().kind().name().toLowerCase(Locale.ROOT)),
                event.content().title(),
                Formats.dateTime(event.content().time()),
                () -> {
                    @Nullable OpenTrace open = workspace.openTrace();
                    if (open != null) {
                        workspace.go(open.at(event.content().time()), new Selection.Event(event));
                    }
                });
    }

    /** An address may be meant as physical or as virtual; the likelier one comes first. */
    private List<PaletteEntry> addresses(String text, long value) {
        List<PaletteEntry> entries = new ArrayList<>();
        if (workspace.openTrace() == null) {
            return entries;
        }
        String hint = Formats.address(value).equals(text) ? "" : text;
        PaletteEntry physical = PaletteEntry.of(
                messages.get("address"),
                messages.get("go.physical", Formats.address(value)),
                hint,
                () -> show(new ByteSpan(AddressSpace.physical(), value, WORD)));
        OptionalLong root = register("cr3");
        if (root.isPresent()) {
            PaletteEntry virtual = PaletteEntry.of(
                    messages.get("address"),
                    messages.get("go.virtual", Formats.address(value)),
                    hint,
                    () -> show(new ByteSpan(new AddressSpace.Virtual(root.getAsLong()), value, WORD)));
            entries.add(virtual);
        }
        boolean kernel = Long.compareUnsigned(value, FIRST_CANONICAL_HIGH) >= 0;
        entries.add(kernel ? entries.size() : 0, physical);
        return entries;
    }

    private void show(ByteSpan span) {
        workspace.select(new Selection.Bytes(span));
        workspace.showView("memory");
    }

    /** Registers of the first vCPU at this moment, then fields of VMCSs, then symbols. */
    private AddressExpression.Names names() {
        return name -> {
            OptionalLong register = register(name.toLowerCase(Locale.ROOT));
            OptionalLong known = register.isPresent() ? register : structures.value(name);
            return known.isPresent() || workspace.symbols().size() == 0
                    ? known
                    : workspace.symbols().byName(name).stream()
                            .mapToLong(Symbol::address)
                            .findFirst();
        };
    }

    private OptionalLong register(String name) {
        @Nullable OpenTrace open = workspace.openTrace();
        if (open == null) {
            return OptionalLong.empty();
        }
        return workspace.moment().snapshot().stream()
                .flatMap(snapshot -> open.state(snapshot.id()).cpus().stream())
                .flatMap(cpu -> cpu.get(name).toOptional().stream())
                .mapToLong(Long::longValue)
                .findFirst();
    }
}
