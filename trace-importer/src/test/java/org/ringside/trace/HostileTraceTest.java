package org.ringside.trace;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostileTraceTest {
    @TempDir
    Path directory;

    @Test
    void anyTamperingGivesAnswersOrErrorsThatSayWhatIsWrong() throws IOException {
        HostileTrace trace = new HostileTrace(directory);
        Random random = new Random(81);
        for (int i = 0; i < 150; i++) {
            ByteBuffer changes = ByteBuffer.allocate(5 * (1 + random.nextInt(20)));
            // Near the beginning are the header and the schema, at the beginning of each page its structure.
            while (changes.hasRemaining()) {
                int page = random.nextInt(trace.size() / 8192) * 8192;
                int offset = random.nextBoolean() ? page + random.nextInt(40) : random.nextInt(trace.size());
                changes.putInt(offset).put((byte) random.nextInt(256));
            }
            trace.askWith(changes.flip());
        }
    }

    @Test
    void aTraceCutOffAnywhereGivesAnswersOrErrors() throws IOException {
        HostileTrace trace = new HostileTrace(directory);
        byte[] whole = java.nio.file.Files.readAllBytes(directory.resolve("sound.ringside"));
        Random random = new Random(82);
        for (int i = 0; i < 40; i++) {
            trace.askAll(Arrays.copyOf(whole, 1 + random.nextInt(whole.length)));
        }
    }
}
