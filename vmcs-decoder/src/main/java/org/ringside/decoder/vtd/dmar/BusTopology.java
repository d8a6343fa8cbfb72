package org.ringside.decoder.vtd.dmar;

import java.util.Optional;
import org.ringside.decoder.vtd.RequesterId;

/** Which buses are behind which PCI bridge. */
@FunctionalInterface
public interface BusTopology {
    /**
     * Buses behind a bridge.
     *
     * @param secondary the bus right behind it
     * @param subordinate the highest bus behind it
     */
    record Buses(int secondary, int subordinate) {
        boolean contain(int bus) {
            return bus >= secondary && bus <= subordinate;
        }
    }

    /** Nothing is known. */
    BusTopology UNKNOWN = bridge -> Optional.empty();

    /** The buses behind {@code bridge}; empty if that is not known or it is no bridge. */
    Optional<Buses> behind(RequesterId bridge);
}
