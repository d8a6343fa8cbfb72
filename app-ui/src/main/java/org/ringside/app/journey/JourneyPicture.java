package org.ringside.app.journey;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ringside.app.text.Formats;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.nested.Journey;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.StructureNode;
import org.ringside.decoder.translation.TableStep;
import org.ringside.decoder.translation.Translation;

/**
 * A journey, ready to draw. Immutable.
 *
 * @param start whose address it is
 * @param virtual whether it is linear
 * @param address where it begins
 * @param stages the translations, in order
 * @param host where it ended: the host-physical address, or why it did not get there
 */
record JourneyPicture(
        JourneyStart start, boolean virtual, long address, List<JourneyStage> stages, Observed<Long> host) {
    JourneyPicture {
        stages = List.copyOf(stages);
    }

    static JourneyPicture of(JourneyStart start, boolean virtual, Journey journey) {
        List<Integer> levels = start.levels();
        StructureNode.Structure root = journey.toStructure();
        List<JourneyStage> stages = new ArrayList<>();
        for (int i = 0; i < journey.stages().size(); i++) {
            Journey.Stage stage = journey.stages().get(i);
            boolean paging = virtual && i == 0;
            int step = virtual ? i - 1 : i;
            int from = levels.get(Math.max(0, step));
            int to = paging ? from : step + 1 < levels.size() ? levels.get(step + 1) : 0;
            stages.add(stage(stage, from, to, paging, root));
        }
        return new JourneyPicture(start, virtual, journey.start(), stages, journey.hostPhysical());
    }

    private static JourneyStage stage(Journey.Stage stage, int from, int to, boolean virtual, StructureNode root) {
        List<StructureNode> entries = new ArrayList<>();
        stage.entries().forEach(entry -> entries.add(inHost(entry)));
        StructureNode.Structure node = new StructureNode.Structure(
                name(from, to, virtual),
                stage.walk().toStructure().meaning(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                entries);
        List<JourneyCard> cards = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            boolean last = i == entries.size() - 1;
            String stop =
                    last ? stage.walk().stop().map(found -> found.message()).orElse("") : "";
            cards.add(card(stage.entries().get(i), stop, List.of(root, node, entries.get(i))));
        }
        boolean arrived = stage.walk().result() instanceof Observed.Known<Translation>;
        return new JourneyStage(
                from,
                to,
                virtual,
                stage.walk().format().name(),
                stage.input(),
                stage.walk().toStructure().meaning(),
                arrived,
                cards);
    }

    /** For example {@code "L2 virtual → L2 physical"}. */
    static String name(int from, int to, boolean virtual) {
        return "L%d %s → %s"
                .formatted(
                        from,
                        virtual ? "virtual" : "physical",
                        to == 0 ? "host-physical" : "L%d physical".formatted(to));
    }

    private static JourneyCard card(Journey.Entry entry, String stop, List<StructureNode> path) {
        TableStep step = entry.step();
        return new JourneyCard(
                step.level().entryName(),
                step.index(),
                step.level().entries() - 1,
                step.entryAddress(),
                entry.hostAddress().toOptional(),
                step.raw().toOptional(),
                flags(step),
                stop,
                path);
    }

    /** The names of the flags that are set, and where the entry leads. */
    private static String flags(TableStep step) {
        if (!(step.raw() instanceof Observed.Known<Long>(Long raw))) {
            return step.raw().reason();
        }
        List<String> words = new ArrayList<>();
        for (StructureNode child : step.entry().children()) {
            if (child instanceof StructureNode.Field field
                    && field.width() == 1
                    && field.value().equals(Observed.known(1L))
                    && !field.name().startsWith("Ignored")) {
                words.add(field.name());
            }
        }
        return raw == 0 ? "0" : String.join(", ", words);
    }

    /** The entry with its bytes where they are in host-physical memory: what the memory view can show. */
    private static StructureNode.Field inHost(Journey.Entry entry) {
        StructureNode.Field node = entry.step().entry();
        Optional<ByteSpan> span = entry.hostAddress()
                .toOptional()
                .map(address -> ByteSpan.physical(address, entry.step().level().entryBytes()));
        List<StructureNode> children = new ArrayList<>();
        for (StructureNode child : node.children()) {
            children.add(child instanceof StructureNode.Field field ? at(field, span, field.children()) : child);
        }
        return at(node, span, children);
    }

    private static StructureNode.Field at(
            StructureNode.Field field, Optional<ByteSpan> span, List<StructureNode> children) {
        return new StructureNode.Field(
                field.name(),
                field.value(),
                field.width(),
                field.meaning(),
                span,
                field.bits(),
                field.reference(),
                field.findings(),
                children);
    }

    /** As text that one can paste in a report. */
    String text() {
        StringBuilder text = new StringBuilder();
        text.append("%s 0x%x of %s\n".formatted(virtual ? "virtual" : "physical", address, start.title()));
        for (JourneyStage stage : stages) {
            text.append("\n%s through %s\n".formatted(name(stage.from(), stage.to(), stage.virtual()), stage.format()));
            for (JourneyCard card : stage.cards()) {
                text.append("  %-10s %3d at 0x%x%s = %s  %s\n"
                        .formatted(
                                card.table(),
                                card.index(),
                                card.entryAddress(),
                                card.hostAddress()
                                        .filter(at -> at != card.entryAddress())
                                        .map(at -> " (host-physical 0x%x)".formatted(at))
                                        .orElse(""),
                                card.raw().map(Formats::address).orElse("?"),
                                card.flags()));
                if (!card.stop().isEmpty()) {
                    text.append("  stops: ").append(card.stop()).append('\n');
                }
            }
            text.append("  ").append(stage.result()).append('\n');
        }
        text.append('\n')
                .append(
                        host instanceof Observed.Known<Long>(Long end)
                                ? "host-physical 0x%x".formatted(end)
                                : host.reason())
                .append('\n');
        return text.toString();
    }
}
