package org.ringside.trace.importer.avml;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.ringside.trace.importer.Hostile;

class AvmlFuzzTest {
    private static final AvmlFormat FORMAT = new AvmlFormat();

    @FuzzTest(maxDuration = "3m")
    void anyBytesAreReadOrRefused(byte[] bytes) {
        boolean _ = Hostile.opens(FORMAT, bytes);
    }
}
