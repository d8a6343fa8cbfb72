package org.ringside.app.workspace;

import java.util.List;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.StructureNode;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.TraceEvent;

/** What is selected, in every view at once. As text it is for a person. */
public sealed interface Selection {
    record Nothing() implements Selection {
        @Override
        public String toString() {
            return "nothing";
        }
    }

    /** Bytes in some address space. */
    record Bytes(ByteSpan span) implements Selection {
        @Override
        public String toString() {
            return "%s 0x%x, %,d bytes".formatted(span.space(), span.address(), span.length());
        }
    }

    /** A page of physical memory, by the address of its first byte. */
    record Page(long physicalAddress) implements Selection {
        @Override
        public String toString() {
            return "page 0x%x".formatted(physicalAddress);
        }
    }

    /**
     * A node of a decoded tree.
     *
     * @param path from the tree's root to the selected node, which is the last; not empty
     */
    record Node(List<StructureNode> path) implements Selection {
        public Node {
            path = List.copyOf(path);
            if (path.isEmpty()) {
                throw new IllegalArgumentException("a selected node has a path");
            }
        }

        public StructureNode node() {
            return path.getLast();
        }

        @Override
        public String toString() {
            return String.join(" › ", path.stream().map(StructureNode::name).toList());
        }
    }

    /**
     * A VMX region of the shown snapshot.
     *
     * @param address host-physical address of its first byte
     */
    record Vmcs(long address) implements Selection {
        @Override
        public String toString() {
            return "VMCS at 0x%x".formatted(address);
        }
    }

    /**
     * An address as the guest of a VMCS uses it.
     *
     * @param vmcs host-physical address of the VMCS
     * @param virtual whether the guest's page tables translate it first; else it is guest-physical
     * @param address the address
     */
    record GuestAddress(long vmcs, boolean virtual, long address) implements Selection {
        @Override
        public String toString() {
            return "%s 0x%x of the guest of the VMCS at 0x%x"
                    .formatted(virtual ? "guest-virtual" : "guest-physical", address, vmcs);
        }
    }

    record Event(TraceEvent event) implements Selection {
        @Override
        public String toString() {
            return event.content().title();
        }
    }

    /** A machine, by name. */
    record Machine(String name) implements Selection {
        @Override
        public String toString() {
            return "machine " + name;
        }
    }

    record Snapshot(SnapshotInfo snapshot) implements Selection {
        @Override
        public String toString() {
            return "snapshot " + snapshot.name();
        }
    }

    static Selection nothing() {
        return new Nothing();
    }

    static Selection physical(long address, long length) {
        return new Bytes(ByteSpan.physical(address, length));
    }
}
