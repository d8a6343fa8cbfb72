import org.jspecify.annotations.NullMarked;

/** The trusted FPGA: its protocol, challenges, pattern processor, and boards one can buy. */
@NullMarked
module org.ringside.fpga {
    requires static org.jspecify;
    requires transitive org.ringside.trace;
}
