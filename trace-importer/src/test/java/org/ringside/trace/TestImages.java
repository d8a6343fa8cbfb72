package org.ringside.trace;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.trace.importer.ImageImport;
import org.ringside.trace.importer.ImportRequest;
import org.ringside.trace.importer.ImportResult;

/** Makes raw images out of a seed, like memory is: mostly zeros, some pages more than once. */
final class TestImages {
    static final int PAGE = PhysicalMemory.PAGE_SIZE;

    private TestImages() {}

    /** A third of the pages zero, a sixth repeats of others, the rest random text. */
    static byte[] random(long seed, int pages) {
        Random random = new Random(seed);
        ByteBuffer image = ByteBuffer.allocate(pages * PAGE);
        for (int page = 0; page < pages; page++) {
            image.position(page * PAGE);
            switch (random.nextInt(6)) {
                case 0, 1 -> {}
                case 2 -> image.put(content(random.nextInt(8)));
                default -> image.put(content(random.nextLong()));
            }
        }
        return image.array();
    }

    /** One page of bytes that compress. */
    static byte[] content(long seed) {
        Random random = new Random(seed);
        byte[] page = new byte[PAGE];
        for (int i = 0; i < PAGE; i++) {
            page[i] = (byte) ('a' + random.nextInt(8));
        }
        return page;
    }

    /** The image with some pages changed, to content or to zeros. */
    static byte[] changed(byte[] image, long seed, int changes) {
        Random random = new Random(seed);
        byte[] changed = image.clone();
        for (int i = 0; i < changes; i++) {
            int page = random.nextInt(image.length / PAGE);
            byte[] content = random.nextInt(4) == 0 ? new byte[PAGE] : content(random.nextLong());
            System.arraycopy(content, 0, changed, page * PAGE, PAGE);
        }
        return changed;
    }

    static Path write(Path directory, String name, byte[] image) throws IOException {
        return Files.write(directory.resolve(name), image);
    }

    static ImportRequest request(Path image) {
        return new ImportRequest(
                image, Optional.empty(), "guest", Optional.empty(), Optional.empty(), false, Optional.empty());
    }

    static ImportRequest inPlace(Path image) {
        return new ImportRequest(
                image, Optional.empty(), "guest", Optional.empty(), Optional.empty(), true, Optional.empty());
    }

    static ImportResult add(Trace trace, Path image) throws IOException {
        return ImageImport.run(trace, request(image), ProgressMonitor.none());
    }
}
