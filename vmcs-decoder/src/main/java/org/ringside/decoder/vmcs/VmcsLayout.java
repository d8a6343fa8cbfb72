package org.ringside.decoder.vmcs;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where one kind of processor or hypervisor keeps the fields in a VMCS region. The first 8 bytes are architectural: revision identifier and
 * VMX-abort indicator.
 *
 * @param id short name, unique, for example {@code "bochs-2"}
 * @param title for a person
 * @param keeper who lays regions out so
 * @param revisions revision identifiers that were seen with it; another one does not rule it out
 * @param verified how the table was checked: real image, public table, formula
 * @param source where the facts are from
 * @param notes what to know before relying on it
 * @param launchState where the launch state is kept, if that is known
 * @param slots the fields it has
 */
public record VmcsLayout(
        String id,
        String title,
        Keeper keeper,
        Set<Integer> revisions,
        String verified,
        String source,
        List<String> notes,
        Optional<LaunchState> launchState,
        Map<VmcsField, Slot> slots) {
    /** Bytes of a region: no processor uses more. */
    public static final int REGION_SIZE = 4096;

    public VmcsLayout {
        revisions = Set.copyOf(revisions);
        notes = List.copyOf(notes);
        Map<VmcsField, Slot> ordered = new EnumMap<>(VmcsField.class);
        ordered.putAll(slots);
        slots = Collections.unmodifiableMap(ordered);
    }

    /** Who lays regions out: it decides whose addresses the values are. */
    public enum Keeper {
        /** A processor, for whatever software runs on it. */
        PROCESSOR,
        /** A hypervisor, for a hypervisor that is its guest: the values are in that guest's terms. */
        HYPERVISOR
    }

    /**
     * Where a field is.
     *
     * @param offset first byte in the region
     * @param bytes 1 to 8, little-endian
     * @param rotatedLeft bits by which the stored value is rotated left; 0 for none
     */
    public record Slot(int offset, int bytes, int rotatedLeft) {
        /** What the field holds if its {@code bytes} bytes hold {@code stored}. */
        public long value(long stored) {
            if (rotatedLeft == 0) {
                return stored;
            }
            int width = bytes * 8;
            long mask = width == 64 ? -1L : (1L << width) - 1;
            return (stored >>> rotatedLeft | stored << (width - rotatedLeft)) & mask;
        }
    }

    /**
     * Where the launch state is kept.
     *
     * @param offset first byte in the region
     * @param bytes 1 to 8
     * @param launched the value of a launched VMCS; 0 is clear
     */
    public record LaunchState(int offset, int bytes, long launched) {}

    /** Whether {@code revision}, without the shadow indicator, was seen with this layout. */
    public boolean expects(int revision) {
        return revisions.contains(revision);
    }

    @Override
    public String toString() {
        return id;
    }
}
