package org.ringside.decoder.vtd;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.ringside.decoder.cpu.DeviceRegisters;
import org.ringside.decoder.memory.PhysicalMemory.LittleEndian;
import org.ringside.decoder.memory.Recording;

/** The registers of the remapping unit in a recording. */
public final class RecordedRegisters {
    private static final Pattern LINE = Pattern.compile("^([0-9a-f]{16}):((?: 0x[0-9a-f]{8})+)$", Pattern.MULTILINE);

    private RecordedRegisters() {}

    /** The {@code xp} lines at the end of the register text. */
    public static DeviceRegisters of(String name) throws IOException, InterruptedException {
        String text = Files.readString(Recording.file(name));
        List<MatchResult> lines = LINE.matcher(text).results().toList();
        long base = Long.parseUnsignedLong(lines.getFirst().group(1), 16);
        MemorySegment bytes = MemorySegment.ofArray(new byte[lines.size() * 16]);
        long offset = 0;
        for (MatchResult line : lines) {
            for (String word : line.group(2).strip().split(" ", -1)) {
                bytes.set(LittleEndian.INT, offset, Integer.parseUnsignedInt(word.substring(2), 16));
                offset += 4;
            }
        }
        return new DeviceRegisters("dmar0", base, bytes.asReadOnly());
    }
}
