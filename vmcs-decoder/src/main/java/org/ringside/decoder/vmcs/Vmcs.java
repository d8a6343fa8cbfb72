package org.ringside.decoder.vmcs;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.structure.ByteSpan;

/** A VMCS region in memory, read with one layout. Immutable. */
public final class Vmcs implements VmcsValues {
    private static final int SHADOW = 1 << 31;

    private final long address;
    private final VmcsLayout layout;
    private final MemorySegment region;

    private Vmcs(long address, VmcsLayout layout, MemorySegment region) {
        this.address = address;
        this.layout = layout;
        this.region = region;
    }

    /** The region at {@code address}, which is rounded down to a page; or why its page is not known. */
    public static Observed<Vmcs> read(PhysicalMemory memory, long address, VmcsLayout layout) {
        long page = address & -PhysicalMemory.PAGE_SIZE;
        return memory.page(page).map(bytes -> new Vmcs(page, layout, bytes));
    }

    /** A region that was read already; {@code region} has {@link VmcsLayout#REGION_SIZE} bytes. */
    static Vmcs of(long address, VmcsLayout layout, MemorySegment region) {
        return new Vmcs(address, layout, region);
    }

    /** Physical address of the region. */
    public long address() {
        return address;
    }

    public VmcsLayout layout() {
        return layout;
    }

    /** The first 4 bytes: revision identifier and shadow indicator. */
    public int header() {
        return region.get(PhysicalMemory.LittleEndian.INT, 0);
    }

    public int revision() {
        return header() & ~SHADOW;
    }

    public boolean isShadow() {
        return (header() & SHADOW) != 0;
    }

    public int abortIndicator() {
        return region.get(PhysicalMemory.LittleEndian.INT, 4);
    }

    /** Whether the VMCS was launched since it was cleared, as the region says; the processor's own copy may be newer. */
    public Observed<Boolean> launched() {
        return layout.launchState()
                .<Observed<Boolean>>map(
                        state -> Observed.known(stored(state.offset(), state.bytes()) == state.launched()))
                .orElseGet(() -> new Observed.Unreadable<>(
                        "the layout " + layout.id() + " does not say where the launch state is"));
    }

    @Override
    public Observed<Long> get(VmcsField field) {
        VmcsLayout.Slot slot = layout.slots().get(field);
        if (slot == null) {
            return new Observed.Unreadable<>("the layout %s does not say where %s is".formatted(layout.id(), field));
        }
        return Observed.known(slot.value(stored(slot.offset(), slot.bytes())));
    }

    /** The bytes of a field, if the layout has it. */
    public Optional<ByteSpan> span(VmcsField field) {
        return Optional.ofNullable(layout.slots().get(field))
                .map(slot -> ByteSpan.physical(address + slot.offset(), slot.bytes()));
    }

    /** Bytes of the region that are not zero, its header included. */
    public int bytesSet() {
        int count = 0;
        for (int offset = 0; offset < VmcsLayout.REGION_SIZE; offset++) {
            if (region.get(ValueLayout.JAVA_BYTE, offset) != 0) {
                count++;
            }
        }
        return count;
    }

    MemorySegment region() {
        return region;
    }

    private long stored(int offset, int bytes) {
        return switch (bytes) {
            case 8 -> region.get(PhysicalMemory.LittleEndian.LONG, offset);
            case 4 -> Integer.toUnsignedLong(region.get(PhysicalMemory.LittleEndian.INT, offset));
            case 2 -> Short.toUnsignedLong(region.get(PhysicalMemory.LittleEndian.SHORT, offset));
            default -> {
                long value = 0;
                for (int i = bytes - 1; i >= 0; i--) {
                    value = value << 8 | (region.get(ValueLayout.JAVA_BYTE, offset + i) & 0xff);
                }
                yield value;
            }
        };
    }
}
