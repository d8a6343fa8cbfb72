package org.ringside.app.cli;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import org.ringside.app.workspace.AddressExpression;
import org.ringside.decoder.cpu.CpuRegisters;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.paging.PageWalker;
import org.ringside.decoder.paging.PagingContext;
import org.ringside.decoder.symbol.Symbol;
import org.ringside.decoder.symbol.SymbolTable;
import org.ringside.decoder.translation.Translation;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.Trace;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How ADDRESS is meant: physical unless {@code --virtual}, with the registers and symbols that may stand in it. */
final class AddressOptions {
    @Option(names = "--virtual", description = "ADDRESS is virtual: translate it by the snapshot's page tables.")
    private boolean virtual;

    @Option(
            names = "--vcpu",
            paramLabel = "N",
            defaultValue = "0",
            description = "Whose registers, default ${DEFAULT-VALUE}.")
    private int vcpu;

    @Option(
            names = "--cr3",
            paramLabel = "VALUE",
            description = "Translate from this page-table root instead of the captured CR3.")
    private Optional<String> cr3 = Optional.empty();

    @Mixin
    private SymbolsOption symbols = new SymbolsOption();

    /**
     * Where a command begins to read.
     *
     * @param address in the reader's space
     * @param reader the memory
     * @param symbols names of virtual addresses; empty if there are none
     */
    record Place(long address, MemoryReader reader, SymbolTable symbols) {}

    /** @throws CommandFailure if the address is none, or the snapshot lacks what {@code --virtual} needs */
    Place place(Trace trace, SnapshotInfo snapshot, String text) throws IOException {
        Optional<CpuRegisters> registers = trace.state(snapshot.id()).cpus().stream()
                .filter(cpu -> cpu.vcpu() == vcpu)
                .findFirst();
        SymbolTable table = symbols.load(trace.path()).orElseGet(SymbolTable::empty);
        boolean[] named = new boolean[1];
        AddressExpression.Names names = name -> {
            Optional<Symbol> symbol = table.byName(name);
            named[0] |= symbol.isPresent();
            return symbol.map(found -> OptionalLong.of(found.address())).orElseGet(OptionalLong::empty);
        };
        AddressExpression.Names registerNames = name -> registers
                .flatMap(cpu -> cpu.get(name).toOptional())
                .map(OptionalLong::of)
                .orElseGet(OptionalLong::empty);
        long address = switch (AddressExpression.evaluate(text, registerNames.orElse(names))) {
            case AddressExpression.Value(long value) -> value;
            case AddressExpression.Problem(String message, int position) ->
                throw new CommandFailure("ADDRESS %s: %s (at character %d)%s"
                        .formatted(
                                text,
                                message,
                                position + 1,
                                table.size() == 0 ? "; symbols need --symbols System.map" : ""));
        };
        PhysicalMemory memory = trace.memory(snapshot.id());
        // What symbols name are virtual addresses: a physical address of that number would be nonsense.
        MemoryReader reader =
                virtual || named[0] ? virtual(memory, registers, snapshot) : MemoryReader.physical(memory);
        return new Place(address, reader, table);
    }

    private MemoryReader virtual(PhysicalMemory memory, Optional<CpuRegisters> registers, SnapshotInfo snapshot)
            throws CommandFailure {
        Observed<PagingContext> captured = registers
                .map(PagingContext::of)
                .orElseGet(() -> new Observed.Unreadable<>("no registers of vCPU %d were captured".formatted(vcpu)));
        PagingContext context;
        if (cr3.isPresent()) {
            long root = number("--cr3", cr3.get());
            context = captured instanceof Observed.Known<PagingContext>(PagingContext known)
                    ? known.withCr3(root)
                    : PagingContext.assumed(memory, root);
        } else if (captured instanceof Observed.Known<PagingContext>(PagingContext known)) {
            context = known;
        } else {
            throw new CommandFailure(
                    "%s: cannot translate virtual addresses: %s; give --cr3, or import the snapshot with --registers"
                            .formatted(snapshot.name(), captured.reason()));
        }
        PageWalker walker = new PageWalker(memory, context);
        return new MemoryReader(
                walker.virtualSpace(),
                memory,
                address -> walker.translate(address).map(Translation::output));
    }

    /** @throws CommandFailure if {@code text} is not a number */
    static long number(String what, String text) throws CommandFailure {
        return switch (AddressExpression.evaluate(text, AddressExpression.Names.none())) {
            case AddressExpression.Value(long value) -> value;
            case AddressExpression.Problem(String message, int ignored) ->
                throw new CommandFailure("%s %s: %s".formatted(what, text, message));
        };
    }
}
