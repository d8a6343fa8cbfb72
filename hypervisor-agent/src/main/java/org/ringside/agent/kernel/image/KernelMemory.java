package org.ringside.agent.kernel.image;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.memory.PhysicalMemory.LittleEndian;
import org.ringside.decoder.paging.PageWalker;
import org.ringside.decoder.translation.Translation;

/**
 * Memory by the addresses that a kernel has for it: through its own page tables; where these were not captured, by what is known of the image's
 * place and of the direct map. Safe for several threads.
 */
public final class KernelMemory {
    /** What the direct map can cover at most, in bytes (4-level paging). */
    private static final long DIRECT_MAP = 1L << 46;

    private final PhysicalMemory memory;
    private final KernelPlace place;
    private final Optional<PageWalker> walker;

    KernelMemory(PhysicalMemory memory, KernelPlace place) {
        this.memory = memory;
        this.place = place;
        this.walker = place.paging().map(context -> new PageWalker(memory, context));
    }

    /** The memory that holds it all. */
    public PhysicalMemory physical() {
        return memory;
    }

    /** The kernel's page tables; empty where they were not found. */
    public Optional<PageWalker> walker() {
        return walker;
    }

    /** The physical address that a virtual one leads to, or why it is not known. */
    public Observed<Long> translate(long address) {
        Observed<Long> found = walker.map(tables -> tables.translate(address).map(Translation::output))
                .orElseGet(() -> new Observed.Unreadable<>("the kernel's page tables were not found"));
        return switch (found) {
            case Observed.NotCaptured<Long> missing -> withoutTables(address, missing);
            case Observed.Unreadable<Long> missing -> withoutTables(address, missing);
            default -> found;
        };
    }

    private Observed<Long> withoutTables(long address, Observed<Long> reason) {
        if (place.contains(address)) {
            return Observed.known(place.physical(address));
        }
        long inDirectMap = address - place.pageOffset().orElse(address + 1);
        return inDirectMap >= 0 && inDirectMap < DIRECT_MAP ? Observed.known(inDirectMap) : reason;
    }

    /**
     * Bytes that may cross pages.
     *
     * @param address virtual address
     * @param length bytes, 0 to {@link PhysicalMemory#MAXIMUM_READ}
     * @return a read-only segment of {@code length} bytes, or the first reason why not all of them are known
     * @throws IllegalArgumentException if {@code length} is out of range
     */
    public Observed<MemorySegment> read(long address, int length) {
        if (length < 0 || length > PhysicalMemory.MAXIMUM_READ) {
            throw new IllegalArgumentException("length " + length + " is outside 0.." + PhysicalMemory.MAXIMUM_READ);
        }
        int inPage = (int) (address & (PhysicalMemory.PAGE_SIZE - 1));
        if (inPage + length <= PhysicalMemory.PAGE_SIZE) {
            return translate(address).flatMap(physical -> memory.read(physical, length));
        }
        MemorySegment copy = MemorySegment.ofArray(new byte[length]);
        int done = 0;
        while (done < length) {
            long at = address + done;
            int part = Math.min(PhysicalMemory.PAGE_SIZE - (int) (at & (PhysicalMemory.PAGE_SIZE - 1)), length - done);
            Observed<MemorySegment> bytes = translate(at).flatMap(physical -> memory.read(physical, part));
            if (!(bytes instanceof Observed.Known<MemorySegment>(MemorySegment segment))) {
                return bytes;
            }
            MemorySegment.copy(segment, 0, copy, done, part);
            done += part;
        }
        return Observed.known(copy.asReadOnly());
    }

    /** The little-endian 64-bit word at a virtual address. */
    public Observed<Long> readLong(long address) {
        return read(address, Long.BYTES).map(bytes -> bytes.get(LittleEndian.LONG, 0));
    }

    /** The little-endian 32-bit word at a virtual address. */
    public Observed<Integer> readInt(long address) {
        return read(address, Integer.BYTES).map(bytes -> bytes.get(LittleEndian.INT, 0));
    }

    /** The characters at a virtual address up to a zero byte, or {@code most} of them where none comes before. */
    public Observed<String> readText(long address, int most) {
        return read(address, most).map(bytes -> text(bytes, 0, most));
    }

    /** The characters in {@code bytes} from {@code from} up to a zero byte, at most {@code most}. */
    public static String text(MemorySegment bytes, long from, int most) {
        byte[] characters =
                bytes.asSlice(from, Math.min(most, bytes.byteSize() - from)).toArray(ValueLayout.JAVA_BYTE);
        int length = 0;
        while (length < characters.length && characters[length] != 0) {
            length++;
        }
        return new String(characters, 0, length, StandardCharsets.UTF_8);
    }
}
