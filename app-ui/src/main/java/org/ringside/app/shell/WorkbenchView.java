package org.ringside.app.shell;

import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.value.ObservableValue;
import javafx.scene.Node;
import org.kordamp.ikonli.Ikon;

/**
 * A pane of the window. Made with its {@code Workspace} by the first need of it; all methods belong to the UI thread. A view listens to
 * nothing and starts no work outside {@link #attach()} … {@link #detach()}.
 */
public interface WorkbenchView {
    ViewType type();

    /** Its content; always the same node. */
    Node node();

    /** The pane has come on the screen: begin to follow the workspace. */
    void attach();

    /** The pane was closed or is covered by another: stop following, drop running work. May be attached again. */
    void detach();

    /** Where the keyboard focus goes when the pane is brought up. */
    default Node focusTarget() {
        return node();
    }

    /** Whether it shows what an action could act on. Observable, as a pane that has just come on the screen still reads. */
    default ObservableValue<Boolean> ready() {
        return new ReadOnlyObjectWrapper<>(true);
    }

    default String id() {
        return type().id();
    }

    default String title() {
        return type().title();
    }

    default Ikon icon() {
        return type().icon();
    }
}
