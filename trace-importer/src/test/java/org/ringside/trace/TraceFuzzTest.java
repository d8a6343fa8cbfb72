package org.ringside.trace;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Tampers with a trace as the fuzzer says. Runs its seeds as a test; with {@code JAZZER_FUZZ=1} it searches. */
class TraceFuzzTest {
    @TempDir
    Path directory;

    private @Nullable HostileTrace trace;

    @BeforeEach
    void makeTrace() {
        trace = new HostileTrace(directory);
    }

    @FuzzTest(maxDuration = "1m")
    void tampering(byte[] changes) throws IOException {
        if (trace != null) {
            trace.askWith(ByteBuffer.wrap(changes));
        }
    }
}
