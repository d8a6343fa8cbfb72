package org.ringside.decoder.structure;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Findings of a whole decoded tree. */
public final class Findings {
    private Findings() {}

    /** The findings of {@code root} and of everything below it, in the tree's order. */
    public static List<Finding> of(StructureNode root) {
        List<Finding> findings = new ArrayList<>();
        Deque<StructureNode> pending = new ArrayDeque<>();
        pending.push(root);
        while (!pending.isEmpty()) {
            StructureNode node = pending.pop();
            findings.addAll(node.findings());
            List<StructureNode> children = node.children();
            for (int i = children.size() - 1; i >= 0; i--) {
                pending.push(children.get(i));
            }
        }
        return findings;
    }
}
