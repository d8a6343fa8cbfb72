package org.ringside.app.cli;

import java.io.PrintWriter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.ringside.decoder.memory.Observed;

/** Bytes as rows of sixteen; what is not known is said, never shown as zeros. */
final class HexDump {
    private static final int ROW = 16;

    private HexDump() {}

    static void print(PrintWriter out, MemoryReader.Piece piece) {
        switch (piece.bytes()) {
            case Observed.Known<MemorySegment>(MemorySegment bytes) -> rows(out, piece.address(), bytes);
            case Observed<MemorySegment> missing ->
                out.println("%016x  %,d bytes: %s".formatted(piece.address(), piece.length(), missing.reason()));
        }
    }

    private static void rows(PrintWriter out, long address, MemorySegment bytes) {
        long row = address & -ROW;
        while (row - address < bytes.byteSize()) {
            StringBuilder hex = new StringBuilder();
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < ROW; i++) {
                long at = row + i - address;
                boolean inside = at >= 0 && at < bytes.byteSize();
                byte value = inside ? bytes.get(ValueLayout.JAVA_BYTE, at) : 0;
                hex.append(i == ROW / 2 ? "  " : " ").append(inside ? "%02x".formatted(value & 0xff) : "  ");
                text.append(inside && value >= ' ' && value < 0x7f ? (char) value : inside ? '.' : ' ');
            }
            out.println("%016x %s  |%s|".formatted(row, hex, text));
            row += ROW;
        }
    }
}
