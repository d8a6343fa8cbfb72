package org.ringside.app.text;

import java.text.MessageFormat;
import java.util.Locale;
import java.util.ResourceBundle;

/** The words of one feature: {@code messages.properties} beside its classes. */
public final class Messages {
    private final ResourceBundle bundle;

    private Messages(ResourceBundle bundle) {
        this.bundle = bundle;
    }

    /** The words of the feature that {@code type} belongs to, by its package. */
    public static Messages of(Class<?> type) {
        return new Messages(
                ResourceBundle.getBundle(type.getPackageName() + ".messages", Locale.ROOT, Messages.class.getModule()));
    }

    /**
     * The text.
     *
     * @param arguments fill {0}, {1}, … as {@link MessageFormat} does; without any the text is taken as it stands
     * @throws java.util.MissingResourceException if there is no such text
     */
    public String get(String key, Object... arguments) {
        String pattern = bundle.getString(key);
        return arguments.length == 0 ? pattern : new MessageFormat(pattern, Locale.ROOT).format(arguments);
    }
}
