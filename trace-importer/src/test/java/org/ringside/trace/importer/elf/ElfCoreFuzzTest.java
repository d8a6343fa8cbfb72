package org.ringside.trace.importer.elf;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.ringside.trace.importer.Hostile;

class ElfCoreFuzzTest {
    private static final ElfCoreFormat FORMAT = new ElfCoreFormat();

    @FuzzTest(maxDuration = "3m")
    void anyBytesAreReadOrRefused(byte[] bytes) {
        boolean _ = Hostile.opens(FORMAT, bytes);
    }
}
