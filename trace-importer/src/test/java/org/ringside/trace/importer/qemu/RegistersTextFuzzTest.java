package org.ringside.trace.importer.qemu;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

class RegistersTextFuzzTest {
    @FuzzTest(maxDuration = "3m")
    void anyTextIsReadAsFarAsItGoes(byte[] text) {
        RegistersText read = RegistersText.read(new String(text, StandardCharsets.ISO_8859_1));
        assertTrue(read.notes().size() <= 1000);
        read.state().devices().forEach(device -> assertTrue(device.bytes().isReadOnly()));
    }
}
