package org.ringside.agent.kernel.objects;

import org.ringside.decoder.memory.Observed;

/**
 * A task: a process's first thread, or one of its further ones.
 *
 * @param address virtual address of its task_struct
 * @param pid its number
 * @param tgid the number of its process: equal to {@code pid} for the first thread
 * @param name its short name (comm)
 * @param mm the address space's mm_struct; 0 for the kernel's own threads
 * @param cred the credentials it acts with: address of a struct cred
 * @param realCred the credentials it has
 * @param uid the user it acts as
 * @param parent the task_struct of its parent
 */
public record KernelTask(
        long address,
        Observed<Long> pid,
        Observed<Long> tgid,
        Observed<String> name,
        Observed<Long> mm,
        Observed<Long> cred,
        Observed<Long> realCred,
        Observed<Long> uid,
        Observed<Long> parent) {
    /** Whether it is the first thread of its process. */
    public boolean isProcess() {
        return pid.equals(tgid);
    }

    /** Whether it is a thread of the kernel: it has no address space of its own. */
    public boolean isKernelThread() {
        return mm instanceof Observed.Known<Long>(Long space) && space == 0;
    }
}
