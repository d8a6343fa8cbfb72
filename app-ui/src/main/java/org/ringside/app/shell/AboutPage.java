package org.ringside.app.shell;

import java.util.Optional;
import java.util.stream.Collectors;
import javafx.scene.control.Label;
import javafx.scene.control.TextArea;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.ringside.app.text.Messages;

/** Name, version, licence, and the licences of what is bundled. */
final class AboutPage extends VBox {
    private static final Messages MESSAGES = Messages.of(AboutPage.class);
    private static final double WIDTH = 620;
    private static final int ROWS = 16;

    AboutPage() {
        getStyleClass().add("about");
        setSpacing(14);
        Label name = new Label(MESSAGES.get("application") + " " + version());
        name.getStyleClass().add("overlay-title");
        Label what = new Label(MESSAGES.get("about.what"));
        what.setWrapText(true);
        what.setMinHeight(Region.USE_PREF_SIZE);
        HBox head = new HBox(14, Logo.mark(48), new VBox(4, name, what));
        Label runs = new Label(MESSAGES.get(
                "about.runs",
                Runtime.version().toString(),
                System.getProperty("javafx.runtime.version", "?"),
                System.getProperty("os.name", "?"),
                System.getProperty("os.arch", "?")));
        runs.getStyleClass().add("text-muted");
        TextArea licences =
                new TextArea(ThirdParty.all().stream().map(ThirdParty::text).collect(Collectors.joining("\n")));
        licences.setEditable(false);
        licences.setPrefRowCount(ROWS);
        licences.setAccessibleText(MESSAGES.get("about.licences"));
        getChildren().addAll(head, new Label(MESSAGES.get("about.licence")), runs, licences);
        setMaxSize(WIDTH, Region.USE_PREF_SIZE);
    }

    /** The version in the jar's manifest; "development" where there is no jar. */
    static String version() {
        return Optional.ofNullable(AboutPage.class.getPackage().getImplementationVersion())
                .orElse("development");
    }
}
