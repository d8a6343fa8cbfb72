package org.ringside.agent.kernel.objects;

import java.util.ArrayList;
import java.util.List;
import org.ringside.agent.kernel.btf.BtfMember;
import org.ringside.agent.kernel.image.LinuxKernel;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.Severity;

/**
 * The areas that hold each processor's own variables.
 *
 * @param areas one for each possible processor
 * @param findings what was odd
 */
public record PerCpuAreas(List<Area> areas, List<Finding> findings) {
    /** As many processors as Linux can be built for. */
    private static final int MOST_CPUS = 8192;

    /**
     * The area of one processor.
     *
     * @param cpu its number
     * @param offset what is added to the address of a per-CPU symbol
     * @param start virtual address of the area
     * @param size bytes of the area's part for the kernel's own variables; 0 where not known
     * @param task the task that runs there: address of its task_struct
     */
    public record Area(int cpu, long offset, long start, long size, Observed<Long> task) {}

    public PerCpuAreas {
        areas = List.copyOf(areas);
        findings = List.copyOf(findings);
    }

    /** The areas, or what is missing to know them. */
    public static Observed<PerCpuAreas> of(LinuxKernel kernel) {
        ObjectReader reader = new ObjectReader(kernel, "per-cpu");
        return kernel.address("__per_cpu_offset").map(table -> {
            long count = Math.min(
                    MOST_CPUS,
                    kernel.address("nr_cpu_ids")
                            .flatMap(at -> kernel.memory().readInt(at))
                            .map(Integer::toUnsignedLong)
                            .orElse(1L));
            long first = kernel.address("__per_cpu_start").orElse(0L);
            long size = kernel.address("__per_cpu_end").map(end -> end - first).orElse(0L);
            List<Area> areas = new ArrayList<>();
            for (int cpu = 0; cpu < count; cpu++) {
                if (!isPossible(kernel, cpu)) {
                    continue;
                }
                Observed<Long> offset = kernel.memory().readLong(table + (long) cpu * Long.BYTES);
                if (!(offset instanceof Observed.Known<Long>(Long known))) {
                    reader.note(
                            Severity.WARNING,
                            "per-cpu.offset-not-known",
                            "the offset of processor %d's area: %s".formatted(cpu, offset.reason()),
                            table + (long) cpu * Long.BYTES,
                            Long.BYTES);
                    break;
                }
                areas.add(new Area(cpu, known, first + known, Math.max(0, size), currentTask(kernel, known)));
            }
            return new PerCpuAreas(areas, reader.findings());
        });
    }

    /** By the kernel's mask of processors that can be there; where it was not captured all count as possible. */
    private static boolean isPossible(LinuxKernel kernel, int cpu) {
        return kernel.address("__cpu_possible_mask")
                .flatMap(mask -> kernel.memory().readLong(mask + (long) (cpu / Long.SIZE) * Long.BYTES))
                .map(word -> (word >>> (cpu % Long.SIZE) & 1) != 0)
                .orElse(true);
    }

    /** A variable of its own up to Linux 6.1 and again since 6.15; in between a member of pcpu_hot. */
    private static Observed<Long> currentTask(LinuxKernel kernel, long offset) {
        Observed<Long> variable = kernel.address("current_task");
        if (!variable.isKnown()) {
            variable = kernel.address("pcpu_hot")
                    .flatMap(hot -> kernel.member("pcpu_hot", "current_task")
                            .map(BtfMember::offset)
                            .map(inside -> hot + inside));
        }
        return variable.flatMap(at -> kernel.memory().readLong(at + offset));
    }
}
