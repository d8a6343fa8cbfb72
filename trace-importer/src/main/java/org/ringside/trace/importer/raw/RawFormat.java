package org.ringside.trace.importer.raw;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.trace.MachineState;
import org.ringside.trace.importer.ImageFormat;
import org.ringside.trace.importer.ImportException;
import org.ringside.trace.importer.MemoryImage;
import org.ringside.trace.importer.MemoryImage.FileExtent;
import org.ringside.trace.importer.MemoryMap;
import org.ringside.trace.importer.mapped.ExtentImage;
import org.ringside.trace.importer.mapped.ExtentPlan;
import org.ringside.trace.importer.mapped.FileContent;
import org.ringside.trace.importer.mapped.Notes;

/**
 * Physical memory as it is, byte after byte: QEMU's {@code pmemsave} and memory backend files, Bochs memory, VMware's vmem. Without a memory
 * map the file's offset is the physical address. A last, incomplete page is left out with a note.
 */
public final class RawFormat implements ImageFormat {
    @Override
    public String name() {
        return "raw";
    }

    /** Always: anything can be raw memory, so it is asked last. */
    @Override
    public boolean recognises(MemorySegment head) {
        return true;
    }

    @Override
    public MemoryImage open(Path path, MemorySegment content) throws IOException {
        long size = content.byteSize();
        if (size < PhysicalMemory.PAGE_SIZE) {
            throw new ImportException(
                    path,
                    "has only %d bytes, less than one page, and no signature of a known format: it is not a memory image."
                            .formatted(size));
        }
        long whole = size & -PhysicalMemory.PAGE_SIZE;
        Notes notes = new Notes();
        if (whole != size) {
            notes.add(
                    ("The size, %d bytes, is not a whole number of pages: the last %d bytes, physical memory 0x%x..0x%x, were left out."
                                    + " The image may be truncated, or not be raw memory at all.")
                            .formatted(size, size - whole, whole, size));
        }
        return new ExtentImage("raw", content, List.of(new FileExtent(0, whole, 0)), MachineState.none(), notes.list());
    }

    /**
     * Opens raw memory that does not lie at its physical addresses, or has holes.
     *
     * @throws ImportException if the map does not fit the file; the message names the map's line
     */
    public MemoryImage open(Path path, MemorySegment content, MemoryMap map) throws IOException {
        Notes notes = new Notes();
        map.notes().forEach(notes::add);
        ExtentPlan plan = new ExtentPlan(new FileContent(path, content, ByteOrder.LITTLE_ENDIAN), notes);
        for (MemoryMap.Region region : map.place(path, content.byteSize())) {
            plan.add(
                    region.start(),
                    region.length(),
                    region.offset().orElseThrow(),
                    region.offset().orElseThrow(),
                    "memory map " + map.name() + " line " + region.line());
        }
        List<FileExtent> extents = plan.build();
        if (extents.isEmpty()) {
            throw new ImportException(path, "memory map %s names no whole page of it.".formatted(map.name()));
        }
        return new ExtentImage("raw with a memory map", content, extents, MachineState.none(), notes.list());
    }
}
