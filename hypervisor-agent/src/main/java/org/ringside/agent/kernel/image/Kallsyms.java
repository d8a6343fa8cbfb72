package org.ringside.agent.kernel.image;

import java.util.List;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.symbol.SymbolTable;

/**
 * The symbols that an image carries of itself.
 *
 * @param layout where they were found and in which form
 * @param symbols the symbols, decoded
 * @param findings what was odd
 */
public record Kallsyms(KallsymsLayout layout, SymbolTable symbols, List<Finding> findings) {
    public Kallsyms {
        findings = List.copyOf(findings);
    }
}
