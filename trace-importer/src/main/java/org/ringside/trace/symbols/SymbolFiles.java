package org.ringside.trace.symbols;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.ringside.decoder.symbol.SymbolTable;

/** Reads System.map and kallsyms text, plain or compressed by gzip or zstd (recognised by content), and finds the file that belongs to a trace. */
public final class SymbolFiles {
    /** Text that a kernel's symbols can come to; a compressed file that holds more is refused. */
    public static final long MAXIMUM_TEXT = 256L << 20;

    private static final List<String> SUFFIXES = List.of(".symbols", ".symbols.zst", ".symbols.gz");
    private static final String TRACE_SUFFIX = ".ringside";
    private static final int GZIP_MAGIC = 0x8b1f;
    private static final int ZSTD_MAGIC = 0xfd2fb528;

    private SymbolFiles() {}

    /**
     * The symbol file of a trace: for {@code T.ringside} the first that exists of {@code T.symbols}, {@code T.symbols.zst} and
     * {@code T.symbols.gz} in the same directory.
     */
    public static Optional<Path> beside(Path trace) {
        String name = String.valueOf(trace.getFileName());
        String stem = name.endsWith(TRACE_SUFFIX) ? name.substring(0, name.length() - TRACE_SUFFIX.length()) : name;
        return SUFFIXES.stream()
                .map(suffix -> trace.resolveSibling(stem + suffix))
                .filter(Files::isRegularFile)
                .findFirst();
    }

    /**
     * Reads a symbol file.
     *
     * @throws IOException if it cannot be read, is damaged, or holds more than {@link #MAXIMUM_TEXT} bytes of text
     */
    public static SymbolTable read(Path file) throws IOException {
        try (InputStream raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
                InputStream text = new Bounded(decompressed(raw), file)) {
            return SymbolTable.read(text);
        }
    }

    private static InputStream decompressed(InputStream raw) throws IOException {
        raw.mark(4);
        byte[] head = raw.readNBytes(4);
        raw.reset();
        int magic = 0;
        for (int i = head.length - 1; i >= 0; i--) {
            magic = magic << 8 | (head[i] & 0xff);
        }
        if (head.length == 4 && magic == ZSTD_MAGIC) {
            ZstdInputStream zstd = new ZstdInputStream(raw);
            // Files are often packed with long windows; 2^29 is what the zstd tool itself allows with --long=29.
            zstd.setLongMax(29);
            return zstd;
        }
        return head.length == 4 && (magic & 0xffff) == GZIP_MAGIC ? new GZIPInputStream(raw, 1 << 16) : raw;
    }

    /** Fails, with the file's name, once more bytes were read than symbols can come to. */
    private static final class Bounded extends FilterInputStream {
        private final Path file;
        private long read;

        Bounded(InputStream in, Path file) {
            super(in);
            this.file = file;
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            count(value < 0 ? 0 : 1);
            return value;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int got = super.read(buffer, offset, length);
            count(Math.max(0, got));
            return got;
        }

        private void count(int bytes) throws IOException {
            read += bytes;
            if (read > MAXIMUM_TEXT) {
                throw new IOException(
                        "%s: more than %d MiB of text, which no kernel's symbols come to; give a System.map or kallsyms"
                                .formatted(file, MAXIMUM_TEXT >> 20));
            }
        }
    }
}
