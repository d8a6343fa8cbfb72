package org.ringside.app.memory;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;
import org.ringside.app.text.Formats;
import org.ringside.app.text.Messages;
import org.ringside.app.workspace.AddressExpression;

/** How the text in the search field is read. */
public enum SearchKind {
    BYTES {
        @Override
        SearchPattern read(String text, AddressExpression.Names names) {
            return bytes(text);
        }
    },
    TEXT {
        @Override
        SearchPattern read(String text, AddressExpression.Names names) {
            return exact(text.getBytes(StandardCharsets.UTF_8));
        }
    },
    UTF16 {
        @Override
        SearchPattern read(String text, AddressExpression.Names names) {
            return exact(text.getBytes(StandardCharsets.UTF_16LE));
        }
    },
    INTEGER_16 {
        @Override
        SearchPattern read(String text, AddressExpression.Names names) {
            return integer(text, names, Short.BYTES);
        }
    },
    INTEGER_32 {
        @Override
        SearchPattern read(String text, AddressExpression.Names names) {
            return integer(text, names, Integer.BYTES);
        }
    },
    INTEGER_64 {
        @Override
        SearchPattern read(String text, AddressExpression.Names names) {
            return integer(text, names, Long.BYTES);
        }
    },
    POINTERS {
        @Override
        SearchPattern read(String text, AddressExpression.Names names) {
            return SearchPattern.Words.pointersToVirtualPage(value(text, names));
        }
    },
    REFERENCES {
        @Override
        SearchPattern read(String text, AddressExpression.Names names) {
            return SearchPattern.Words.referencesToPhysicalPage(value(text, names));
        }
    };

    private static final Messages MESSAGES = Messages.of(SearchKind.class);
    private static final Pattern SEPARATORS = Pattern.compile("[\\s,]+");

    /** For a menu. */
    public String title() {
        return MESSAGES.get("search.kind." + key());
    }

    /** What to type. */
    public String hint() {
        return MESSAGES.get("search.hint." + key());
    }

    /** For tests and settings. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The pattern that the text says.
     *
     * @param names what names in expressions mean
     * @throws IllegalArgumentException if the text says none; the message is for a person
     */
    public SearchPattern pattern(String text, AddressExpression.Names names) {
        if (text.isBlank()) {
            throw new IllegalArgumentException(MESSAGES.get("search.nothing", hint()));
        }
        return read(text, names);
    }

    private String key() {
        return id().replace('_', '-');
    }

    abstract SearchPattern read(String text, AddressExpression.Names names);

    @Override
    public String toString() {
        return title();
    }

    private static SearchPattern exact(byte[] bytes) {
        if (bytes.length > SearchPattern.MAXIMUM_LENGTH) {
            throw new IllegalArgumentException(MESSAGES.get("search.too-long", SearchPattern.MAXIMUM_LENGTH));
        }
        byte[] mask = new byte[bytes.length];
        Arrays.fill(mask, (byte) -1);
        return new SearchPattern.Bytes(bytes, mask);
    }

    private static SearchPattern bytes(String text) {
        ByteArrayOutputStream value = new ByteArrayOutputStream();
        ByteArrayOutputStream mask = new ByteArrayOutputStream();
        for (String group : SEPARATORS.splitAsStream(text.strip()).toList()) {
            String digits = group.toLowerCase(Locale.ROOT).replaceFirst("^(0x|\\\\x)", "");
            if (digits.equals("?")) {
                digits = "??";
            }
            if (digits.length() % 2 != 0) {
                throw new IllegalArgumentException(MESSAGES.get("search.odd", group));
            }
            for (int i = 0; i < digits.length(); i += 2) {
                int high = nibble(digits.charAt(i), group);
                int low = nibble(digits.charAt(i + 1), group);
                value.write(Math.max(high, 0) << 4 | Math.max(low, 0));
                mask.write((high < 0 ? 0 : 0xf0) | (low < 0 ? 0 : 0x0f));
            }
        }
        if (value.size() > SearchPattern.MAXIMUM_LENGTH) {
            throw new IllegalArgumentException(MESSAGES.get("search.too-long", SearchPattern.MAXIMUM_LENGTH));
        }
        return new SearchPattern.Bytes(value.toByteArray(), mask.toByteArray());
    }

    /** The digit's value, −1 for a wildcard. */
    private static int nibble(char digit, String group) {
        int value = Character.digit(digit, 16);
        if (digit == '?' || value < 0) {
            if (digit != '?') {
                throw new IllegalArgumentException(MESSAGES.get("search.not-hex", group));
            }
            return -1;
        }
        return value;
    }

    private static SearchPattern integer(String text, AddressExpression.Names names, int size) {
        long value = value(text, names);
        int unused = Long.SIZE - size * Byte.SIZE;
        boolean fits = value == value << unused >> unused || value == value << unused >>> unused;
        if (!fits) {
            throw new IllegalArgumentException(
                    MESSAGES.get("search.too-wide", Formats.address(value), size * Byte.SIZE));
        }
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) (value >>> (i * Byte.SIZE));
        }
        return exact(bytes);
    }

    private static long value(String text, AddressExpression.Names names) {
        return switch (AddressExpression.evaluate(text, names)) {
            case AddressExpression.Value(long value) -> value;
            case AddressExpression.Problem problem -> throw new IllegalArgumentException(problem.message());
        };
    }
}
