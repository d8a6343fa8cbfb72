package org.ringside.agent.kernel.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.FindingCollector;
import org.ringside.decoder.structure.Severity;
import org.ringside.decoder.structure.SpecificationReference;
import org.ringside.decoder.symbol.SymbolTableBuilder;

/**
 * Reads the symbols that Linux carries of itself, from physical memory and where its token index lies. Knows the forms of 5.x and 6.x by their
 * structure alone: the parts' order, the address scheme and the length of lengths are those that fit. Bounded work on any bytes.
 */
final class KallsymsReader {
    static final SpecificationReference REFERENCE =
            new SpecificationReference("Linux source", "scripts/kallsyms.c, write_src()");

    private static final int MOST_FINDINGS = 16;
    private static final int LONGEST_NAME = 2048;
    private static final long NEAR = 4L << 20;
    private static final long MOST_NAME_BYTES = 1L << 26;

    /** The lowest address that a kernel image may have (__START_KERNEL_map). */
    static final long LOWEST_IMAGE = 0xffff_ffff_8000_0000L;

    private final PhysicalMemory memory;

    KallsymsReader(PhysicalMemory memory) {
        this.memory = memory;
    }

    /**
     * The symbols, or which part of them is missing.
     *
     * @param tokenIndex physical address of what may be kallsyms_token_index
     */
    Observed<Kallsyms> read(long tokenIndex) {
        Optional<TokenTable> tokens = TokenTable.before(memory, tokenIndex);
        if (tokens.isEmpty()) {
            return new Observed.NotApplicable<>("no token table before 0x%x agrees with it".formatted(tokenIndex));
        }
        Optional<KallsymsNames> names =
                KallsymsNames.before(memory, tokens.get().address());
        if (names.isEmpty()) {
            return noNames(tokens.get().address());
        }
        return decode(tokens.get(), names.get());
    }

    /** Where a page is missing not far before the tokens, the names are taken to be in it. */
    private Observed<Kallsyms> noNames(long tokenTable) {
        long lowest = Math.max(0, tokenTable - NEAR);
        for (long page = tokenTable & -PhysicalMemory.PAGE_SIZE; page >= lowest; page -= PhysicalMemory.PAGE_SIZE) {
            if (!memory.page(page).isKnown()) {
                return new Observed.NotCaptured<>(page, PhysicalMemory.PAGE_SIZE);
            }
        }
        return new Observed.Malformed<>(
                "a token table at 0x%x, but no names before it that agree with their markers".formatted(tokenTable));
    }

    private Observed<Kallsyms> decode(TokenTable tokens, KallsymsNames names) {
        long missing = names.window().firstMissing(names.names(), names.markers() - names.names());
        if (missing >= 0) {
            return new Observed.NotCaptured<>(missing, PhysicalMemory.PAGE_SIZE);
        }
        KallsymsAddresses.Outcome outcome = KallsymsAddresses.of(memory, tokens, names);
        if (!(outcome instanceof KallsymsAddresses.Outcome.Found(KallsymsAddresses addresses))) {
            return outcome.<Kallsyms>absence();
        }
        MemoryWindow window = names.window();
        KallsymsLayout layout = new KallsymsLayout(
                window.address(names.numSyms()),
                window.address(names.names()),
                window.address(names.markers()),
                tokens.address(),
                tokens.index(),
                addresses.address(),
                names.count(),
                addresses.order(),
                addresses.scheme(),
                names.longNames(),
                addresses.relativeBase());
        List<Finding> findings = new ArrayList<>();
        SymbolTableBuilder builder = new SymbolTableBuilder();
        expand(tokens, names, addresses, builder, findings);
        return Observed.known(new Kallsyms(layout, builder.build(), findings));
    }

    private static void expand(
            TokenTable tokens,
            KallsymsNames names,
            KallsymsAddresses addresses,
            SymbolTableBuilder builder,
            List<Finding> findings) {
        FindingCollector odd = new FindingCollector("kallsyms", MOST_FINDINGS);
        MemoryWindow window = names.window();
        byte[] name = new byte[LONGEST_NAME + 1];
        long total = 0;
        int at = names.names();
        for (int i = 0; i < names.count(); i++) {
            int first = at + names.lengthBytes(at);
            int end = first + names.lengthAt(at);
            int length = 0;
            for (int k = first; k < end && length <= LONGEST_NAME; k++) {
                int token = window.u8(k);
                int size = tokens.length(token);
                if (length + size > LONGEST_NAME) {
                    length = LONGEST_NAME + 1;
                } else {
                    tokens.copy(token, name, length);
                    length += size;
                }
            }
            total += length;
            if (length < 2 || length > LONGEST_NAME || total > MOST_NAME_BYTES) {
                bad(odd, i, window.address(at), end - at);
            } else {
                builder.add(addresses.value(i), (char) name[0], name, 1, length - 1, "");
            }
            at = end;
        }
        findings.addAll(odd.toList());
    }

    private static void bad(FindingCollector odd, int index, long address, int length) {
        if (odd.isFull()) {
            odd.count();
            return;
        }
        odd.add(new Finding(
                Severity.WARNING,
                "kallsyms.bad-name",
                "name %d at 0x%x has no character after its type, or too many; it was skipped"
                        .formatted(index, address),
                Optional.of(ByteSpan.physical(address, Math.max(1, length))),
                Optional.of(REFERENCE)));
    }
}
