package org.ringside.trace.importer;

import com.github.luben.zstd.Zstd;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The recorded images beside this class, re-made by {@code record.py} there. */
public final class Samples {
    private static final int LARGEST = 8 << 20;

    private Samples() {}

    /** An image, unpacked. */
    public static byte[] image(String name) {
        return Zstd.decompress(resource(name + ".zst"), LARGEST);
    }

    /** A text as it is. */
    public static String text(String name) {
        return new String(resource(name), StandardCharsets.UTF_8);
    }

    private static byte[] resource(String name) {
        try (InputStream in = Objects.requireNonNull(Samples.class.getResourceAsStream(name), name)) {
            return in.readAllBytes();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
