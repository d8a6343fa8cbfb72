package org.ringside.decoder.structure;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Expected texts in files. {@code mvn test -Dringside.goldens=write} makes them anew; look at the difference before keeping it. */
public final class Golden {
    private static final Path FOLDER = Path.of("src", "test", "resources", "goldens");

    private Golden() {}

    public static void check(String name, String actual) throws IOException {
        Path file = FOLDER.resolve(name + ".txt");
        if (System.getProperty("ringside.goldens", "").equals("write")) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, actual);
        }
        assertEquals(Files.readString(file), actual, () -> name + " differs from its golden");
    }
}
