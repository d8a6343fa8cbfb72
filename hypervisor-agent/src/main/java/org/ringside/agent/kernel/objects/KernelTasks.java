package org.ringside.agent.kernel.objects;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.ringside.agent.kernel.image.LinuxKernel;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.Severity;

/**
 * The tasks of a kernel, by its list of processes from init_task on and the list of threads of each.
 *
 * @param tasks the idle task first, then in the list's order, each process followed by its further threads
 * @param complete whether every list was followed to its end
 * @param findings what was odd
 */
public record KernelTasks(List<KernelTask> tasks, boolean complete, List<Finding> findings) {
    private static final String TASK = "task_struct";
    private static final int MOST_TASKS = 1 << 16;

    public KernelTasks {
        tasks = List.copyOf(tasks);
        findings = List.copyOf(findings);
    }

    /** The tasks, or what is missing to list them: the symbol, or the kernel's types. */
    public static Observed<KernelTasks> of(LinuxKernel kernel) {
        ObjectReader reader = new ObjectReader(kernel, "tasks");
        return kernel.address("init_task")
                .flatMap(init -> reader.offset(TASK, "tasks").map(offset -> new Listing(reader).read(init, offset)));
    }

    /** A listing in the making. */
    private static final class Listing {
        private final ObjectReader reader;
        private final List<KernelTask> tasks = new ArrayList<>();
        private final Set<Long> seen = new HashSet<>();
        /** Thread nodes that may still be read, of all processes together: their lists may be one. */
        private int budget = MOST_TASKS;

        Listing(ObjectReader reader) {
            this.reader = reader;
        }

        KernelTasks read(long init, long offset) {
            KernelList processes = KernelList.walk(reader, "processes", init + offset, MOST_TASKS);
            boolean complete = processes.complete();
            add(init);
            for (long node : processes.nodes()) {
                long address = node - offset;
                if (add(address)) {
                    KernelTask task = tasks.getLast();
                    check(reader, task);
                    complete &= threads(task);
                }
            }
            return new KernelTasks(tasks, complete, reader.findings());
        }

        private boolean add(long address) {
            return seen.add(address) && tasks.add(task(reader, address));
        }

        /** The further threads: a list through their own nodes, from the head in what the process's threads share. */
        private boolean threads(KernelTask process) {
            Observed<Long> node = reader.offset(TASK, "thread_node");
            Observed<Long> head = reader.number(process.address(), TASK, "signal")
                    .flatMap(signal ->
                            reader.offset("signal_struct", "thread_head").map(inside -> signal + inside));
            if (budget <= 0
                    || !(node instanceof Observed.Known<Long>(Long offset))
                    || !(head instanceof Observed.Known<Long>(Long at))) {
                return false;
            }
            String name =
                    "threads of process " + process.pid().map(Object::toString).orElse("?");
            KernelList threads = KernelList.walk(reader, name, at, budget);
            budget -= threads.nodes().size();
            threads.nodes().forEach(thread -> add(thread - offset));
            return threads.complete();
        }
    }

    private static KernelTask task(ObjectReader reader, long address) {
        Observed<Long> cred = reader.number(address, TASK, "cred");
        return new KernelTask(
                address,
                reader.number(address, TASK, "pid"),
                reader.number(address, TASK, "tgid"),
                reader.text(address, TASK, "comm"),
                reader.number(address, TASK, "mm"),
                cred,
                reader.number(address, TASK, "real_cred"),
                cred.flatMap(at -> reader.number(at, "cred", "uid.val")),
                reader.number(address, TASK, "real_parent"));
    }

    private static void check(ObjectReader reader, KernelTask task) {
        if (task.pid() instanceof Observed.Known<Long>(Long pid)
                && task.tgid() instanceof Observed.Known<Long>(Long tgid)
                && !pid.equals(tgid)) {
            reader.note(
                    Severity.WARNING,
                    "tasks.not-a-process",
                    "task %d at 0x%x is in the list of processes, but says it belongs to process %d"
                            .formatted(pid, task.address(), tgid),
                    task.address(),
                    1);
        }
    }
}
