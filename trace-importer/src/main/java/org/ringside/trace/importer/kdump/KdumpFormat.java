package org.ringside.trace.importer.kdump;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.ringside.decoder.memory.PhysicalMemory.LittleEndian;
import org.ringside.trace.importer.ImageFormat;
import org.ringside.trace.importer.ImportException;
import org.ringside.trace.importer.MemoryImage;
import org.ringside.trace.importer.elf.ElfNotes;
import org.ringside.trace.importer.mapped.ByteSource;
import org.ringside.trace.importer.mapped.FileContent;
import org.ringside.trace.importer.mapped.Notes;

/**
 * Kdump-compressed files, header versions 1 to 6, of 32-bit and 64-bit x86 machines, with pages compressed by zlib, LZO, Snappy or zstd, or
 * not at all. A page that the tool excluded (all-zero, cache, user or free pages, by its dump level) was not captured.
 */
public final class KdumpFormat implements ImageFormat {
    /** The first eight bytes, {@code "KDUMP   "}, as a little-endian number. */
    static final long SIGNATURE = 0x20202050_4d55444bL;

    private static final String NAME = "kdump-compressed";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean recognises(MemorySegment head) {
        return head.byteSize() >= 8 && head.get(LittleEndian.LONG, 0) == SIGNATURE;
    }

    @Override
    public MemoryImage open(Path path, MemorySegment content) throws IOException {
        return open(path, ByteSource.of(content), NAME);
    }

    /** Opens a file whose bytes may have to be put together. */
    static MemoryImage open(Path path, ByteSource source, String name) throws ImportException {
        FileContent file = new FileContent(path, source, ByteOrder.LITTLE_ENDIAN);
        Notes notes = new Notes();
        KdumpHeader header = KdumpHeader.read(file);
        SubHeader sub = SubHeader.read(file, header);
        ElfNotes elfNotes = new ElfNotes(file, notes);
        describe(header, sub, notes);
        if (sub.noteSize() != 0) {
            elfNotes.read(sub.noteOffset(), sub.noteSize(), "offset_note, size_note");
        }
        if (sub.vmcoreinfoSize() != 0) {
            elfNotes.vmcoreinfo(sub.vmcoreinfoOffset(), sub.vmcoreinfoSize());
        }
        PageBitmap bitmap = PageBitmap.read(file, header, sub.pages());
        DescriptorTable descriptors = DescriptorTable.check(file, header, bitmap.count());
        if (bitmap.excluded() != 0) {
            notes.add(
                    "%d pages were left out when the dump was written, by dump level %d:%s. They were not captured; which kind each was is not recorded."
                            .formatted(bitmap.excluded(), sub.dumpLevel(), sub.excluded()));
        }
        if (bitmap.stray()) {
            notes.add("The bitmap names pages above max_mapnr, 0x%x; they were left out.".formatted(sub.pages()));
        }
        String format =
                name + elfNotes.origin().map(origin -> " (" + origin + ")").orElse("");
        return new KdumpImage(format, file, header, bitmap, descriptors, elfNotes.state(), notes.list());
    }

    private static void describe(KdumpHeader header, SubHeader sub, Notes notes) {
        if (!header.utsname().isBlank()) {
            notes.add("Recorded from " + header.utsname() + ".");
        }
        if (header.isIncomplete()) {
            notes.add("The dump is marked as incomplete (no room was left when it was written): pages may be missing.");
        }
        if (sub.eraseInfoSize() != 0) {
            notes.add(
                    "Some data was erased from the dump on purpose (makedumpfile's filter): those bytes are not the machine's.");
        }
    }
}
