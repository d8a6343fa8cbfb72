package org.ringside.app.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ringside.app.memory.HexRow.Change;
import org.ringside.app.memory.HexRow.Side;
import org.ringside.app.text.Formats;
import org.ringside.app.text.Messages;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.symbol.SymbolPlace;

/** What a byte is, in words. */
final class HexDescription {
    private static final Messages MESSAGES = Messages.of(HexDescription.class);
    /** Farther below, a symbol's name misleads. */
    private static final long FARTHEST_SYMBOL = 1L << 20;

    private HexDescription() {}

    /** Several lines about the byte at a position. */
    static String of(MemoryViewModel model, long position) {
        List<String> lines = new ArrayList<>();
        long address = model.address(position);
        lines.add("0x%x".formatted(address)
                + place(model, address).map(place -> "  " + place).orElse(""));
        model.rowAt(position).ifPresent(row -> describe(model, row, lines));
        model.marks().at(address).ifPresent(mark -> lines.add(mark.name()));
        return String.join("\n", lines);
    }

    private static void describe(MemoryViewModel model, HexRow row, List<String> lines) {
        LoadedPage page = row.shown();
        if (page != null && !model.isPhysical()) {
            page.physical()
                    .ifPresent(physical ->
                            lines.add(MESSAGES.get("byte.physical", Formats.address(physical + row.offset()))));
        }
        int now = row.value(Side.SHOWN, 0);
        int before = row.value(Side.BASELINE, 0);
        lines.add(
                now == HexRow.UNKNOWN
                        ? row.absence(Side.SHOWN)
                                .map(reason -> absence(model, reason))
                                .orElse(MESSAGES.get("byte.being-read"))
                        : "0x%02x = %d".formatted(now, now));
        Change change = row.change(0);
        if (change == Change.CHANGED) {
            lines.add(MESSAGES.get("byte.changed", value(before), model.baselineName(), value(now), model.shownName()));
        } else if (change == Change.APPEARED) {
            lines.add(MESSAGES.get("byte.appeared", model.baselineName()));
        } else if (change == Change.VANISHED) {
            lines.add(MESSAGES.get("byte.vanished", value(before), model.baselineName(), model.shownName()));
        }
    }

    private static String value(int octet) {
        return "0x%02x".formatted(octet);
    }

    /** The symbol at or a little below a virtual address. */
    static Optional<SymbolPlace> place(MemoryViewModel model, long address) {
        return model.namesAddresses()
                ? model.symbolsProperty().get().nearest(address, FARTHEST_SYMBOL)
                : Optional.empty();
    }

    /** Why bytes are not known, and what to do. */
    static String absence(MemoryViewModel model, Observed<byte[]> absence) {
        return switch (absence) {
            case Observed.Known<byte[]> known -> "";
            case Observed.NotCaptured<byte[]> missing ->
                model.isPhysical() ? MESSAGES.get("absent.physical") : MESSAGES.get("absent.mapped");
            case Observed.Unreadable<byte[]> unreadable -> MESSAGES.get("absent.unreadable", unreadable.why());
            case Observed.Malformed<byte[]> malformed -> MESSAGES.get("absent.malformed", malformed.why());
            case Observed.NotApplicable<byte[]> unmapped -> MESSAGES.get("absent.unmapped", unmapped.why());
        };
    }
}
