package org.ringside.agent.kernel.image;

import org.ringside.agent.kernel.image.KallsymsLayout.Order;
import org.ringside.agent.kernel.image.KallsymsLayout.Scheme;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;

/**
 * The addresses of a kallsyms. Where they lie and how they are written follows from what they must be: sorted, and from the kernel's image on.
 */
final class KallsymsAddresses {
    private final Place place;
    private final Scheme scheme;
    private final long relativeBase;
    private final long[] values;

    private KallsymsAddresses(Place place, Scheme scheme, long relativeBase, long[] values) {
        this.place = place;
        this.scheme = scheme;
        this.relativeBase = relativeBase;
        this.values = values;
    }

    /** Physical address of the first of them. */
    long address() {
        return place.addresses();
    }

    /** Where they lie. */
    Order order() {
        return place.order();
    }

    /** How they are written. */
    Scheme scheme() {
        return scheme;
    }

    /** What relative ones are relative to; 0 where there is none. */
    long relativeBase() {
        return relativeBase;
    }

    /** The address of the symbol of this index. */
    long value(int index) {
        return values[index];
    }

    /** What the search for them came to. */
    sealed interface Outcome {
        record Found(KallsymsAddresses addresses) implements Outcome {}

        record Missing(long address) implements Outcome {}

        record Unknown(String why) implements Outcome {}

        /** Why there are none. */
        default <T> Observed<T> absence() {
            return switch (this) {
                case Found found -> throw new IllegalStateException("they were found");
                case Missing(long page) -> new Observed.NotCaptured<>(page, PhysicalMemory.PAGE_SIZE);
                case Unknown(String why) -> new Observed.Malformed<>(why);
            };
        }
    }

    /** What may lie somewhere, before it was looked at. */
    private record Place(Order order, boolean absolute, long addresses, long base) {}

    static Outcome of(PhysicalMemory memory, TokenTable tokens, KallsymsNames names) {
        int count = names.count();
        long numSyms = names.window().address(names.numSyms());
        long after = align(tokens.index() + TokenTable.INDEX_BYTES);
        long offsetBytes = align((long) count * Integer.BYTES);
        long longBytes = (long) count * Long.BYTES;
        Place[] places = {
            new Place(Order.ADDRESSES_LAST, false, after, after + offsetBytes),
            new Place(
                    Order.ADDRESSES_FIRST,
                    false,
                    (numSyms & -Long.BYTES) - Long.BYTES - offsetBytes,
                    (numSyms & -Long.BYTES) - Long.BYTES),
            new Place(Order.ADDRESSES_LAST, true, after, 0),
            new Place(Order.ADDRESSES_FIRST, true, (numSyms & -Long.BYTES) - longBytes, 0),
        };
        long missing = -1;
        for (Place place : places) {
            long length = place.absolute() ? longBytes : offsetBytes + Long.BYTES;
            MemoryWindow window = MemoryWindow.copy(memory, place.addresses(), (int) length);
            long gap = window.firstMissing(0, length);
            if (gap >= 0) {
                missing = missing < 0 ? gap : missing;
            } else {
                for (Scheme scheme : Scheme.values()) {
                    if ((scheme == Scheme.ABSOLUTE) == place.absolute()) {
                        long base = place.absolute() ? 0 : window.s64((int) offsetBytes);
                        long[] values = values(window, scheme, base, count);
                        if ((place.absolute() || isImage(base)) && isSorted(values)) {
                            return new Outcome.Found(new KallsymsAddresses(place, scheme, base, values));
                        }
                    }
                }
            }
        }
        return missing >= 0
                ? new Outcome.Missing(missing)
                : new Outcome.Unknown("%d names at 0x%x, but neither before nor after them addresses that are sorted"
                        .formatted(count, names.window().address(names.names())));
    }

    private static long align(long address) {
        return (address + Long.BYTES - 1) & -Long.BYTES;
    }

    private static boolean isImage(long base) {
        return base < 0 && base >= KallsymsReader.LOWEST_IMAGE && (base & (PhysicalMemory.PAGE_SIZE - 1)) == 0;
    }

    private static long[] values(MemoryWindow window, Scheme scheme, long base, int count) {
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
            values[i] = switch (scheme) {
                case RELATIVE -> base + window.u32(i * Integer.BYTES);
                case RELATIVE_ABSOLUTE_PERCPU -> {
                    int number = window.s32(i * Integer.BYTES);
                    yield number < 0 ? base - 1 - number : number;
                }
                case ABSOLUTE -> window.s64(i * Long.BYTES);
            };
        }
        return values;
    }

    /** Sorted, with as many different addresses as a kernel has at least, the last of them in the image. */
    private static boolean isSorted(long[] values) {
        int different = 1;
        for (int i = 1; i < values.length; i++) {
            int order = Long.compareUnsigned(values[i - 1], values[i]);
            if (order > 0) {
                return false;
            }
            different += order < 0 ? 1 : 0;
        }
        return different > values.length / 4 && isInImage(values[values.length - 1]);
    }

    private static boolean isInImage(long address) {
        return address < 0 && address >= KallsymsReader.LOWEST_IMAGE;
    }
}
