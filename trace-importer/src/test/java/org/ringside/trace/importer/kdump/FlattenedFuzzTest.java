package org.ringside.trace.importer.kdump;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.ringside.trace.importer.Hostile;

class FlattenedFuzzTest {
    private static final FlattenedFormat FORMAT = new FlattenedFormat();

    @FuzzTest(maxDuration = "3m")
    void anyBytesAreReadOrRefused(byte[] bytes) {
        boolean _ = Hostile.opens(FORMAT, bytes);
    }
}
