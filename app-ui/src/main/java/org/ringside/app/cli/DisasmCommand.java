package org.ringside.app.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.ringside.decoder.disasm.Disassembler;
import org.ringside.decoder.disasm.Instruction;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.structure.AddressSpace;
import org.ringside.decoder.symbol.SymbolTable;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.Trace;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "disasm",
        mixinStandardHelpOptions = true,
        description = "Instructions of a snapshot. Exit status 2 if the memory there was not captured.")
final class DisasmCommand extends TraceCommand {
    private static final int LONGEST_INSTRUCTION = 15;
    private static final int MOST_INSTRUCTIONS = 65_536;

    @Parameters(index = "1", paramLabel = "SNAP", description = "A snapshot's name or number.")
    private String snapshot = "";

    @Parameters(index = "2", paramLabel = "ADDRESS", description = "Where to begin.")
    private String address = "";

    @Parameters(index = "3", paramLabel = "COUNT", description = "Instructions, at most 65536.")
    private String count = "";

    @Option(
            names = "--bits",
            paramLabel = "16|32|64",
            defaultValue = "64",
            description = "Width of the code, default ${DEFAULT-VALUE}.")
    private int bits;

    @Mixin
    private AddressOptions addresses = new AddressOptions();

    DisasmCommand(Console console) {
        super(console);
    }

    @Override
    int run(Trace trace) throws IOException {
        SnapshotInfo chosen = snapshot(trace, snapshot);
        AddressOptions.Place place = addresses.place(trace, chosen, address);
        long wanted = AddressOptions.number("COUNT", count);
        if (wanted < 1 || wanted > MOST_INSTRUCTIONS) {
            throw new CommandFailure("COUNT %s: must be 1 to %d".formatted(count, MOST_INSTRUCTIONS));
        }
        MemorySegment code = code(place, chosen, wanted);
        List<Instruction> instructions = disassemble(code, place.address(), (int) wanted);
        if (wantsJson()) {
            write(json(trace, chosen, place, instructions));
        } else {
            print(place, instructions);
        }
        return CommandLineInterface.FINE;
    }

    /** Bytes from the address on, as far as they are known, in one piece. */
    private static MemorySegment code(AddressOptions.Place place, SnapshotInfo snapshot, long instructions)
            throws CommandFailure {
        List<MemoryReader.Piece> pieces = place.reader().read(place.address(), instructions * LONGEST_INSTRUCTION);
        MemoryReader.Piece first = pieces.getFirst();
        if (!first.bytes().isKnown()) {
            throw new CommandFailure("%s %s of %s: %s"
                    .formatted(
                            place.reader().space(),
                            Json.hex(place.address()),
                            snapshot.name(),
                            first.bytes().reason()));
        }
        long known = pieces.stream()
                .takeWhile(piece -> piece.bytes().isKnown())
                .mapToLong(MemoryReader.Piece::length)
                .sum();
        MemorySegment code = MemorySegment.ofArray(new byte[Math.toIntExact(known)]);
        long at = 0;
        for (MemoryReader.Piece piece : pieces) {
            if (!(piece.bytes() instanceof Observed.Known<MemorySegment>(MemorySegment bytes))) {
                break;
            }
            MemorySegment.copy(bytes, 0, code, at, bytes.byteSize());
            at += bytes.byteSize();
        }
        return code;
    }

    private List<Instruction> disassemble(MemorySegment code, long from, int most) throws CommandFailure {
        Disassembler.Mode mode = switch (bits) {
            case 16 -> Disassembler.Mode.BITS_16;
            case 32 -> Disassembler.Mode.BITS_32;
            case 64 -> Disassembler.Mode.BITS_64;
            default -> throw new CommandFailure("--bits " + bits + ": must be 16, 32 or 64");
        };
        Observed<Disassembler> opened = Disassembler.open(mode);
        if (!(opened instanceof Observed.Known<Disassembler>(Disassembler library))) {
            throw new CommandFailure(opened.reason());
        }
        try (library) {
            return library.disassemble(code, from, most);
        }
    }

    private static ObjectNode json(
            Trace trace, SnapshotInfo snapshot, AddressOptions.Place place, List<Instruction> instructions) {
        ObjectNode json =
                Json.object().put("trace", trace.path().toAbsolutePath().toString());
        json.set("snapshot", Json.reference(snapshot));
        json.put("space", place.reader().space().toString());
        json.set("instructions", Json.array(instructions, instruction -> json(instruction, place)));
        return json;
    }

    private static ObjectNode json(Instruction instruction, AddressOptions.Place place) {
        ObjectNode json = Json.object().put("address", Json.hex(instruction.address()));
        if (isVirtual(place)) {
            place.reader()
                    .translation()
                    .physical(instruction.address())
                    .toOptional()
                    .ifPresent(physical -> json.put("physical", Json.hex(physical)));
            symbol(instruction.address(), place.symbols()).ifPresent(name -> json.put("symbol", name));
        }
        json.put("bytes", instruction.bytes().replace(" ", ""))
                .put("mnemonic", instruction.mnemonic())
                .put("operands", instruction.operands())
                .put("text", instruction.text());
        target(instruction).ifPresent(target -> {
            json.put("target", Json.hex(target));
            targetName(target, place).ifPresent(name -> json.put("targetSymbol", name));
        });
        return json;
    }

    private void print(AddressOptions.Place place, List<Instruction> instructions) {
        for (Instruction instruction : instructions) {
            if (isVirtual(place)) {
                place.symbols().nearest(instruction.address(), 0).ifPresent(symbol -> line("%s:", symbol));
            }
            OptionalLong target = target(instruction);
            String name = target.isPresent()
                    ? targetName(target.getAsLong(), place)
                            .map(found -> "  ; " + found)
                            .orElse("")
                    : "";
            line("  %016x  %-44s %s%s", instruction.address(), instruction.bytes(), instruction.text(), name);
        }
    }

    private static boolean isVirtual(AddressOptions.Place place) {
        return place.reader().space() instanceof AddressSpace.Virtual;
    }

    private static OptionalLong target(Instruction instruction) {
        return instruction.branchTarget().isPresent() ? instruction.branchTarget() : instruction.memoryTarget();
    }

    private static Optional<String> targetName(long target, AddressOptions.Place place) {
        return isVirtual(place) ? symbol(target, place.symbols()) : Optional.empty();
    }

    private static Optional<String> symbol(long address, SymbolTable symbols) {
        return SymbolsOption.nearest(symbols, address);
    }
}
