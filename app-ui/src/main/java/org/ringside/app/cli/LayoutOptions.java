package org.ringside.app.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.vmcs.CarvedRegion;
import org.ringside.decoder.vmcs.LayoutScore;
import org.ringside.decoder.vmcs.Vmcs;
import org.ringside.decoder.vmcs.VmcsCarver;
import org.ringside.decoder.vmcs.VmcsLayout;
import org.ringside.decoder.vmcs.VmcsLayouts;
import picocli.CommandLine.Option;

/** {@code --layout} and {@code --layout-file}: where in a region the fields of a VMCS are. */
final class LayoutOptions {
    @Option(
            names = "--layout",
            paramLabel = "LAYOUT",
            description =
                    "Read VMCSs with this layout (ringside vmcs layouts lists them) instead of the most plausible one.")
    private Optional<String> layout = Optional.empty();

    @Option(
            names = "--layout-file",
            paramLabel = "FILE",
            description = "A layout of your own, a text file; may be given several times.")
    private List<Path> files = new ArrayList<>();

    /**
     * A VMCS with the layout it is read with.
     *
     * @param vmcs the region
     * @param score how well the layout fits
     */
    record Chosen(Vmcs vmcs, LayoutScore score) {}

    /** The layouts that come with the program, and those of {@code --layout-file}. */
    VmcsLayouts layouts() throws IOException {
        VmcsLayouts all = VmcsLayouts.shipped();
        for (Path file : files) {
            if (!Files.exists(file)) {
                throw new CommandFailure(file + ": no such layout file");
            }
            try {
                all = all.with(VmcsLayouts.parse(file.toString(), Files.readString(file)));
            } catch (IllegalArgumentException e) {
                throw new CommandFailure(String.valueOf(e.getMessage()), e);
            }
        }
        return all;
    }

    /** The layout asked for, or the only one of {@code --layout-file}; empty if the most plausible one is wanted. */
    Optional<VmcsLayout> wanted() throws IOException {
        VmcsLayouts all = layouts();
        if (layout.isPresent()) {
            return Optional.of(all.find(layout.get())
                    .orElseThrow(() -> new CommandFailure("--layout %s: there is no such layout; there are: %s"
                            .formatted(
                                    layout.get(),
                                    all.all().stream().map(VmcsLayout::id).collect(Collectors.joining(", "))))));
        }
        if (files.size() != 1) {
            return Optional.empty();
        }
        Path only = files.getFirst();
        return Optional.of(VmcsLayouts.parse(only.toString(), Files.readString(only)));
    }

    /**
     * The VMCS at an address.
     *
     * @param memory the memory that {@code address} is an address of
     * @throws CommandFailure if the page is not captured or nothing is there to choose a layout by
     */
    Chosen read(PhysicalMemory memory, long address) throws IOException {
        Optional<VmcsLayout> asked = wanted();
        if (asked.isPresent()) {
            Vmcs vmcs = known(Vmcs.read(memory, address, asked.get()), address);
            return new Chosen(vmcs, LayoutScore.of(memory, vmcs));
        }
        VmcsCarver carver = new VmcsCarver(memory, layouts(), Set.of(), () -> false);
        CarvedRegion region = known(carver.at(address), address);
        LayoutScore best = region.best()
                .orElseThrow(() -> new CommandFailure(
                        "%s: nothing but a revision identifier, 0x%x, is there; ringside vmcs scan finds VMCSs, --layout reads this page anyway"
                                .formatted(Json.hex(address), region.revision())));
        return new Chosen(known(Vmcs.read(memory, address, best.layout()), address), best);
    }

    private static <T> T known(Observed<T> observed, long address) throws CommandFailure {
        return observed.toOptional()
                .orElseThrow(() -> new CommandFailure(
                        "%s: the page of the VMCS: %s".formatted(Json.hex(address), observed.reason())));
    }
}
