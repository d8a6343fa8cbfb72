package org.ringside.decoder.symbol;

/**
 * An address said by the symbol at or below it.
 *
 * @param symbol the nearest symbol at or below the address
 * @param offset bytes from the symbol to the address, at least 0
 * @param span bytes from the symbol to the next higher symbol: the most the symbol can cover; {@link Long#MAX_VALUE} for the last one
 */
public record SymbolPlace(Symbol symbol, long offset, long span) {
    /** For example {@code "__x64_sys_getppid+0x4"}. */
    @Override
    public String toString() {
        return offset == 0 ? symbol.toString() : symbol + "+0x%x".formatted(offset);
    }
}
