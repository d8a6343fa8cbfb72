package org.ringside.decoder.vtd;

import java.util.List;
import org.ringside.decoder.translation.AccessRights;
import org.ringside.decoder.translation.MappedRange;

/**
 * A domain that reaches a physical page.
 *
 * @param devices who can use it
 * @param domain the domain they share
 * @param dmaAddress the DMA address of the page's first byte
 * @param rights what they may do there
 * @param range the mapping that contains it
 */
public record DeviceReach(
        List<RequesterId> devices, DmaDomain domain, long dmaAddress, AccessRights rights, MappedRange range) {
    public DeviceReach {
        devices = List.copyOf(devices);
    }

    public boolean canWrite() {
        return rights.write();
    }

    public boolean canRead() {
        return rights.read();
    }
}
