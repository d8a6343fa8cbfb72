package org.ringside.decoder.structure;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.ringside.decoder.memory.Observed;

/** A decoded tree as indented text, one line a node: for terminals, reports and goldens. */
public final class StructureText {
    private StructureText() {}

    /** {@code root} and everything below it; ends with a newline. */
    public static String print(StructureNode root) {
        record Pending(StructureNode node, int depth) {}
        StringBuilder text = new StringBuilder();
        Deque<Pending> pending = new ArrayDeque<>();
        pending.push(new Pending(root, 0));
        while (!pending.isEmpty()) {
            Pending next = pending.pop();
            printNode(text, next.node(), "  ".repeat(next.depth()));
            List<StructureNode> children = next.node().children();
            for (int i = children.size() - 1; i >= 0; i--) {
                pending.push(new Pending(children.get(i), next.depth() + 1));
            }
        }
        return text.toString();
    }

    private static void printNode(StringBuilder text, StructureNode node, String indent) {
        text.append(indent).append(node.name());
        if (node instanceof StructureNode.Field field) {
            field.bits().ifPresent(bits -> text.append(" [").append(bits).append(']'));
            text.append(" = ").append(value(field));
        }
        node.span()
                .filter(span ->
                        !(node instanceof StructureNode.Field f && f.bits().isPresent()))
                .ifPresent(span -> text.append(" @ ").append(span.space()).append(" 0x%x".formatted(span.address())));
        if (!node.meaning().isEmpty()) {
            text.append(" — ").append(node.meaning());
        }
        text.append('\n');
        for (Finding finding : node.findings()) {
            text.append(indent)
                    .append("  ! ")
                    .append(finding.code())
                    .append(": ")
                    .append(finding.message())
                    .append('\n');
        }
    }

    private static String value(StructureNode.Field field) {
        if (!(field.value() instanceof Observed.Known<Long>(Long value))) {
            return "?";
        }
        return field.width() <= 3 ? Long.toString(value) : "0x%x".formatted(value);
    }
}
