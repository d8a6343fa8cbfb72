package org.ringside.app.diff;

import java.util.Optional;
import org.ringside.decoder.symbol.SymbolPlace;
import org.ringside.decoder.symbol.SymbolTable;

/** Names addresses by the symbol at or below them, only where the symbol plausibly covers them: a wrong name is worse than none. */
public final class KernelNames {
    /** The kernel's own functions and tables are next to each other; few are longer. */
    private static final long KERNEL_BOUND = 1 << 16;

    /** Behind the last symbol of a module comes the memory of another, or one that was loaded since. */
    private static final long MODULE_BOUND = 1 << 12;

    private KernelNames() {}

    /** The symbol that covers a kernel address, as far as can be told. */
    public static Optional<SymbolPlace> of(long address, SymbolTable symbols) {
        return symbols.nearest(address)
                .filter(place -> Long.compareUnsigned(
                                place.offset(), place.symbol().module().isEmpty() ? KERNEL_BOUND : MODULE_BOUND)
                        < 0);
    }
}
