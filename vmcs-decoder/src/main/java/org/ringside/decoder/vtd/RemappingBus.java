package org.ringside.decoder.vtd;

import java.util.List;
import org.ringside.decoder.structure.Finding;

/**
 * A PCI bus with a present root entry.
 *
 * @param entry its root entry
 * @param devices functions with a present context entry, by number
 * @param findings what was odd about the root entry and the context table
 */
public record RemappingBus(RootEntry entry, List<RemappedDevice> devices, List<Finding> findings) {
    public RemappingBus {
        devices = List.copyOf(devices);
        findings = List.copyOf(findings);
    }

    /** 0 to 255. */
    public int number() {
        return entry.bus();
    }
}
