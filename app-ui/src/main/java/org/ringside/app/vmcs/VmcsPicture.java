package org.ringside.app.vmcs;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ringside.app.structures.FoundStructures;
import org.ringside.app.structures.FoundVmcs;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.StructureNode;
import org.ringside.decoder.vmcs.CarvedRegion;
import org.ringside.decoder.vmcs.Vmcs;
import org.ringside.decoder.vmcs.VmcsField;
import org.ringside.decoder.vmcs.VmcsLayout;
import org.ringside.decoder.vmcs.VmcsTree;
import org.ringside.decoder.vmcs.VmxCapabilities;
import org.ringside.decoder.vmcs.check.VmEntryChecks;

/**
 * A VMCS, read and checked. Immutable.
 *
 * @param structures the snapshot it is in
 * @param found the region
 * @param vmcs the region, read with the layout that was chosen
 * @param tree every field, every bit
 * @param pointedTo what is in memory at the addresses that fields hold
 * @param links where values lead
 * @param problems findings, then failed rules, then rules that could not be evaluated, then those that hold
 */
record VmcsPicture(
        FoundStructures structures,
        FoundVmcs found,
        Vmcs vmcs,
        StructureNode.Structure tree,
        Map<VmcsField, List<StructureNode>> pointedTo,
        VmcsLinks links,
        List<VmcsProblem> problems) {
    private static final int MOST_FINDINGS = 200;

    VmcsPicture {
        pointedTo = Map.copyOf(pointedTo);
        problems = List.copyOf(problems);
    }

    /** Reads and checks; blocks. Empty, with the reason, if the region's page cannot be read. */
    static Observed<VmcsPicture> of(FoundStructures structures, FoundVmcs found, VmcsLayout layout) {
        return Vmcs.read(structures.memory(), found.address(), layout).map(vmcs -> {
            PhysicalMemory memory = structures.ownerMemory(found).memory();
            HostAddresses host = HostAddresses.of(structures.ownerMemory(found));
            StructureNode.Structure tree = VmcsTree.of(vmcs);
            return new VmcsPicture(
                    structures,
                    found,
                    vmcs,
                    tree,
                    PointedTo.of(vmcs, memory, host),
                    new VmcsLinks(found, vmcs, host, structures.runnerOf(found)),
                    problems(vmcs, tree, found, structures.capabilitiesOf(found), memory));
        });
    }

    VmcsLayout layout() {
        return vmcs.layout();
    }

    private static List<VmcsProblem> problems(
            Vmcs vmcs,
            StructureNode.Structure tree,
            FoundVmcs found,
            VmxCapabilities capabilities,
            PhysicalMemory memory) {
        List<VmcsProblem> problems = new ArrayList<>();
        collect(new ArrayList<>(List.of(tree)), problems);
        if (found.kind() == CarvedRegion.Kind.VMCS) {
            VmEntryChecks.run(vmcs, capabilities, Optional.of(memory))
                    .forEach(result -> problems.add(VmcsProblem.of(result)));
            VmEntryChecks.consistency(vmcs, capabilities, Optional.of(memory))
                    .forEach(result -> problems.add(VmcsProblem.of(result)));
        }
        problems.sort(java.util.Comparator.comparing(VmcsProblem::kind));
        return problems;
    }

    private static void collect(List<StructureNode> path, List<VmcsProblem> problems) {
        for (Finding finding : path.getLast().findings()) {
            if (problems.size() < MOST_FINDINGS) {
                problems.add(VmcsProblem.of(finding, path));
            }
        }
        for (StructureNode child : path.getLast().children()) {
            path.add(child);
            collect(path, problems);
            path.removeLast();
        }
    }
}
