package org.ringside.app.memory;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import org.ringside.app.text.Messages;

/** How bytes are copied as text that can be pasted in a report or a program. */
public enum CopyFormat {
    HEX {
        @Override
        public String format(byte[] bytes, long address) {
            return HexFormat.ofDelimiter(" ").formatHex(bytes);
        }
    },
    HEX_DUMP {
        @Override
        public String format(byte[] bytes, long address) {
            StringBuilder text = new StringBuilder();
            // Whole rows at multiples of 16, as the view and every other tool show them; what was not selected stays
            // blank.
            long rowAddress = address & -ROW;
            for (long at = rowAddress - address; at < bytes.length; at += ROW) {
                appendRow(text, bytes, at, address);
            }
            return text.toString();
        }
    },
    C_ARRAY {
        @Override
        public String format(byte[] bytes, long address) {
            StringBuilder text =
                    new StringBuilder("static const unsigned char bytes_%x[%d] = {".formatted(address, bytes.length));
            for (int i = 0; i < bytes.length; i++) {
                text.append(i % ROW == 0 ? "\n    " : " ").append("0x%02x,".formatted(bytes[i]));
            }
            return text.append("\n};\n").toString();
        }
    },
    PYTHON {
        @Override
        public String format(byte[] bytes, long address) {
            StringBuilder text = new StringBuilder("bytes_%x = bytes.fromhex(\n".formatted(address));
            for (int i = 0; i < bytes.length; i += ROW) {
                int end = Math.min(bytes.length, i + ROW);
                text.append("    \"")
                        .append(HexFormat.of().formatHex(bytes, i, end))
                        .append("\"\n");
            }
            return text.append(")\n").toString();
        }
    },
    ASCII {
        @Override
        public String format(byte[] bytes, long address) {
            byte[] printable = bytes.clone();
            for (int i = 0; i < printable.length; i++) {
                printable[i] = isPrintable(printable[i]) || printable[i] == '\n' || printable[i] == '\t'
                        ? printable[i]
                        : (byte) '.';
            }
            return new String(printable, StandardCharsets.US_ASCII);
        }
    };

    private static final Messages MESSAGES = Messages.of(CopyFormat.class);
    private static final int ROW = 16;

    /** For a menu. */
    public String title() {
        return MESSAGES.get("copy-format." + id());
    }

    /** For an action's identifier, for example {@code "hex-dump"}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The bytes as text.
     *
     * @param address address of the first byte
     */
    public abstract String format(byte[] bytes, long address);

    /** Whether a byte is a graphic ASCII character or a blank. */
    public static boolean isPrintable(byte value) {
        return value >= 0x20 && value < 0x7f;
    }

    private static void appendRow(StringBuilder text, byte[] bytes, long at, long address) {
        text.append("%08x ".formatted(address + at));
        StringBuilder characters = new StringBuilder();
        for (int column = 0; column < ROW; column++) {
            long index = at + column;
            boolean inside = index >= 0 && index < bytes.length;
            text.append(column % 8 == 0 ? " " : "").append(inside ? "%02x ".formatted(bytes[(int) index]) : "   ");
            characters.append(!inside ? ' ' : isPrintable(bytes[(int) index]) ? (char) bytes[(int) index] : '.');
        }
        text.append(" |").append(characters).append("|\n");
    }
}
