package org.ringside.app.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.ringside.decoder.symbol.SymbolPlace;
import org.ringside.decoder.symbol.SymbolTable;
import org.ringside.trace.symbols.SymbolFiles;
import picocli.CommandLine.Option;

/** {@code --symbols}, and the symbol file beside a trace that is used without it. */
final class SymbolsOption {
    @Option(
            names = "--symbols",
            paramLabel = "System.map",
            description =
                    "Names of kernel addresses: System.map or /proc/kallsyms, also .gz or .zst."
                            + " Default: T.symbols, T.symbols.gz or T.symbols.zst beside the trace T.ringside, if there is one.")
    private Optional<Path> file = Optional.empty();

    /** A symbol farther below an address does not name it: the kernel's functions and tables are smaller. */
    static final long FARTHEST = 1L << 20;

    /** What is at a virtual address, by name; empty if no symbol is near. */
    static Optional<String> nearest(SymbolTable symbols, long address) {
        return symbols.nearest(address, FARTHEST).map(SymbolPlace::toString);
    }

    /** The symbols asked for, or those beside the trace; empty if there are none. */
    Optional<SymbolTable> load(Path trace) throws IOException {
        Optional<Path> chosen = file.isPresent() ? file : SymbolFiles.beside(trace);
        if (chosen.isEmpty()) {
            return Optional.empty();
        }
        if (!Files.exists(chosen.get())) {
            throw new CommandFailure(chosen.get() + ": no such symbol file");
        }
        SymbolTable table = SymbolFiles.read(chosen.get());
        if (table.size() == 0) {
            throw new CommandFailure(
                    chosen.get() + ": has no symbols; expected lines like: ffffffff810be3a0 T __x64_sys_getppid");
        }
        return Optional.of(table);
    }
}
