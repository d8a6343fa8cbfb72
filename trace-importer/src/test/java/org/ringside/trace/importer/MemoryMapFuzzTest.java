package org.ringside.trace.importer;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

class MemoryMapFuzzTest {
    private static final MemorySegment CONTENT =
            MemorySegment.ofArray(new byte[1 << 20]).asReadOnly();

    @FuzzTest(maxDuration = "3m")
    void anyTextIsAMapOrRefused(byte[] text) throws Exception {
        try {
            MemoryMap map = MemoryMap.parse(Path.of("map"), new String(text, StandardCharsets.ISO_8859_1));
            Hostile.check(ImageFormats.recognise(Hostile.FILE, CONTENT, Optional.of(map)), CONTENT);
        } catch (ImportException expected) {
            // What it is for.
        }
    }
}
