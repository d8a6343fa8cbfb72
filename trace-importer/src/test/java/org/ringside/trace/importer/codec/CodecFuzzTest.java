package org.ringside.trace.importer.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import java.util.List;

class CodecFuzzTest {
    private static final List<Codec> CODECS = List.of(Codec.values());

    /** The first byte chooses the codec, the next two the length that is expected. */
    @FuzzTest(maxDuration = "3m")
    void anyBytesAreUnpackedOrRefused(byte[] bytes) {
        if (bytes.length < 3) {
            return;
        }
        Codec codec = CODECS.get((bytes[0] & 0xff) % CODECS.size());
        int length = (bytes[1] & 0xff) | ((bytes[2] & 0xff) << 8);
        try {
            assertEquals(length, codec.unpack(Arrays.copyOfRange(bytes, 3, bytes.length), length).length);
        } catch (CorruptDataException expected) {
            // What it is for.
        }
    }
}
