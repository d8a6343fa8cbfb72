package org.ringside.app.shell;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Something of others that the program is delivered with.
 *
 * @param artifacts its Maven artifacts; none for what is inside another, or a font
 * @param name what it is called
 * @param version the version that was built with; empty for what is inside another
 * @param licence its SPDX licence expression
 * @param copyright who holds the rights
 */
record ThirdParty(List<String> artifacts, String name, String version, String licence, String copyright) {
    private static final String LIST = "third-party.txt";
    private static final int COLUMNS = 5;

    ThirdParty {
        artifacts = List.copyOf(artifacts);
    }

    /** Everything, in the order of the list. */
    static List<ThirdParty> all() {
        try (InputStream stream = ThirdParty.class.getResourceAsStream(LIST)) {
            if (stream == null) {
                throw new IOException(LIST + " is missing from the program");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#") && !line.isBlank())
                    .map(ThirdParty::parse)
                    .toList();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static ThirdParty parse(String line) {
        String[] columns = line.split("\\|", -1);
        if (columns.length != COLUMNS) {
            throw new IllegalStateException(LIST + " has a line of " + columns.length + " columns: " + line);
        }
        String artifacts = columns[0].strip();
        return new ThirdParty(
                artifacts.isEmpty() ? List.of() : List.of(artifacts.split(" ", -1)),
                columns[1].strip(),
                columns[2].strip(),
                columns[3].strip(),
                columns[4].strip());
    }

    /** Two lines: name, version and licence, then the copyright. */
    String text() {
        return "%s%s — %s\n    %s".formatted(name, version.isEmpty() ? "" : " " + version, licence, copyright);
    }
}
