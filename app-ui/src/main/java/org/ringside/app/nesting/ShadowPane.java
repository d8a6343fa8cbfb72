package org.ringside.app.nesting;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.scene.control.Label;
import javafx.scene.control.SelectionMode;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableView;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyCombination;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.VBox;
import org.ringside.app.shell.Controls;
import org.ringside.app.text.Formats;
import org.ringside.app.text.Messages;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.nested.ShadowComparison;
import org.ringside.decoder.nested.ShadowComparison.Range;
import org.ringside.decoder.nested.ShadowComparison.Verdict;

/** The tables that the host merged for a nested guest against those of both hypervisors: counts, then ranges, what is wrong first. */
final class ShadowPane extends BorderPane {
    private static final Messages MESSAGES = Messages.of(ShadowPane.class);
    private static final KeyCombination COPY = KeyCombination.valueOf("Shortcut+C");
    private static final long PAGE = 4096;

    private final FlowPane counts = new FlowPane();
    private final Label explanation = new Label();
    private final TableView<Range> table = new TableView<>();

    ShadowPane(NestingViewModel model) {
        getStyleClass().add("nesting-shadow");
        counts.getStyleClass().add("nesting-counts");
        explanation.setWrapText(true);
        explanation.getStyleClass().add("nesting-note");
        setTop(new VBox(counts, explanation));
        table.getStyleClass().addAll("dense", "nesting-ranges");
        table.setColumnResizePolicy(TableView.CONSTRAINED_RESIZE_POLICY_LAST_COLUMN);
        table.setAccessibleText(MESSAGES.get("ranges.accessible"));
        table.setPlaceholder(new Label(MESSAGES.get("ranges.none")));
        table.getSelectionModel().setSelectionMode(SelectionMode.MULTIPLE);
        column("verdict", 190, range -> verdict(range.verdict()));
        column("address", 170, range -> Formats.address(range.guestPhysical()))
                .getStyleClass()
                .add("mono");
        column("length", 110, range -> Formats.size(range.length()));
        column("detail", 420, Range::detail);
        table.getSelectionModel().selectedItemProperty().subscribe(range -> {
            if (range != null && table.isFocused()) {
                model.select(range);
            }
        });
        table.setOnMouseClicked(event -> chosen().ifPresent(range -> {
            if (event.getClickCount() == 2) {
                model.open(range);
            } else {
                model.select(range);
            }
        }));
        table.addEventHandler(KeyEvent.KEY_PRESSED, event -> {
            if (event.getCode() == KeyCode.ENTER) {
                chosen().ifPresent(model::open);
                event.consume();
            } else if (COPY.match(event)) {
                Controls.copy(table.getSelectionModel().getSelectedItems().stream()
                        .map(ShadowPane::text)
                        .collect(Collectors.joining("\n")));
                event.consume();
            }
        });
        setCenter(table);
    }

    /** Shows a comparison; nothing while there is none yet. */
    void show(Optional<NestingViewModel.Compared> compared) {
        counts.getChildren().clear();
        table.getItems().clear();
        table.setVisible(false);
        explanation.setText(compared.isEmpty() ? MESSAGES.get("shadow.comparing") : "");
        compared.ifPresent(found -> {
            switch (found.shadow()) {
                case Observed.Known<ShadowComparison>(ShadowComparison shadow) -> show(shadow, found.chain());
                default -> explanation.setText(found.shadow().reason());
            }
        });
    }

    private void show(ShadowComparison shadow, NestingChain chain) {
        count(Verdict.AGREES, shadow.equal());
        count(Verdict.MISSING, shadow.missing());
        for (Verdict verdict : List.of(Verdict.ADDED, Verdict.ELSEWHERE, Verdict.MORE_RIGHTS)) {
            count(verdict, pages(shadow, verdict));
        }
        String compared = MESSAGES.get(
                shadow.complete() ? "shadow.compared" : "shadow.compared.part",
                chain.inner().title(),
                chain.outer().title(),
                chain.merged().orElseThrow().title());
        explanation.setText(
                shadow.pages() > 0 && shadow.equal() == 0 ? MESSAGES.get("shadow.other") + " " + compared : compared);
        table.getItems()
                .setAll(shadow.ranges().stream()
                        .sorted(Comparator.comparingInt(range -> order(range.verdict())))
                        .toList());
        table.setVisible(true);
    }

    /** What is wrong first, then what is missing, then what agrees. */
    private static int order(Verdict verdict) {
        return switch (verdict) {
            case ELSEWHERE -> 0;
            case ADDED -> 1;
            case MORE_RIGHTS -> 2;
            case MISSING -> 3;
            case AGREES -> 4;
        };
    }

    private static long pages(ShadowComparison shadow, Verdict verdict) {
        return shadow.ranges().stream()
                .filter(range -> range.verdict() == verdict)
                .mapToLong(range -> range.length() / PAGE)
                .sum();
    }

    private void count(Verdict verdict, long pages) {
        Label label = new Label(MESSAGES.get("count." + key(verdict), pages));
        label.setTooltip(new Tooltip(MESSAGES.get("count." + key(verdict) + ".tooltip")));
        label.getStyleClass()
                .addAll("nesting-count", pages == 0 ? "nesting-count-none" : "nesting-count-" + key(verdict));
        counts.getChildren().add(label);
    }

    private static String key(Verdict verdict) {
        return verdict.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String verdict(Verdict verdict) {
        return MESSAGES.get("verdict." + key(verdict));
    }

    private static String text(Range range) {
        return "%s\t%s\t%s\t%s"
                .formatted(
                        verdict(range.verdict()),
                        Formats.address(range.guestPhysical()),
                        Formats.size(range.length()),
                        range.detail());
    }

    private Optional<Range> chosen() {
        return Optional.ofNullable(table.getSelectionModel().getSelectedItem());
    }

    private TableColumn<Range, String> column(String name, double width, Function<Range, String> text) {
        TableColumn<Range, String> column = new TableColumn<>(MESSAGES.get("column." + name));
        column.setCellValueFactory(features -> new ReadOnlyStringWrapper(text.apply(features.getValue())));
        column.setPrefWidth(width);
        column.setMinWidth(Math.min(width, 80));
        column.setSortable(false);
        column.setReorderable(false);
        table.getColumns().add(column);
        return column;
    }
}
