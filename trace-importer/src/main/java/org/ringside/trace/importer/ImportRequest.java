package org.ringside.trace.importer;

import java.nio.file.Path;
import java.util.Optional;
import org.ringside.trace.TraceTime;

/**
 * A memory image to import.
 *
 * @param image the image's file, in any format of {@link ImageFormats}
 * @param name for the snapshot, new in the trace; without one, the file's name without its extension, made unique
 * @param machine name of the machine; snapshots of one machine are compared with each other
 * @param registers text with the registers at that moment, if there is one
 * @param memoryMap for a raw image with holes: what lies where
 * @param inPlace whether the bytes stay in the file: for images too large to copy
 * @param time when the memory was captured; without one, the file's time of last change
 */
public record ImportRequest(
        Path image,
        Optional<String> name,
        String machine,
        Optional<Path> registers,
        Optional<Path> memoryMap,
        boolean inPlace,
        Optional<TraceTime> time) {}
