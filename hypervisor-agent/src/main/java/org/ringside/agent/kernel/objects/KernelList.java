package org.ringside.agent.kernel.objects;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.structure.Severity;

/**
 * A doubly linked list of the kernel (struct list_head): two pointers, to the next node and to the one before, in a ring through its head.
 *
 * @param nodes addresses of the nodes, the head left out, in the list's order
 * @param complete whether the ring was followed back to its head
 */
record KernelList(List<Long> nodes, boolean complete) {
    private static final int NODE_BYTES = 16;

    /**
     * Follows a list; a loop, a link that cannot be read and a link back that leads elsewhere become findings.
     *
     * @param reader reads the memory, collects the findings
     * @param name what it is a list of, for findings
     * @param head address of the list's head
     * @param most nodes at most
     */
    static KernelList walk(ObjectReader reader, String name, long head, int most) {
        List<Long> nodes = new ArrayList<>();
        Set<Long> seen = new HashSet<>();
        long previous = head;
        Observed<Long> next = reader.kernel().memory().readLong(head);
        while (next instanceof Observed.Known<Long>(Long at) && at != head) {
            if (!seen.add(at)) {
                reader.note(
                        Severity.ERROR,
                        "list.loop",
                        "the list of %s comes back to 0x%x, not to its head at 0x%x".formatted(name, at, head),
                        at,
                        NODE_BYTES);
                return new KernelList(nodes, false);
            }
            if (nodes.size() >= most) {
                reader.note(
                        Severity.WARNING,
                        "list.too-long",
                        "the list of %s has more than %d nodes; the rest was not read".formatted(name, most),
                        at,
                        NODE_BYTES);
                return new KernelList(nodes, false);
            }
            checkBack(reader, name, at, previous);
            nodes.add(at);
            previous = at;
            next = reader.kernel().memory().readLong(at);
        }
        if (!next.isKnown()) {
            reader.note(
                    Severity.WARNING,
                    "list.cut",
                    "the list of %s ends after %d nodes, at 0x%x: %s"
                            .formatted(name, nodes.size(), previous, next.reason()),
                    previous,
                    NODE_BYTES);
            return new KernelList(nodes, false);
        }
        checkBack(reader, name, head, previous);
        return new KernelList(nodes, true);
    }

    private static void checkBack(ObjectReader reader, String name, long node, long expected) {
        if (reader.kernel().memory().readLong(node + Long.BYTES) instanceof Observed.Known<Long>(Long back)
                && back != expected) {
            reader.note(
                    Severity.ERROR,
                    "list.broken-back-link",
                    "in the list of %s the node 0x%x is reached from 0x%x, but leads back to 0x%x"
                            .formatted(name, node, expected, back),
                    node,
                    NODE_BYTES);
        }
    }
}
