package org.ringside.decoder.vtd;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ringside.decoder.structure.StructureNode;

/**
 * A PCI function with a present context entry.
 *
 * @param id who it is
 * @param entry its context entry
 * @param pasids its present PASID entries, by PASID; none in legacy mode
 */
public record RemappedDevice(RequesterId id, DeviceContext entry, List<PasidEntry> pasids) {
    public RemappedDevice {
        pasids = List.copyOf(pasids);
    }

    /** What is done with its requests without PASID; empty where no PASID entry says it, which blocks them. */
    public Optional<DmaTarget> target() {
        return switch (entry) {
            case ContextEntry legacy -> Optional.of(legacy.target());
            case ScalableContextEntry scalable ->
                pasid(scalable.requesterPasid()).map(found -> found.target(scalable.requesterPrivilege()));
        };
    }

    /** The entry of a PASID, if it is present. */
    public Optional<PasidEntry> pasid(int pasid) {
        return pasids.stream().filter(entry -> entry.pasid() == pasid).findFirst();
    }

    /** Its context entry, with its PASID entries. */
    public StructureNode.Structure toStructure() {
        StructureNode.Structure plain = entry.toStructure(id.toString());
        if (pasids.isEmpty()) {
            return plain;
        }
        List<StructureNode> parts = new ArrayList<>(plain.children());
        pasids.forEach(pasid -> parts.add(pasid.toStructure()));
        String meaning = plain.meaning()
                + target().map(found -> "; without PASID: " + found.meaning()).orElse("");
        return new StructureNode.Structure(
                plain.name(), meaning, plain.span(), plain.reference(), plain.findings(), parts);
    }
}
