package org.ringside.decoder.vmcs;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ringside.decoder.memory.PhysicalMemory;

/**
 * Infers where an unknown processor keeps the fields of a VMCS, from pairs of a region and the values that VMREAD gave for the same VMCS at the
 * same moment. A place is possible if it holds the field's value in every pair; the more distinct values, the fewer places by chance.
 */
public final class LayoutDiscovery {
    private LayoutDiscovery() {}

    /**
     * A region and what its fields are known to be.
     *
     * @param region 4,096 bytes
     * @param values the values that were read
     */
    public record Sample(MemorySegment region, Map<VmcsField, Long> values) {
        public Sample {
            if (region.byteSize() != VmcsLayout.REGION_SIZE) {
                throw new IllegalArgumentException("a region has 4096 bytes, not " + region.byteSize());
            }
            values = Map.copyOf(values);
        }
    }

    /**
     * What was inferred for one field.
     *
     * @param field the field
     * @param offsets the places that hold its value in every pair, ascending; empty if there is none
     * @param confidence 0 to 100: 100 divided by the places left, less where the value could be there by chance
     */
    public record Place(VmcsField field, List<Integer> offsets, int confidence) {
        public Place {
            offsets = List.copyOf(offsets);
        }

        public Optional<Integer> offset() {
            return offsets.size() == 1 ? Optional.of(offsets.getFirst()) : Optional.empty();
        }
    }

    /** Every field that all samples have, in the order of the encodings. Places taken for sure by one field are not given to another. */
    public static List<Place> places(List<Sample> samples) {
        Map<VmcsField, BitSet> possible = new EnumMap<>(VmcsField.class);
        for (VmcsField field : VmcsField.values()) {
            if (!samples.isEmpty() && samples.stream().allMatch(s -> s.values().containsKey(field))) {
                possible.put(field, candidates(field, samples));
            }
        }
        excludeTaken(possible);
        List<Place> places = new ArrayList<>();
        possible.forEach((field, offsets) ->
                places.add(new Place(field, offsets.stream().boxed().toList(), confidence(field, offsets, samples))));
        return places;
    }

    /** The fields that have one place, as a layout; empty if there is none. */
    public static Optional<VmcsLayout> layout(String id, List<Sample> samples, int leastConfidence) {
        Map<VmcsField, VmcsLayout.Slot> slots = new EnumMap<>(VmcsField.class);
        for (Place place : places(samples)) {
            if (place.confidence() >= leastConfidence) {
                place.offset()
                        .ifPresent(offset -> slots.put(
                                place.field(),
                                new VmcsLayout.Slot(
                                        offset, place.field().width().bytes(), 0)));
            }
        }
        if (slots.isEmpty()) {
            return Optional.empty();
        }
        Set<Integer> revisions = new HashSet<>();
        samples.forEach(s -> revisions.add(s.region().get(PhysicalMemory.LittleEndian.INT, 0) & 0x7fff_ffff));
        return Optional.of(new VmcsLayout(
                id,
                "Discovered layout " + id,
                VmcsLayout.Keeper.PROCESSOR,
                revisions,
                "real image: %d pairs of a region and its values".formatted(samples.size()),
                "discovered by comparison",
                List.of(),
                Optional.empty(),
                slots));
    }

    /** A layout in its text form, to be saved and read again. */
    public static String text(VmcsLayout layout) {
        StringBuilder text = new StringBuilder();
        text.append("layout    ").append(layout.id()).append('\n');
        text.append("title     ").append(layout.title()).append('\n');
        if (layout.keeper() == VmcsLayout.Keeper.HYPERVISOR) {
            text.append("keeper    hypervisor\n");
        }
        layout.revisions().stream().sorted().forEach(revision -> text.append("revision  0x%08x\n".formatted(revision)));
        text.append("verified  ").append(layout.verified()).append('\n');
        text.append("source    ").append(layout.source()).append('\n');
        layout.notes().forEach(note -> text.append("note      ").append(note).append('\n'));
        layout.launchState()
                .ifPresent(l -> text.append(
                        "launch    0x%03x %d launched=%d\n".formatted(l.offset(), l.bytes(), l.launched())));
        layout.slots().entrySet().stream()
                .sorted(Comparator.comparingInt(e -> e.getValue().offset()))
                .forEach(e -> {
                    VmcsLayout.Slot slot = e.getValue();
                    text.append("field %s 0x%03x %d\n".formatted(e.getKey().name(), slot.offset(), slot.bytes()));
                    if (slot.rotatedLeft() != 0) {
                        text.append("rotated %s %d\n".formatted(e.getKey().name(), slot.rotatedLeft()));
                    }
                });
        return text.toString();
    }

    private static BitSet candidates(VmcsField field, List<Sample> samples) {
        int bytes = field.width().bytes();
        int step = Math.min(bytes, 4);
        BitSet offsets = new BitSet();
        for (int offset = 8; offset + bytes <= VmcsLayout.REGION_SIZE; offset += step) {
            boolean everywhere = true;
            for (Sample sample : samples) {
                Long value = sample.values().get(field);
                if (value == null || stored(sample.region(), offset, bytes) != value) {
                    everywhere = false;
                    break;
                }
            }
            if (everywhere) {
                offsets.set(offset);
            }
        }
        return offsets;
    }

    /** A place that one field must have is nobody else's; repeated until nothing changes. */
    private static void excludeTaken(Map<VmcsField, BitSet> possible) {
        Set<VmcsField> settled = new HashSet<>();
        boolean changed = true;
        while (changed) {
            changed = false;
            for (Map.Entry<VmcsField, BitSet> entry : possible.entrySet()) {
                if (entry.getValue().cardinality() != 1 || !settled.add(entry.getKey())) {
                    continue;
                }
                int offset = entry.getValue().nextSetBit(0);
                int end = offset + entry.getKey().width().bytes();
                for (Map.Entry<VmcsField, BitSet> other : possible.entrySet()) {
                    if (other.getKey() != entry.getKey() && other.getValue().cardinality() > 1) {
                        int from = Math.max(0, offset - other.getKey().width().bytes() + 1);
                        other.getValue().clear(from, end);
                        changed = true;
                    }
                }
            }
        }
    }

    private static int confidence(VmcsField field, BitSet offsets, List<Sample> samples) {
        int places = offsets.cardinality();
        if (places == 0) {
            return 0;
        }
        long telling = samples.stream()
                .map(s -> s.values().getOrDefault(field, 0L))
                .filter(value -> value != 0 && value != -1)
                .distinct()
                .count();
        // Zeros and ones are everywhere; small numbers are in many places.
        boolean wide = samples.stream().anyMatch(s -> s.values().getOrDefault(field, 0L) >>> 8 != 0);
        int weight = telling == 0 ? 20 : telling == 1 ? (wide ? 90 : 50) : wide ? 100 : 80;
        return weight / places;
    }

    private static long stored(MemorySegment region, int offset, int bytes) {
        return switch (bytes) {
            case 8 -> region.get(PhysicalMemory.LittleEndian.LONG, offset);
            case 4 -> Integer.toUnsignedLong(region.get(PhysicalMemory.LittleEndian.INT, offset));
            default -> Short.toUnsignedLong(region.get(PhysicalMemory.LittleEndian.SHORT, offset));
        };
    }
}
