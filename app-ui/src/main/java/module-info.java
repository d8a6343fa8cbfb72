import org.jspecify.annotations.NullMarked;

/** The window and the command line: the only module that knows JavaFX, and the one that wires the others together. */
@NullMarked
module org.ringside.app {
    requires static org.jspecify;
    requires org.ringside.agent;
    requires org.ringside.fpga;
}
