package org.ringside.decoder.vtd;

import java.util.Comparator;
import java.util.OptionalInt;

/**
 * Whose requests: a function, and which of its address spaces.
 *
 * @param device the function
 * @param pasid the PASID of its requests; empty for those without one
 */
public record DmaSource(RequesterId device, OptionalInt pasid) implements Comparable<DmaSource> {
    /** Requests of {@code device} without PASID. */
    public static DmaSource of(RequesterId device) {
        return new DmaSource(device, OptionalInt.empty());
    }

    @Override
    public int compareTo(DmaSource other) {
        return Comparator.comparing(DmaSource::device)
                .thenComparingInt(source -> source.pasid.orElse(-1))
                .compare(this, other);
    }

    /** For example {@code "00:1f.2"} or {@code "00:1f.2 PASID 5"}. */
    @Override
    public String toString() {
        return pasid.isPresent() ? device + " PASID " + pasid.getAsInt() : device.toString();
    }
}
