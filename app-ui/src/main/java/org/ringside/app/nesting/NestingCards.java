package org.ringside.app.nesting;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import javafx.scene.AccessibleRole;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyCode;
import javafx.scene.input.MouseButton;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.ringside.app.structures.FoundVmcs;
import org.ringside.app.text.Formats;
import org.ringside.app.text.Messages;
import org.ringside.decoder.ept.EptMap;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.vmcs.Vmcs;
import org.ringside.decoder.vmcs.VmcsField;

/** Makes the cards of the levels: memories, hypervisors, VMCSs. */
final class NestingCards {
    private static final Messages MESSAGES = Messages.of(NestingCards.class);
    private static final int MOST_NAMED = 4;
    private static final double TOOLTIP_WIDTH = 520;

    private final NestingViewModel model;
    private final NestingPicture picture;

    NestingCards(NestingViewModel model, NestingPicture picture) {
        this.model = model;
        this.picture = picture;
    }

    /** A card in the making: what it says, as lines of a name and a value each. */
    private static final class Card {
        private final VBox box = new VBox();
        private final FlowPane lines = new FlowPane();
        private final List<String> words = new ArrayList<>();

        Card(String kind, int level, String title, String badge) {
            box.getStyleClass().addAll("nesting-card", "nesting-" + kind, NestingDrawing.style(level));
            Label name = new Label(title);
            name.getStyleClass().add("nesting-card-name");
            Region gap = new Region();
            HBox.setHgrow(gap, Priority.ALWAYS);
            HBox head = new HBox(name, gap);
            if (!badge.isEmpty()) {
                Label mark = new Label(badge);
                mark.getStyleClass().add("nesting-badge");
                mark.setMinWidth(Region.USE_PREF_SIZE);
                head.getChildren().add(mark);
            }
            box.getChildren().add(head);
            lines.getStyleClass().add("nesting-lines");
            words.add(badge.isEmpty() ? title : title + ", " + badge);
        }

        /** A short line, beside others where there is room; {@code key} is that of its name. */
        void line(String key, String value, boolean mono) {
            lines.getChildren().add(named(key, value, mono));
        }

        /** A line that may be cut short. */
        void longLine(String key, String value) {
            box.getChildren().add(named(key, value, false));
        }

        private HBox named(String key, String value, boolean mono) {
            Label name = new Label(MESSAGES.get(key));
            name.getStyleClass().add("nesting-key");
            name.setMinWidth(Region.USE_PREF_SIZE);
            Label text = new Label(value);
            text.getStyleClass().add(mono ? "mono" : "nesting-words");
            HBox line = new HBox(name, text);
            line.getStyleClass().add("nesting-line-of-text");
            words.add(MESSAGES.get(key) + " " + value);
            return line;
        }

        void text(String text) {
            Label label = new Label(text);
            label.getStyleClass().add("nesting-words");
            box.getChildren().add(label);
            words.add(text);
        }

        Node done(String tooltip, Runnable select, Runnable open) {
            box.getChildren().add(1, lines);
            box.setFocusTraversable(true);
            box.setMinHeight(Region.USE_PREF_SIZE);
            box.setAccessibleRole(AccessibleRole.BUTTON);
            box.setAccessibleText(String.join(", ", words));
            Tooltip tip = new Tooltip(tooltip);
            tip.setWrapText(true);
            tip.setMaxWidth(TOOLTIP_WIDTH);
            Tooltip.install(box, tip);
            box.setOnMouseClicked(event -> {
                if (event.getButton() == MouseButton.PRIMARY) {
                    box.requestFocus();
                    (event.getClickCount() == 2 ? open : select).run();
                }
            });
            box.setOnKeyPressed(event -> {
                if (event.getCode() == KeyCode.ENTER || event.getCode() == KeyCode.SPACE) {
                    (event.getCode() == KeyCode.ENTER ? open : select).run();
                    event.consume();
                }
            });
            return box;
        }
    }

