import org.jspecify.annotations.NullMarked;

/** The trace: events, Merkle snapshots, custody; and the importers that append to it. */
@NullMarked
module org.ringside.trace {
    requires static org.jspecify;
    requires transitive org.ringside.decoder;
    requires com.github.luben.zstd_jni;
    requires java.sql;
    requires org.xerial.sqlitejdbc;

    exports org.ringside.trace;
    exports org.ringside.trace.importer;
    exports org.ringside.trace.importer.qemu;
    exports org.ringside.trace.snapshot;
    exports org.ringside.trace.symbols;
}
