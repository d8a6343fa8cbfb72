package org.ringside.app.shell;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import javafx.application.Application;

/** Opens the window on this machine's display, or says why it cannot. */
public final class Desktop {
    /** Exit status: the window was closed. */
    public static final int CLOSED = 0;

    /** Exit status: there is no display. */
    public static final int NO_DISPLAY = 2;

    private final Map<String, String> environment;
    private final PrintStream err;

    /**
     * A desktop.
     *
     * @param environment variables, to find the display
     * @param err where to say that there is none
     */
    public Desktop(Map<String, String> environment, PrintStream err) {
        this.environment = environment;
        this.err = err;
    }

    /**
     * Opens the window and returns when it is closed.
     *
     * @param file a trace or image to open; empty for what was open last
     * @return {@link #CLOSED} or {@link #NO_DISPLAY}
     */
    public int open(Optional<Path> file) {
        if (lacksDisplay()) {
            return noDisplay("DISPLAY is not set");
        }
        // JavaFX warns that it was started from the class path, which is how this program starts.
        ToolkitLog.errorsOnly();
        String[] arguments = file.map(
                        path -> new String[] {path.toAbsolutePath().toString()})
                .orElseGet(() -> new String[0]);
        try {
            Application.launch(RingsideApplication.class, arguments);
            return CLOSED;
        } catch (UnsupportedOperationException | UnsatisfiedLinkError failure) {
            return noDisplay(String.valueOf(failure.getMessage()));
        } catch (RuntimeException failure) {
            Throwable cause = rootOf(failure);
            if (cause instanceof UnsupportedOperationException || cause instanceof UnsatisfiedLinkError) {
                return noDisplay(String.valueOf(cause.getMessage()));
            }
            throw failure;
        }
    }

    private boolean lacksDisplay() {
        boolean linux = System.getProperty("os.name", "").startsWith("Linux");
        boolean chosen = System.getProperty("glass.platform") != null;
        return linux && !chosen && environment.getOrDefault("DISPLAY", "").isEmpty();
    }

    private int noDisplay(String why) {
        boolean wayland = !environment.getOrDefault("WAYLAND_DISPLAY", "").isEmpty();
        err.println("ringside: no display: " + why + ", so the window cannot open");
        err.println(
                wayland
                        ? "  this is a Wayland session without X11 support: install xwayland and start ringside from that session"
                        : "  on a desktop: start it from a terminal of that session; over SSH: ssh -X; without a screen:"
                                + " xvfb-run ringside");
        err.println("  everything else works without one: ringside --help, ringside info FILE,"
                + " ringside screenshot FILE --view window --out F.png");
        return NO_DISPLAY;
    }

    private static Throwable rootOf(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }
}
