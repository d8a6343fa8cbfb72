package org.ringside.trace.importer.elf;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.ringside.decoder.cpu.CpuRegisters;
import org.ringside.trace.MachineState;
import org.ringside.trace.importer.ImportException;
import org.ringside.trace.importer.mapped.FileContent;
import org.ringside.trace.importer.mapped.Notes;

/**
 * The notes of an ELF core or a kdump-compressed file: registers of each CPU (QEMU's own note, else {@code NT_PRSTATUS}) and
 * {@code VMCOREINFO}, which is kept as a note for the reader. What is not known is passed over with a note. Used once, not for several threads.
 */
public final class ElfNotes {
    private static final int MAXIMUM_NOTES = 65_536;
    private static final int MAXIMUM_VMCOREINFO = 64 << 10;
    private static final long NT_PRSTATUS = 1;
    private static final int HEADER = 12;

    private final FileContent file;
    private final Notes notes;
    private final List<SortedMap<String, Long>> qemu = new ArrayList<>();
    private final List<SortedMap<String, Long>> prstatus = new ArrayList<>();
    private boolean vmcoreinfo;
    private boolean virtualBox;
    private int count;

    /** @param notes gets what was passed over */
    public ElfNotes(FileContent file, Notes notes) {
        this.file = file;
        this.notes = notes;
    }

    /**
     * Reads a run of notes.
     *
     * @param offset where it begins in the file
     * @param size its bytes
     * @param field what says so, for messages
     * @throws ImportException if a note is cut off
     */
    public void read(long offset, long size, String field) throws ImportException {
        file.require(offset, size, field);
        long at = offset;
        long end = offset + size;
        while (end - at >= HEADER) {
            long nameSize = file.u32(at, "n_namesz");
            long dataSize = file.u32(at + 4, "n_descsz");
            long type = file.u32(at + 8, "n_type");
            if (nameSize == 0 && dataSize == 0 && type == 0) {
                // Linux leaves room for CPUs that are not there.
                return;
            }
            long data = at + HEADER + align(nameSize);
            if (nameSize > end - at - HEADER || data > end || dataSize > end - data) {
                throw file.error(
                        at,
                        "n_namesz, n_descsz",
                        "a note with a name of %d and data of %d bytes does not fit in its %s, which ends at 0x%x."
                                .formatted(nameSize, dataSize, field, end));
            }
            if (++count > MAXIMUM_NOTES) {
                notes.add("More than %d notes; the rest was passed over.".formatted(MAXIMUM_NOTES));
                return;
            }
            String name = nameSize > 64 ? "?" : file.text(at + HEADER, nameSize, "note name");
            note(name, type, data, dataSize);
            at = data + align(dataSize);
        }
    }

    private static long align(long size) {
        return (size + 3) & -4L;
    }

    private void note(String name, long type, long data, long size) throws ImportException {
        if (name.equals("QEMU") && type == 0) {
            NoteRegisters.qemu(file, data, size).ifPresentOrElse(qemu::add, () -> skipped(name, type, data, size));
        } else if (name.equals("CORE") && type == NT_PRSTATUS) {
            NoteRegisters.prstatus(file, data, size)
                    .ifPresentOrElse(prstatus::add, () -> skipped(name, type, data, size));
        } else if (name.equals("VMCOREINFO")) {
            vmcoreinfo(data, size);
        } else {
            virtualBox |= name.equals("VBCORE");
            skipped(name, type, data, size);
        }
    }

    private void skipped(String name, long type, long data, long size) {
        notes.add("The ELF note \"%s\" of type 0x%x, %d bytes at offset 0x%x, is not known and was passed over."
                .formatted(name.replaceAll("[^ -~]", "?"), type, size, data));
    }

    /**
     * Keeps VMCOREINFO, what the Linux kernel says of itself.
     *
     * @param offset where its text lies in the file
     * @param size its bytes
     */
    public void vmcoreinfo(long offset, long size) throws ImportException {
        if (size > MAXIMUM_VMCOREINFO) {
            throw file.error(
                    offset,
                    "VMCOREINFO",
                    "%d bytes are more than the %d that it can sensibly have.".formatted(size, MAXIMUM_VMCOREINFO));
        }
        String text = file.text(offset, size, "VMCOREINFO");
        if (!vmcoreinfo && !text.isBlank()) {
            vmcoreinfo = true;
            notes.add("VMCOREINFO: "
                    + String.join("; ", text.strip().replaceAll("[^ -~\n]", "?").split("\n", -1)));
        }
    }

    /** Which tool wrote the notes, if they tell. */
    public Optional<String> origin() {
        if (!qemu.isEmpty()) {
            return Optional.of("QEMU dump-guest-memory");
        }
        if (virtualBox) {
            return Optional.of("VirtualBox");
        }
        return vmcoreinfo ? Optional.of("Linux vmcore") : Optional.empty();
    }

    /** The registers of each CPU, in the order of the notes. */
    public MachineState state() {
        List<CpuRegisters> cpus = new ArrayList<>();
        for (SortedMap<String, Long> values : qemu.isEmpty() ? prstatus : qemu) {
            cpus.add(new CpuRegisters(cpus.size(), values));
        }
        return new MachineState(cpus, List.of());
    }
}
