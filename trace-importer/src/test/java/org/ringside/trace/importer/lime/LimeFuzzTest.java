package org.ringside.trace.importer.lime;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.ringside.trace.importer.Hostile;

class LimeFuzzTest {
    private static final LimeFormat FORMAT = new LimeFormat();

    @FuzzTest(maxDuration = "3m")
    void anyBytesAreReadOrRefused(byte[] bytes) {
        boolean _ = Hostile.opens(FORMAT, bytes);
    }
}
