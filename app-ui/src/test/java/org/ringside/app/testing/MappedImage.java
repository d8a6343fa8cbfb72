package org.ringside.app.testing;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;

/** A raw image, mapped: address is offset. */
public final class MappedImage implements PhysicalMemory {
    private final MemorySegment content;

    private MappedImage(MemorySegment content) {
        this.content = content;
    }

    /** Maps a file until {@code arena} is closed. */
    public static MappedImage open(Path file, Arena arena) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return new MappedImage(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size() & -PAGE_SIZE, arena));
        }
    }

    @Override
    public List<AddressRange> ranges() {
        return List.of(new AddressRange(0, content.byteSize()));
    }

    @Override
    public Observed<MemorySegment> page(long address) {
        long page = address & -PAGE_SIZE;
        return Long.compareUnsigned(page, content.byteSize()) < 0
                ? Observed.known(content.asSlice(page, PAGE_SIZE))
                : new Observed.NotCaptured<>(page, PAGE_SIZE);
    }
}
