package org.ringside.app.cli;

import java.util.Optional;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.npt.NptContext;
import org.ringside.decoder.svm.Vmcb;
import picocli.CommandLine.Option;

/** Which nested page tables: {@code --vmcb}, {@code --ncr3}, or those of the only VMCB there is. */
final class NptOptions {
    @Option(
            names = "--vmcb",
            paramLabel = "ADDRESS",
            description =
                    "The tables of the VMCB at this physical address. Without --vmcb and --ncr3: those of the VMCB in the snapshot, if there"
                            + " is one only.")
    private Optional<String> vmcb = Optional.empty();

    @Option(names = "--ncr3", paramLabel = "VALUE", description = "The tables of this N_CR3.")
    private Optional<String> nCr3 = Optional.empty();

    @Option(
            names = "--levels",
            paramLabel = "4|5",
            description = "Levels of the tables, those of the host's paging; default is what the tables hold up as.")
    private Optional<Integer> levels = Optional.empty();

    /**
     * What was chosen.
     *
     * @param vmcb whose tables; empty with {@code --ncr3}
     * @param context how the tables are read
     */
    record Chosen(Optional<Vmcb> vmcb, NptContext context) {}

    Chosen open(PhysicalMemory memory) throws CommandFailure {
        if (levels.isPresent() && levels.get() != 4 && levels.get() != 5) {
            throw new CommandFailure("--levels %d: must be 4 or 5".formatted(levels.get()));
        }
        if (nCr3.isPresent()) {
            if (vmcb.isPresent()) {
                throw new CommandFailure("--vmcb and --ncr3: give one or the other");
            }
            long value = AddressOptions.number("--ncr3", nCr3.get());
            int depth = levels.orElseGet(() -> NptContext.assumedLevels(memory, value));
            return new Chosen(Optional.empty(), NptContext.of(value, depth));
        }
        Vmcb chosen = vmcb.isPresent()
                ? VmcbChoice.at(memory, AddressOptions.number("--vmcb", vmcb.get()))
                : VmcbChoice.only(memory, "--vmcb");
        if (!(NptContext.of(chosen, memory) instanceof Observed.Known<NptContext>(NptContext context))) {
            throw new CommandFailure("the VMCB at %s: %s"
                    .formatted(
                            Json.hex(chosen.address()),
                            NptContext.of(chosen, memory).reason()));
        }
        return new Chosen(Optional.of(chosen), levels.map(context::withLevels).orElse(context));
    }
}
