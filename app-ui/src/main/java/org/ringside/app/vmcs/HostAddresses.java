package org.ringside.app.vmcs;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.nested.MemorySpace;
import org.ringside.decoder.structure.AddressSpace;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.StructureNode;

/** Leads from the physical addresses that a VMCS holds to host-physical ones, and from the memory of its owner to the host's. May block. */
interface HostAddresses {
    /** The host-physical address; empty where nothing is mapped or it cannot be one. */
    Optional<Long> of(long physical);

    /** The addresses of a memory that cannot be one of the machine's are left out. */
    static HostAddresses of(MemorySpace memory) {
        return address -> Long.compareUnsigned(address, 1L << 52) < 0
                ? memory.hostPhysical(address).toOptional()
                : Optional.empty();
    }

    /** A tree decoded from the owner's memory, with its bytes where they are in the host's. Bytes that are not mapped have no place. */
    default StructureNode inHost(StructureNode node) {
        List<StructureNode> children = new ArrayList<>();
        node.children().forEach(child -> children.add(inHost(child)));
        Optional<ByteSpan> span = node.span().flatMap(this::inHost);
        return switch (node) {
            case StructureNode.Structure all ->
                new StructureNode.Structure(all.name(), all.meaning(), span, all.reference(), all.findings(), children);
            case StructureNode.Field field ->
                new StructureNode.Field(
                        field.name(),
                        field.value(),
                        field.width(),
                        field.meaning(),
                        span,
                        field.bits(),
                        field.reference(),
                        field.findings(),
                        children);
        };
    }

    private Optional<ByteSpan> inHost(ByteSpan span) {
        if (!(span.space() instanceof AddressSpace.Physical)) {
            return Optional.of(span);
        }
        // What crosses a page may lie in two places: its beginning is what one wants to see.
        long inPage = PhysicalMemory.PAGE_SIZE - (span.address() & (PhysicalMemory.PAGE_SIZE - 1));
        return of(span.address()).map(address -> ByteSpan.physical(address, Math.min(span.length(), inPage)));
    }
}
