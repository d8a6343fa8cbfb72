package org.ringside.app.memory;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.ringside.app.workspace.Selection;
import org.ringside.decoder.structure.AddressSpace;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.StructureNode;

/**
 * Where the selected structure and its fields lie in the shown space.
 *
 * @param marks sorted by address; the wider first where two begin together
 */
record StructureMarks(List<Mark> marks) {
    static final StructureMarks NONE = new StructureMarks(List.of());

    /** A page table has 512 entries of 8 bytes; no structure is drawn with more parts. */
    private static final int MOST_MARKS = 1024;

    /**
     * A named span.
     *
     * @param address its first byte
     * @param length bytes
     * @param name the specification's name
     * @param selected whether it is the selected node, not one of its parts or neighbours
     */
    record Mark(long address, long length, String name, boolean selected) {
        boolean contains(long other) {
            return other - address >= 0 && other - address < length;
        }
    }

    StructureMarks {
        marks = List.copyOf(marks);
    }

    /** The selected node, its parts, and its neighbours in the structure that it is a part of. */
    static StructureMarks of(Selection selection, AddressSpace space) {
        if (!(selection instanceof Selection.Node(List<StructureNode> path))) {
            return NONE;
        }
        List<Mark> marks = new ArrayList<>();
        StructureNode selected = path.getLast();
        add(marks, selected, space, true);
        List<StructureNode> parts = selected.children();
        if (parts.isEmpty() && path.size() > 1) {
            parts = path.get(path.size() - 2).children();
        }
        for (StructureNode part : parts) {
            if (marks.size() < MOST_MARKS && !part.equals(selected)) {
                add(marks, part, space, false);
            }
        }
        marks.sort(Comparator.comparingLong(Mark::address)
                .thenComparing(Comparator.comparingLong(Mark::length).reversed()));
        return new StructureMarks(marks);
    }

    /** The innermost mark over an address. */
    Optional<Mark> at(long address) {
        return marks.stream().filter(mark -> mark.contains(address)).min(Comparator.comparingLong(Mark::length));
    }

    /** The marks that touch {@code length} bytes at an address. */
    List<Mark> touching(long address, int length) {
        return marks.stream()
                .filter(mark -> mark.address() < address + length && address < mark.address() + mark.length())
                .toList();
    }

    private static void add(List<Mark> marks, StructureNode node, AddressSpace space, boolean selected) {
        Optional<ByteSpan> span = node.span().filter(found -> found.space().equals(space));
        span.ifPresent(found -> marks.add(new Mark(found.address(), found.length(), node.name(), selected)));
    }
}
