package org.ringside.trace.importer.lime;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.ringside.decoder.memory.PhysicalMemory.LittleEndian;
import org.ringside.trace.MachineState;
import org.ringside.trace.importer.ImageFormat;
import org.ringside.trace.importer.MemoryImage;
import org.ringside.trace.importer.mapped.ExtentImage;
import org.ringside.trace.importer.mapped.ExtentPlan;
import org.ringside.trace.importer.mapped.FileContent;
import org.ringside.trace.importer.mapped.Notes;

/** LiME version 1: for each range of System RAM a header of 32 bytes, then the bytes. Little-endian. */
public final class LimeFormat implements ImageFormat {
    /** The first four bytes of every range's header, {@code "EMiL"}. */
    public static final int MAGIC = 0x4c694d45;

    private static final String NAME = "LiME";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean recognises(MemorySegment head) {
        return head.byteSize() >= 4 && head.get(LittleEndian.INT, 0) == MAGIC;
    }

    @Override
    public MemoryImage open(Path path, MemorySegment content) throws IOException {
        FileContent file = new FileContent(path, content, ByteOrder.LITTLE_ENDIAN);
        Notes notes = new Notes();
        ExtentPlan plan = new ExtentPlan(file, notes);
        long at = 0;
        while (at < file.size()) {
            RangeHeader header = RangeHeader.read(file, at, MAGIC, 1, NAME);
            plan.add(header.start(), header.length(), at + RangeHeader.SIZE, at, "range");
            at += RangeHeader.SIZE + header.length();
        }
        return new ExtentImage(NAME, content, plan.build(), MachineState.none(), notes.list());
    }
}
