package org.ringside.trace.importer.elf;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ringside.trace.importer.ImageFormat;
import org.ringside.trace.importer.ImportException;
import org.ringside.trace.importer.MemoryImage;
import org.ringside.trace.importer.MemoryImage.FileExtent;
import org.ringside.trace.importer.mapped.ExtentImage;
import org.ringside.trace.importer.mapped.ExtentPlan;
import org.ringside.trace.importer.mapped.FileContent;
import org.ringside.trace.importer.mapped.Notes;

/**
 * ELF cores of whole machines, 32-bit and 64-bit, little-endian: every PT_LOAD segment holds the physical memory at its {@code p_paddr}
 * (Tool Interface Standard, ELF Specification 1.2, book I part 2). Memory that a segment claims but does not hold ({@code p_memsz} above
 * {@code p_filesz}) was not captured.
 */
public final class ElfCoreFormat implements ImageFormat {
    /** The first four bytes, little-endian: 0x7f, "ELF". */
    private static final int MAGIC = 0x464c457f;

    private static final int CLASS_32 = 1;
    private static final int CLASS_64 = 2;
    private static final int DATA_LITTLE_ENDIAN = 1;
    private static final int TYPE_CORE = 4;
    private static final int MACHINE_386 = 3;
    private static final int MACHINE_X86_64 = 62;
    private static final long PT_LOAD = 1;
    private static final long PT_NOTE = 4;

    @Override
    public String name() {
        return "ELF core";
    }

    @Override
    public boolean recognises(MemorySegment head) {
        return head.byteSize() >= 4
                && head.get(ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 0) == MAGIC;
    }

    @Override
    public MemoryImage open(Path path, MemorySegment content) throws IOException {
        FileContent file = new FileContent(path, content, ByteOrder.LITTLE_ENDIAN);
        ElfHeader header = header(file);
        Notes notes = new Notes();
        ExtentPlan plan = new ExtentPlan(file, notes);
        ElfNotes elfNotes = new ElfNotes(file, notes);
        List<Long> loads = new ArrayList<>();
        boolean physical = false;
        for (long i = 0; i < header.programHeaders(); i++) {
            ProgramHeader segment = ProgramHeader.read(file, header.programHeader(i), header.is64());
            if (segment.type() == PT_LOAD) {
                load(segment, plan, notes);
                loads.add(segment.at());
                physical |= segment.physicalAddress() != 0 || segment.virtualAddress() == 0;
            } else if (segment.type() == PT_NOTE) {
                elfNotes.read(segment.offset(), segment.fileSize(), "PT_NOTE");
            }
        }
        if (loads.isEmpty()) {
            throw file.error(
                    header.tableOffset(),
                    "e_phnum",
                    "gives no PT_LOAD segment, so there is no memory in it. Xen's xm dump-core files are such; convert them first.");
        }
        if (!physical) {
            throw file.error(
                    loads.getFirst(),
                    "p_paddr",
                    "is 0 in every segment: this is the core of a process, without physical addresses.");
        }
        List<FileExtent> extents = plan.build();
        String format = "ELF core"
                + elfNotes.origin().map(origin -> " (" + origin + ")").orElse("");
        return new ExtentImage(format, content, extents, elfNotes.state(), notes.list());
    }

    private static ElfHeader header(FileContent file) throws ImportException {
        int elfClass = file.u8(4, "EI_CLASS");
        if (elfClass != CLASS_32 && elfClass != CLASS_64) {
            throw file.error(4, "EI_CLASS", "%d is neither 32-bit (1) nor 64-bit (2).".formatted(elfClass));
        }
        int data = file.u8(5, "EI_DATA");
        if (data != DATA_LITTLE_ENDIAN) {
            throw file.error(
                    5, "EI_DATA", "%d: only little-endian machines (1) can be read, as x86 is.".formatted(data));
        }
        int type = file.u16(16, "e_type");
        if (type != TYPE_CORE) {
            throw file.error(
                    16,
                    "e_type",
                    "%d is not a core (4): this is a program, a library or an object file, not memory."
                            .formatted(type));
        }
        int machine = file.u16(18, "e_machine");
        if (machine != MACHINE_386 && machine != MACHINE_X86_64) {
            throw file.error(
                    18, "e_machine", "%d is not an x86 machine (3 or 62); only those can be read.".formatted(machine));
        }
        return ElfHeader.read(file, elfClass == CLASS_64);
    }

    private static void load(ProgramHeader segment, ExtentPlan plan, Notes notes) throws ImportException {
        long held = segment.fileSize();
        long claimed = segment.memorySize();
        plan.add(segment.physicalAddress(), held, segment.offset(), segment.at(), "PT_LOAD p_paddr, p_filesz");
        if (Long.compareUnsigned(claimed, held) > 0) {
            notes.add(
                    "The segment at physical 0x%x claims 0x%x bytes, but the file holds the first 0x%x only; the rest was not captured."
                            .formatted(segment.physicalAddress(), claimed, held));
        }
    }
}
