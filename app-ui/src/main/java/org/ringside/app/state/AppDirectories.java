package org.ringside.app.state;

import java.nio.file.Path;
import java.util.Map;

/**
 * Where the application keeps what is its own, by the XDG base directory specification.
 *
 * @param config settings
 * @param state logs
 * @param data the person's own copy of the sample trace
 */
public record AppDirectories(Path config, Path state, Path data) {
    private static final String NAME = "ringside";

    /**
     * The directories of this environment.
     *
     * @param environment variables, for example {@code XDG_CONFIG_HOME}; relative values are ignored, as the specification wants
     * @param home the home directory
     */
    public static AppDirectories of(Map<String, String> environment, Path home) {
        return new AppDirectories(
                base(environment, "XDG_CONFIG_HOME", home.resolve(".config")),
                base(environment, "XDG_STATE_HOME", home.resolve(".local/state")),
                base(environment, "XDG_DATA_HOME", home.resolve(".local/share")));
    }

    /** The directories of this process. */
    public static AppDirectories ofProcess() {
        return of(System.getenv(), Path.of(System.getProperty("user.home", ".")));
    }

    private static Path base(Map<String, String> environment, String variable, Path otherwise) {
        String value = environment.getOrDefault(variable, "");
        Path base = value.startsWith("/") ? Path.of(value) : otherwise;
        return base.resolve(NAME);
    }
}
