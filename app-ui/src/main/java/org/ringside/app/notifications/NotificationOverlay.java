package org.ringside.app.notifications;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import javafx.animation.PauseTransition;
import javafx.collections.ObservableList;
import javafx.geometry.Pos;
import javafx.scene.AccessibleRole;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.TextArea;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import javafx.util.Duration;
import org.kordamp.ikonli.material2.Material2AL;
import org.ringside.app.shell.Controls;
import org.ringside.app.shell.SeverityMark;
import org.ringside.app.text.Messages;
import org.ringside.app.workspace.Notification;
import org.ringside.app.workspace.Notifications;
import org.ringside.decoder.structure.Severity;

/** The latest notifications as cards in the lower right corner. What is only worth knowing goes by itself; a failure stays until dismissed. */
public final class NotificationOverlay extends VBox {
    private static final int SHOWN = 4;
    private static final Duration INFORMATION_STAYS = Duration.seconds(7);
    private static final double CARD_WIDTH = 420;
    private static final int DETAIL_ROWS = 9;

    private final Messages messages = Messages.of(NotificationOverlay.class);
    private final Notifications notifications;
    private final IdentityHashMap<Notification, Node> cards = new IdentityHashMap<>();

    public NotificationOverlay(Notifications notifications) {
        this.notifications = notifications;
        getStyleClass().add("notification-overlay");
        getStylesheets()
                .add(Objects.requireNonNull(getClass().getResource("notifications.css"))
                        .toExternalForm());
        setAlignment(Pos.BOTTOM_RIGHT);
        setFillWidth(false);
        setPickOnBounds(false);
        setMaxSize(Region.USE_PREF_SIZE, Region.USE_PREF_SIZE);
        ObservableList<Notification> all = notifications.all();
        all.subscribe(this::update);
        update();
    }

    private void update() {
        List<Notification> all = notifications.all();
        List<Notification> latest = all.subList(Math.max(0, all.size() - SHOWN), all.size());
        cards.keySet().removeIf(notification -> !all.contains(notification));
        getChildren()
                .setAll(latest.stream()
                        .map(notification -> cards.computeIfAbsent(notification, this::card))
                        .toList());
    }

    private Node card(Notification notification) {
        Label title = new Label(notification.title());
        title.getStyleClass().add("notification-title");
        title.setWrapText(true);
        HBox.setHgrow(title, Priority.ALWAYS);
        title.setMaxWidth(Double.MAX_VALUE);
        Button close = Controls.iconButton(
                Material2AL.CLOSE, messages.get("dismiss"), () -> notifications.dismiss(notification));
        HBox head = new HBox(8, SeverityMark.of(notification.severity()), title, close);
        head.setAlignment(Pos.CENTER_LEFT);

        VBox card = new VBox(6, head);
        card.getStyleClass()
                .addAll("notification", notification.severity().name().toLowerCase(java.util.Locale.ROOT));
        card.setPrefWidth(CARD_WIDTH);
        card.setMaxWidth(CARD_WIDTH);
        card.setAccessibleRole(AccessibleRole.TEXT);
        card.setAccessibleText(notification.severity() + ": " + notification.title() + ". " + notification.message());
        if (!notification.message().isEmpty()) {
            Label message = new Label(notification.message());
            message.setWrapText(true);
            message.getStyleClass().add("notification-message");
            message.setMinHeight(Region.USE_PREF_SIZE);
            card.getChildren().add(message);
        }
        addButtons(card, notification);
        if (notification.severity() == Severity.INFORMATION) {
            PauseTransition stay = new PauseTransition(INFORMATION_STAYS);
            stay.setOnFinished(event -> notifications.dismiss(notification));
            stay.play();
        }
        return card;
    }

    private void addButtons(VBox card, Notification notification) {
        HBox buttons = new HBox(8);
        buttons.setAlignment(Pos.CENTER_LEFT);
        for (Notification.Offer offer : notification.offers()) {
            Button button = new Button(offer.title());
            button.setOnAction(event -> {
                notifications.dismiss(notification);
                offer.run().run();
            });
            buttons.getChildren().add(button);
        }
        if (!notification.details().isEmpty()) {
            TextArea details = new TextArea(notification.details());
            details.setEditable(false);
            details.setPrefRowCount(DETAIL_ROWS);
            details.getStyleClass().add("mono");
            Button show = new Button(messages.get("details"));
            show.setOnAction(event -> {
                if (card.getChildren().contains(details)) {
                    card.getChildren().remove(details);
                } else {
                    card.getChildren().add(details);
                }
            });
            Button copy = new Button(messages.get("copy"));
            copy.setOnAction(event -> Controls.copy(
                    notification.title() + "\n" + notification.message() + "\n\n" + notification.details()));
            buttons.getChildren().addAll(show, copy);
        }
        if (!buttons.getChildren().isEmpty()) {
            card.getChildren().add(buttons);
        }
    }
}
