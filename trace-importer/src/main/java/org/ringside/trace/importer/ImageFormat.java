package org.ringside.trace.importer;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** One format of memory images, recognised by content. */
public interface ImageFormat {
    /** For a person, for example {@code "LiME"}. */
    String name();

    /**
     * Whether the bytes begin like this format.
     *
     * @param head the first bytes of the file, at most 64 KiB
     */
    boolean recognises(MemorySegment head);

    /**
     * Opens an image.
     *
     * @param path the file, for messages
     * @param content the whole file, mapped read-only; the caller keeps it mapped until the image is closed
     * @throws ImportException if the content breaks the format's rules
     */
    MemoryImage open(Path path, MemorySegment content) throws IOException;
}
