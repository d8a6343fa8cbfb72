package org.ringside.app.text;

import java.util.Arrays;
import java.util.List;

/**
 * A text that may be a long list in one line, such as what a kernel says of itself in a dump: its first part, and the others for whoever
 * wants them.
 *
 * @param first the first part, or the whole of a short text
 * @param rest the other parts
 */
public record LongText(String first, List<String> rest) {
    private static final Messages MESSAGES = Messages.of(LongText.class);
    private static final int SHORT = 120;
    private static final String SEPARATOR = "; ";

    public LongText {
        rest = List.copyOf(rest);
    }

    /** Takes a text of parts that are separated by semicolons apart, unless it is short. */
    public static LongText of(String text) {
        if (text.length() <= SHORT || !text.contains(SEPARATOR)) {
            return new LongText(text, List.of());
        }
        List<String> parts = Arrays.asList(text.split(SEPARATOR, -1));
        return new LongText(parts.getFirst(), parts.subList(1, parts.size()));
    }

    /** One line: the first part, and how many there are besides. */
    public String brief() {
        return rest.isEmpty() ? first : MESSAGES.get("brief", first, rest.size());
    }

    /** All parts, one on each line. */
    public String full() {
        return rest.isEmpty() ? first : first + "\n" + String.join("\n", rest);
    }
}
