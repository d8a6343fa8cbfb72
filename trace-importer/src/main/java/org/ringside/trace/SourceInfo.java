package org.ringside.trace;

import java.util.List;

/**
 * A file or link that evidence came from.
 *
 * @param id positive, in order of import
 * @param location absolute path as it was when imported, or the link's address
 * @param format for example {@code "ELF core (QEMU)"}
 * @param size bytes
 * @param sha256 digest of the whole source
 * @param imported when it was imported
 * @param notes what the importer skipped or doubted, one sentence each
 */
public record SourceInfo(
        long id, String location, String format, long size, Digest sha256, TraceTime imported, List<String> notes) {
    public SourceInfo {
        notes = List.copyOf(notes);
    }
}
