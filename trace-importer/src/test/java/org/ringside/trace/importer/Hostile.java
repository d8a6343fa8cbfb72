package org.ringside.trace.importer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.trace.importer.MemoryImage.FileExtent;

/** Damages images and checks that a reader keeps its promises whatever it is given. */
public final class Hostile {
    /** Names the file in messages. */
    public static final Path FILE = Path.of("hostile.img");

    private static final int PAGES_READ = 64;

    private Hostile() {}

    /**
     * Opens bytes and holds the reader to its contract: only {@link ImportException}; ranges sorted, disjoint, page-aligned; every page in
     * them known or a reason why not, none outside; extents that cover the ranges and show the same bytes.
     *
     * @return whether it opened
     */
    public static boolean opens(ImageFormat format, byte[] bytes) {
        MemorySegment content = MemorySegment.ofArray(bytes).asReadOnly();
        if (!format.recognises(content.asSlice(0, Math.min(bytes.length, 64 << 10)))) {
            return false;
        }
        try (MemoryImage image = format.open(FILE, content)) {
            check(image, content);
            return true;
        } catch (ImportException refused) {
            assertTrue(String.valueOf(refused.getMessage()).contains(FILE.toString()), refused::getMessage);
            return false;
        } catch (IOException other) {
            throw new AssertionError("only ImportException is promised", other);
        }
    }

    /** Holds an open image to its contract; see {@link #opens}. */
    public static void check(MemoryImage image, MemorySegment content) {
        long end = 0;
        int left = PAGES_READ;
        for (AddressRange range : image.ranges()) {
            assertTrue(range.start() >= end && range.length() > 0, "sorted, disjoint, not empty");
            assertEquals(0, (range.start() | range.end()) % PhysicalMemory.PAGE_SIZE, "page-aligned");
            if (range.start() > end) {
                assertTrue(image.page(range.start() - 1) instanceof Observed.NotCaptured, "a hole");
            }
            end = range.end();
            for (long page = range.start(); page < end && left > 0; page += PhysicalMemory.PAGE_SIZE) {
                left--;
                checkPage(image.page(page));
            }
            checkPage(image.page(end - 1));
        }
        assertTrue(image.page(end) instanceof Observed.NotCaptured, "nothing after the last range");
        assertTrue(image.notes().size() <= 1000, "a bounded number of notes");
        image.extents().ifPresent(extents -> checkExtents(image, extents, content));
    }

    private static void checkPage(Observed<MemorySegment> page) {
        assertTrue(!(page instanceof Observed.NotCaptured), page::reason);
        if (page instanceof Observed.Known<MemorySegment>(MemorySegment bytes)) {
            assertEquals(PhysicalMemory.PAGE_SIZE, bytes.byteSize());
            assertTrue(bytes.isReadOnly());
        }
    }

    private static void checkExtents(MemoryImage image, List<FileExtent> extents, MemorySegment content) {
        long captured = image.ranges().stream().mapToLong(AddressRange::length).sum();
        assertEquals(captured, extents.stream().mapToLong(FileExtent::length).sum(), "exactly the captured ranges");
        for (FileExtent extent : extents.subList(0, Math.min(16, extents.size()))) {
            MemorySegment page = image.page(extent.address()).orElseThrow();
            assertEquals(-1, page.mismatch(content.asSlice(extent.offset(), PhysicalMemory.PAGE_SIZE)));
        }
    }

    /** Cuts the image at each of these lengths, at every byte of its first 256 and last 64, and at random places. */
    public static void truncate(ImageFormat format, byte[] image, long... boundaries) {
        for (long boundary : boundaries) {
            for (long length = Math.max(0, boundary - 1); length <= Math.min(image.length, boundary + 1); length++) {
                opens(format, Arrays.copyOf(image, (int) length));
            }
        }
        for (int length = 0; length < Math.min(256, image.length); length++) {
            opens(format, Arrays.copyOf(image, length));
        }
        for (int length = Math.max(0, image.length - 64); length < image.length; length++) {
            opens(format, Arrays.copyOf(image, length));
        }
        Random random = new Random(0x52494e47);
        for (int i = 0; i < 200; i++) {
            opens(format, Arrays.copyOf(image, random.nextInt(image.length)));
        }
    }

    /** Changes one to four bytes of a region, many times. */
    public static void damage(ImageFormat format, byte[] image, int from, int to, int times) {
        Random random = new Random(0x5349444eL);
        byte[] values = {0, 1, 0x7f, (byte) 0x80, (byte) 0xff};
        for (int i = 0; i < times; i++) {
            byte[] damaged = image.clone();
            for (int j = random.nextInt(4); j >= 0; j--) {
                int at = from + random.nextInt(to - from);
                damaged[at] = random.nextBoolean() ? values[random.nextInt(values.length)] : (byte) random.nextInt();
            }
            opens(format, damaged);
        }
    }

    /** A copy in which the little-endian field of {@code width} bytes at {@code offset} has another value. */
    public static byte[] with(byte[] image, int offset, int width, long value) {
        byte[] changed = image.clone();
        ByteBuffer buffer = ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN);
        switch (width) {
            case 1 -> buffer.put(offset, (byte) value);
            case 2 -> buffer.putShort(offset, (short) value);
            case 4 -> buffer.putInt(offset, (int) value);
            case 8 -> buffer.putLong(offset, value);
            default -> throw new IllegalArgumentException("width " + width);
        }
        return changed;
    }

    /** What the reader says when it refuses these bytes, as it must. */
    public static String refusal(ImageFormat format, byte[] bytes) {
        return Refusal.of(() -> format.open(FILE, MemorySegment.ofArray(bytes)).close());
    }

    /** Opens bytes that must open. */
    public static MemoryImage open(ImageFormat format, byte[] bytes) throws IOException {
        assertTrue(format.recognises(MemorySegment.ofArray(bytes)), "recognised");
        return format.open(FILE, MemorySegment.ofArray(bytes));
    }
}
