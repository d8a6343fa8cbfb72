package org.ringside.trace.sqlite;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Which program this is, for the custody log. */
final class ToolVersion {
    private ToolVersion() {}

    /** For example {@code "Ringside 0.1.0"}. */
    static String name() {
        Properties properties = new Properties();
        try (InputStream in = ToolVersion.class.getResourceAsStream("version.properties")) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("version.properties cannot be read", e);
        }
        return "Ringside " + properties.getProperty("version", "of unknown version");
    }
}
