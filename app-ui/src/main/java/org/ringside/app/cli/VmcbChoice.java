package org.ringside.app.cli;

import java.util.List;
import java.util.stream.Collectors;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.svm.CarvedVmcb;
import org.ringside.decoder.svm.Vmcb;
import org.ringside.decoder.svm.VmcbCarver;

/** Which VMCB a command is about: the one at an address, or the only one there is. */
final class VmcbChoice {
    private VmcbChoice() {}

    /** The VMCB at an address, whatever is there. */
    static Vmcb at(PhysicalMemory memory, long address) throws CommandFailure {
        return switch (Vmcb.read(memory, address)) {
            case Observed.Known<Vmcb>(Vmcb vmcb) -> vmcb;
            case Observed<Vmcb> missing ->
                throw new CommandFailure("the page at %s: %s".formatted(Json.hex(address), missing.reason()));
        };
    }

    /**
     * The only VMCB of a snapshot.
     *
     * @param option how one is chosen where there are several, for the message
     */
    static Vmcb only(PhysicalMemory memory, String option) throws CommandFailure {
        List<CarvedVmcb> found;
        try (Cancellation cancellation = Cancellation.onInterrupt()) {
            found = new VmcbCarver(memory, cancellation::isWanted)
                    .scan().vmcbs().stream()
                            .filter(one -> one.kind() != CarvedVmcb.Kind.HOST_SAVE_AREA)
                            .toList();
        }
        if (found.size() == 1) {
            return at(memory, found.getFirst().address());
        }
        throw new CommandFailure(
                found.isEmpty()
                        ? "no VMCB was found; give " + option
                        : "there are several VMCBs; choose one with %s: %s"
                                .formatted(
                                        option,
                                        found.stream()
                                                .map(one -> Json.hex(one.address()))
                                                .collect(Collectors.joining(", "))));
    }
}
