package org.ringside.trace.importer.mapped;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;
import org.ringside.trace.MachineState;
import org.ringside.trace.importer.MemoryImage;

/**
 * An image together with the mapping of its file: closing it unmaps the file. Reading a page of a file that has become shorter since it was
 * opened is an answer ({@link Observed.Unreadable}), not a failure of the program.
 */
public final class MappedImage implements MemoryImage {
    private static final VarHandle BYTE = ValueLayout.JAVA_BYTE.varHandle();

    private final Path path;
    private final MemoryImage image;
    private final Arena arena;

    /** @param arena owns the mapping that {@code image} reads; closed with this image */
    public MappedImage(Path path, MemoryImage image, Arena arena) {
        this.path = path;
        this.image = image;
        this.arena = arena;
    }

    @Override
    public String format() {
        return image.format();
    }

    @Override
    public Optional<List<FileExtent>> extents() {
        return image.extents();
    }

    @Override
    public MachineState state() {
        return image.state();
    }

    @Override
    public List<String> notes() {
        return image.notes();
    }

    @Override
    public List<AddressRange> ranges() {
        return image.ranges();
    }

    @Override
    public Observed<MemorySegment> page(long address) {
        try {
            Observed<MemorySegment> page = image.page(address);
            if (page instanceof Observed.Known<MemorySegment>(MemorySegment bytes)) {
                // Faults the page in here, so that a file that shrank is noticed here; a page may straddle two pages of
                // the file.
                // Opaque reads are not optimised away.
                byte unusedFirst = (byte) BYTE.getOpaque(bytes, 0L);
                byte unusedLast = (byte) BYTE.getOpaque(bytes, PAGE_SIZE - 1L);
            }
            return page;
        } catch (InternalError fault) {
            // What the JVM makes of a fault in a mapped file.
            return new Observed.Unreadable<>(
                    "%s became shorter, or could not be read, after it was opened: physical memory at 0x%x is gone. Restore the file and open it again."
                            .formatted(path, address & -PAGE_SIZE));
        }
    }

    @Override
    public void close() throws IOException {
        try (arena) {
            image.close();
        }
    }
}