    Node memory(NestingPicture.Memory memory) {
        int level = memory.space().level();
        Card card = new Card(
                "memory",
                level,
                MESSAGES.get(level == 0 ? "memory.host" : "memory.guest", level),
                memory.isMerged() ? MESSAGES.get("memory.merged") : "");
        if (level == 0) {
            long bytes = picture.structures().memory().ranges().stream()
                    .mapToLong(AddressRange::length)
                    .sum();
            card.line("memory.size", Formats.size(bytes), false);
        }
        memory.space()
                .tables()
                .ifPresent(tables -> card.line(
                        "memory.eptp",
                        Formats.address(tables.context().pointer().raw()),
                        true));
        if (!memory.givenBy().isEmpty()) {
            card.longLine("memory.by", names(memory.givenBy()));
        }
        memory.space().map().ifPresent(map -> card.longLine("memory.maps", maps(map)));
        String tooltip = memory.space()
                .outer()
                .map(outer -> MESSAGES.get(
                        memory.isMerged() ? "memory.tooltip.merged" : "memory.tooltip.guest",
                        outer.level(),
                        level,
                        memory.givenBy().stream().map(FoundVmcs::title).collect(Collectors.joining(", "))))
                .orElseGet(() -> MESSAGES.get("memory.tooltip.host"));
        return card.done(tooltip, () -> model.select(memory), () -> model.open(memory));
    }

    private static String maps(EptMap map) {
        return MESSAGES.get(
                map.summary().complete() ? "memory.mapped" : "memory.mapped.incomplete",
                Formats.size(map.summary().mappedBytes()),
                map.ranges().size());
    }

    private static String names(List<FoundVmcs> vmcss) {
        String names = vmcss.stream().limit(MOST_NAMED).map(FoundVmcs::title).collect(Collectors.joining(", "));
        return vmcss.size() > MOST_NAMED ? names + MESSAGES.get("and-more", vmcss.size() - MOST_NAMED) : names;
    }

    Node hypervisor(NestingPicture.Hypervisor hypervisor) {
        Card card = new Card(
                "hypervisor",
                hypervisor.owner().level(),
                hypervisor.names().stream().findFirst().orElseGet(() -> MESSAGES.get("hypervisor.unknown")),
                MESSAGES.get("hypervisor"));
        hypervisor.names().stream().skip(1).findFirst().ifPresent(card::text);
        hypervisor.banners().stream()
                .max(java.util.Comparator.comparingInt(String::length))
                .ifPresent(card::text);
        card.line("hypervisor.entry", Formats.address(hypervisor.entry()), true);
        card.line(
                "hypervisor.cr3",
                hypervisor.roots().stream()
                        .limit(MOST_NAMED)
                        .map(Formats::address)
                        .collect(Collectors.joining(", ")),
                true);
        List<String> tooltip = new ArrayList<>(hypervisor.names());
        tooltip.addAll(hypervisor.banners());
        tooltip.add(
                hypervisor.entryHost() instanceof Observed.Known<Long>(Long host)
                        ? MESSAGES.get("hypervisor.tooltip", Formats.address(host))
                        : hypervisor.entryHost().reason());
        return card.done(String.join("\n", tooltip), () -> model.select(hypervisor), () -> model.open(hypervisor));
    }

    Node vmcs(FoundVmcs vmcs) {
        Vmcs content = NestingChain.content(vmcs);
        Card card = new Card("vmcs", vmcs.owner(), vmcs.what(), badge(vmcs, content));
        int home = vmcs.region().home().level();
        card.line(
                "vmcs.at",
                home == 0
                        ? Formats.address(vmcs.address())
                        : MESSAGES.get(
                                "vmcs.at.guest",
                                Formats.address(vmcs.address()),
                                home,
                                Formats.address(vmcs.region().homeAddress())),
                true);
        field(card, "vmcs.eptp", content, VmcsField.EPT_POINTER);
        field(card, "vmcs.rip", content, VmcsField.GUEST_RIP);
        field(card, "vmcs.cr3", content, VmcsField.GUEST_CR3);
        List<String> tooltip = new ArrayList<>();
        tooltip.add(MESSAGES.get("vmcs.tooltip", vmcs.title(), vmcs.owner(), vmcs.guest()));
        tooltip.addAll(vmcs.region().evidence());
        tooltip.add(MESSAGES.get("vmcs.tooltip.keys"));
        return card.done(String.join("\n", tooltip), () -> model.select(vmcs), () -> model.open(vmcs));
    }

    /** Whether it is another level's copy, and whether it was launched. */
    private static String badge(FoundVmcs vmcs, Vmcs content) {
        int home = vmcs.region().home().level();
        String copy = home < vmcs.owner() ? MESSAGES.get("vmcs.copy", home) : "";
        String launched = content.launched()
                .map(yes -> MESSAGES.get(yes ? "vmcs.launched" : "vmcs.clear"))
                .orElse("");
        return copy.isEmpty() || launched.isEmpty() ? copy + launched : copy + " · " + launched;
    }

    private static void field(Card card, String key, Vmcs content, VmcsField field) {
        Observed<Long> value = content.get(field);
        card.line(key, value.toOptional().map(Formats::address).orElseGet(() -> MESSAGES.get("unknown")), true);
    }
}
