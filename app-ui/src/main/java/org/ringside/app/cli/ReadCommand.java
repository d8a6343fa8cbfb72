package org.ringside.app.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.List;
import org.ringside.decoder.memory.Observed;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.Trace;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "read",
        mixinStandardHelpOptions = true,
        description = "Bytes of a snapshot. What was not captured is said so; exit status 2 if nothing was.")
final class ReadCommand extends TraceCommand {
    private static final long MOST_BYTES = 64L << 20;

    @Parameters(index = "1", paramLabel = "SNAP", description = "A snapshot's name or number.")
    private String snapshot = "";

    @Parameters(index = "2", paramLabel = "ADDRESS", description = "Where to begin.")
    private String address = "";

    @Parameters(index = "3", paramLabel = "LENGTH", description = "Bytes, decimal or 0x…, at most 64 MiB.")
    private String length = "";

    @Mixin
    private AddressOptions addresses = new AddressOptions();

    @Option(names = "--raw", description = "Write the bytes themselves; fails if one of them is not known.")
    private boolean raw;

    ReadCommand(Console console) {
        super(console);
    }

    @Override
    int run(Trace trace) throws IOException {
        SnapshotInfo chosen = snapshot(trace, snapshot);
        AddressOptions.Place place = addresses.place(trace, chosen, address);
        long bytes = AddressOptions.number("LENGTH", length);
        if (bytes < 1 || bytes > MOST_BYTES) {
            throw new CommandFailure("LENGTH %s: must be 1 to %d".formatted(length, MOST_BYTES));
        }
        List<MemoryReader.Piece> pieces = place.reader().read(place.address(), bytes);
        if (raw) {
            writeRaw(pieces);
        } else if (wantsJson()) {
            write(json(trace, chosen, place, bytes, pieces));
        } else {
            pieces.forEach(piece -> HexDump.print(out(), piece));
        }
        if (pieces.stream().noneMatch(piece -> piece.bytes().isKnown())) {
            throw new CommandFailure("%s %s of %s: %s"
                    .formatted(
                            place.reader().space(),
                            Json.hex(place.address()),
                            chosen.name(),
                            pieces.getFirst().bytes().reason()));
        }
        return CommandLineInterface.FINE;
    }

    private void writeRaw(List<MemoryReader.Piece> pieces) throws IOException {
        for (MemoryReader.Piece piece : pieces) {
            if (!piece.bytes().isKnown()) {
                throw new CommandFailure("%s: %s; without --raw the known bytes are shown"
                        .formatted(Json.hex(piece.address()), piece.bytes().reason()));
            }
        }
        out().flush();
        for (MemoryReader.Piece piece : pieces) {
            console().binary().write(piece.bytes().orElseThrow().toArray(ValueLayout.JAVA_BYTE));
        }
        console().binary().flush();
    }

    private static ObjectNode json(
            Trace trace,
            SnapshotInfo snapshot,
            AddressOptions.Place place,
            long length,
            List<MemoryReader.Piece> pieces) {
        ObjectNode json =
                Json.object().put("trace", trace.path().toAbsolutePath().toString());
        json.set("snapshot", Json.reference(snapshot));
        json.put("space", place.reader().space().toString())
                .put("address", Json.hex(place.address()))
                .put("length", length);
        json.set("pieces", Json.array(pieces, ReadCommand::json));
        return json;
    }

    private static ObjectNode json(MemoryReader.Piece piece) {
        ObjectNode json =
                Json.object().put("address", Json.hex(piece.address())).put("length", piece.length());
        piece.physical().ifPresent(physical -> json.put("physical", Json.hex(physical)));
        return switch (piece.bytes()) {
            case Observed.Known<MemorySegment>(MemorySegment bytes) ->
                json.put("bytes", HexFormat.of().formatHex(bytes.toArray(ValueLayout.JAVA_BYTE)));
            case Observed<MemorySegment> missing -> json.put("missing", missing.reason());
        };
    }
}
