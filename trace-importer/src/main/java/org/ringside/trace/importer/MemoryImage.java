package org.ringside.trace.importer;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.trace.MachineState;

/** A memory image of another tool, open for reading: its physical memory, where its bytes lie, what it says of registers. */
public interface MemoryImage extends PhysicalMemory, AutoCloseable {
    /** For a person, for example {@code "ELF core (QEMU dump-guest-memory)"}. */
    String format();

    /**
     * Captured memory as it lies uncompressed in the file, by physical address: exactly the captured ranges. Empty if the format does not
     * keep all of its pages as plain bytes; then the image cannot be indexed in place.
     */
    Optional<List<FileExtent>> extents();

    /** Registers that the image carries; {@link MachineState#none()} if none. */
    MachineState state();

    /** What was skipped or doubted and why, one sentence each. */
    List<String> notes();

    @Override
    void close() throws IOException;

    /**
     * Physical memory that lies as it is in the file.
     *
     * @param address physical address, page-aligned
     * @param length bytes, whole pages
     * @param offset offset in the file, in bytes; any alignment
     */
    record FileExtent(long address, long length, long offset) {}
}
