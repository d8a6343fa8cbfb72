package org.ringside.app.vmcb;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.ringside.app.structures.FoundStructures;
import org.ringside.app.vmcs.VmcsProblem;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.npt.NestedPageTables;
import org.ringside.decoder.npt.NptContext;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.StructureNode;
import org.ringside.decoder.svm.Apm;
import org.ringside.decoder.svm.CarvedVmcb;
import org.ringside.decoder.svm.PermissionMaps;
import org.ringside.decoder.svm.Vmcb;
import org.ringside.decoder.svm.VmcbField;
import org.ringside.decoder.svm.VmcbTree;
import org.ringside.decoder.svm.check.VmrunChecks;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.translation.TableSummary;

/**
 * A VMCB, read and checked. Immutable.
 *
 * @param found where it is and why it is one
 * @param vmcb its fields
 * @param tree every field, every bit, and what it points to
 * @param problems rules that fail, findings, rules that could not be evaluated, and those that hold
 */
record VmcbPicture(CarvedVmcb found, Vmcb vmcb, StructureNode.Structure tree, List<VmcsProblem> problems) {
    private static final int MOST_FINDINGS = 200;
    private static final TableLimits TABLES = TableLimits.standard().withTables(1 << 14);

    VmcbPicture {
        problems = List.copyOf(problems);
    }

    /** Reads and checks; blocks. Empty, with the reason, if the page cannot be read. */
    static Observed<VmcbPicture> of(FoundStructures structures, CarvedVmcb found) {
        PhysicalMemory memory = structures.memory();
        return Vmcb.read(memory, found.address()).map(vmcb -> {
            StructureNode.Structure tree = found.kind() == CarvedVmcb.Kind.HOST_SAVE_AREA
                    ? VmcbTree.of(vmcb)
                    : withMaps(VmcbTree.of(vmcb), vmcb, memory);
            return new VmcbPicture(found, vmcb, tree, problems(found, vmcb, tree, memory));
        });
    }

    private static StructureNode.Structure withMaps(StructureNode.Structure tree, Vmcb vmcb, PhysicalMemory memory) {
        List<StructureNode> groups = new ArrayList<>(tree.children());
        groups.add(new StructureNode.Structure(
                "In memory",
                "what the VMCB points to",
                Optional.empty(),
                Optional.of(Apm.section("15.10.1, 15.11, 15.25")),
                List.of(),
                List.of(
                        PermissionMaps.msrs(memory, vmcb.element(VmcbField.MSRPM_BASE_PA, 0)),
                        PermissionMaps.ports(memory, vmcb.element(VmcbField.IOPM_BASE_PA, 0)),
                        nestedTables(vmcb, memory))));
        return new StructureNode.Structure(
                tree.name(), tree.meaning(), tree.span(), tree.reference(), tree.findings(), groups);
    }

    private static StructureNode nestedTables(Vmcb vmcb, PhysicalMemory memory) {
        String meaning;
        List<Finding> findings = List.of();
        if (NptContext.of(vmcb, memory) instanceof Observed.Known<NptContext>(NptContext context)) {
            TableSummary summary =
                    new NestedPageTables(memory, context).map(TABLES).summary();
            findings = summary.findings();
            meaning = "%d levels, %,d tables, %,d leaves, %,d KiB%s"
                    .formatted(
                            context.levels(),
                            summary.tables(),
                            summary.leaves(),
                            summary.mappedBytes() >> 10,
                            summary.complete() ? "" : ", not all of it");
        } else {
            meaning = NptContext.of(vmcb, memory).reason();
        }
        return new StructureNode.Structure(
                "Nested page tables",
                meaning,
                Optional.empty(),
                Optional.of(Apm.section("15.25")),
                findings,
                List.of());
    }

    private static List<VmcsProblem> problems(
            CarvedVmcb found, Vmcb vmcb, StructureNode.Structure tree, PhysicalMemory memory) {
        List<VmcsProblem> problems = new ArrayList<>();
        collect(new ArrayList<>(List.of(tree)), problems);
        if (found.kind() != CarvedVmcb.Kind.HOST_SAVE_AREA) {
            VmrunChecks.run(vmcb, Optional.empty(), Optional.of(memory))
                    .forEach(result -> problems.add(VmcsProblem.of(result)));
            VmrunChecks.consistency(vmcb, Optional.empty(), Optional.of(memory))
                    .forEach(result -> problems.add(VmcsProblem.of(result)));
        }
        problems.sort(Comparator.comparing(VmcsProblem::kind));
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
