package org.ringside.agent.kernel.image;

import java.util.Optional;
import java.util.OptionalLong;
import org.ringside.agent.kernel.btf.BtfMember;
import org.ringside.agent.kernel.btf.BtfTypes;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.symbol.Symbol;
import org.ringside.decoder.symbol.SymbolTable;

/** A Linux kernel found in memory: its place, its symbols, its types, and its memory as it sees it itself. Immutable; safe for several threads. */
public final class LinuxKernel {
    private static final int MOST_TYPE_BYTES = 1 << 25;

    private final KernelPlace place;
    private final Kallsyms kallsyms;
    private final KernelMemory memory;
    private final Observed<BtfTypes> types;

    LinuxKernel(PhysicalMemory memory, KernelPlace place, Kallsyms kallsyms) {
        this.place = place;
        this.kallsyms = kallsyms;
        this.memory = new KernelMemory(memory, place);
        this.types = readTypes();
    }

    public KernelPlace place() {
        return place;
    }

    public Kallsyms kallsyms() {
        return kallsyms;
    }

    /** The symbols of the kernel itself; those of modules are not among them. */
    public SymbolTable symbols() {
        return kallsyms.symbols();
    }

    public KernelMemory memory() {
        return memory;
    }

    /** The types that the kernel says it has, or why they are not known: not every kernel is built with BTF. */
    public Observed<BtfTypes> types() {
        return types;
    }

    /** The virtual address of a symbol, or that there is none of this name. */
    public Observed<Long> address(String symbol) {
        return symbols()
                .byName(symbol)
                .map(Symbol::address)
                .map(Observed::known)
                .orElseGet(() -> new Observed.NotApplicable<>("the kernel has no symbol " + symbol));
    }

    /** The 64-bit variable that a symbol names. */
    public Observed<Long> variable(String symbol) {
        return address(symbol).flatMap(memory::readLong);
    }

    /** Where a member lies in a structure, by the kernel's own types. */
    public Observed<BtfMember> member(String structure, String path) {
        return types.flatMap(known -> known.member(structure, path)
                .map(Observed::known)
                .orElseGet(() -> new Observed.NotApplicable<>(
                        "the kernel's types have no member %s of %s".formatted(path, structure))));
    }

    /** Bytes of a structure, by the kernel's own types. */
    public Observed<Long> sizeOf(String structure) {
        return types.flatMap(known -> {
            OptionalLong size = known.size(structure);
            return size.isPresent()
                    ? Observed.known(size.getAsLong())
                    : new Observed.NotApplicable<>("the kernel's types have no " + structure);
        });
    }

    private Observed<BtfTypes> readTypes() {
        Optional<Symbol> start = symbols().byName("__start_BTF");
        Optional<Symbol> stop = symbols().byName("__stop_BTF");
        if (start.isEmpty() || stop.isEmpty()) {
            return new Observed.NotApplicable<>(
                    "the kernel has no symbols __start_BTF and __stop_BTF: built without BTF");
        }
        long length = stop.get().address() - start.get().address();
        if (length <= 0
                || length > MOST_TYPE_BYTES
                || !place.contains(start.get().address())) {
            return new Observed.Malformed<>("__start_BTF 0x%x and __stop_BTF 0x%x are not bounds of types in the image"
                    .formatted(start.get().address(), stop.get().address()));
        }
        MemoryWindow window =
                MemoryWindow.copy(memory.physical(), place.physical(start.get().address()), (int) length);
        long missing = window.firstMissing(0, length);
        return missing >= 0
                ? new Observed.NotCaptured<>(missing, PhysicalMemory.PAGE_SIZE)
                : BtfTypes.parse(window.bytes());
    }
}
