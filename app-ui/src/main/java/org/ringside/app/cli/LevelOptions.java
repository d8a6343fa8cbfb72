package org.ringside.app.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ringside.decoder.ept.EptContext;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.nested.MemorySpace;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.vmcs.Vmcs;
import org.ringside.decoder.vmcs.VmxCapabilities;
import picocli.CommandLine.Option;

/** {@code --vmcs}, once for each level: the way from the host's memory into that of a guest. */
final class LevelOptions {
    private static final Pattern AT_LEVEL = Pattern.compile("[Ll](\\d{1,2}):(.+)");
    private static final int MOST_LEVELS = 8;

    @Option(
            names = "--vmcs",
            paramLabel = "ADDRESS",
            description =
                    "Go into the memory of the guest of this VMCS; once more for the guest in it, and so on. An address of the level"
                            + " reached so far, or with L0: before it of the host's memory.")
    private List<String> vmcss = new ArrayList<>();

    /**
     * The levels gone through.
     *
     * @param memories the host's memory first, the innermost last
     * @param vmcss the VMCSs; one fewer
     */
    record Levels(List<MemorySpace> memories, List<Vmcs> vmcss) {
        Levels {
            memories = List.copyOf(memories);
            vmcss = List.copyOf(vmcss);
        }

        MemorySpace innermost() {
            return memories.getLast();
        }

        Optional<Vmcs> last() {
            return vmcss.isEmpty() ? Optional.empty() : Optional.of(vmcss.getLast());
        }
    }

    /**
     * An address that may name its level.
     *
     * @param memory the memory it is an address of
     * @param value the address
     */
    record Place(MemorySpace memory, long value) {}

    boolean isEmpty() {
        return vmcss.isEmpty();
    }

    /** Opens the memories, one after the other. */
    Levels open(PhysicalMemory host, LayoutOptions layouts, VmxCapabilities capabilities, TableLimits limits)
            throws IOException {
        if (vmcss.size() > MOST_LEVELS) {
            throw new CommandFailure("--vmcs: at most %d levels".formatted(MOST_LEVELS));
        }
        List<MemorySpace> memories = new ArrayList<>(List.of(MemorySpace.host(host)));
        List<Vmcs> read = new ArrayList<>();
        for (String text : vmcss) {
            Place place = place(memories, "--vmcs", text);
            Vmcs vmcs = layouts.read(place.memory().memory(), place.value()).vmcs();
            Observed<EptContext> context = EptContext.of(vmcs, capabilities);
            if (!(context instanceof Observed.Known<EptContext>(EptContext known))) {
                throw new CommandFailure("--vmcs %s, read with layout %s, leads to no guest memory: %s"
                        .formatted(text, vmcs.layout().id(), context.reason()));
            }
            read.add(vmcs);
            memories.add(memories.getLast().guest(known, limits));
        }
        return new Levels(memories, read);
    }

    /** An address of the innermost of {@code memories}, or with {@code Ln:} of another of them. */
    static Place place(List<MemorySpace> memories, String what, String text) throws CommandFailure {
        Matcher matcher = AT_LEVEL.matcher(text);
        if (!matcher.matches()) {
            return new Place(memories.getLast(), AddressOptions.number(what, text));
        }
        int level = Integer.parseInt(matcher.group(1));
        if (level >= memories.size()) {
            throw new CommandFailure(
                    "%s %s: there is no level %d here, each further one needs a --vmcs".formatted(what, text, level));
        }
        return new Place(memories.get(level), AddressOptions.number(what, matcher.group(2)));
    }
}
