import org.jspecify.annotations.NullMarked;

/** The window and the command line: the only module that knows JavaFX, and the one that wires the others together. */
@NullMarked
module org.ringside.app {
    requires static org.jspecify;
    requires org.ringside.agent;
    requires org.ringside.fpga;
    requires java.desktop;
    requires javafx.controls;
    requires org.controlsfx.controls;
    requires atlantafx.base;
    requires org.kordamp.ikonli.core;
    requires org.kordamp.ikonli.javafx;
    requires org.kordamp.ikonli.material2;
    requires bento.fx;
    requires info.picocli;
    requires com.github.luben.zstd_jni;
    requires com.fasterxml.jackson.databind;
    requires org.slf4j;
    requires ch.qos.logback.classic;
    requires ch.qos.logback.core;
    requires java.logging;

    exports org.ringside.app to
            javafx.graphics;
    exports org.ringside.app.shell to
            javafx.graphics;

    provides ch.qos.logback.classic.spi.Configurator with
            org.ringside.app.state.Logging;

    // The command line is declared by annotations, which picocli reads.
    opens org.ringside.app.cli to
            info.picocli;
}
