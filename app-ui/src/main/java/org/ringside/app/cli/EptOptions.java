package org.ringside.app.cli;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.ringside.decoder.ept.EptContext;
import org.ringside.decoder.ept.ExtendedPageTablePointer;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.nested.MemorySpace;
import org.ringside.decoder.nested.VmxRegion;
import org.ringside.decoder.nested.VmxSurvey;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.vmcs.VmxCapabilities;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which extended page tables: {@code --eptp}, {@code --vmcs}, or those of the only VMCS there is. */
final class EptOptions {
    @Option(
            names = "--eptp",
            paramLabel = "VALUE",
            description =
                    "The tables of this EPT pointer, in the innermost memory that --vmcs leads to. Without --eptp and --vmcs: those of"
                            + " the VMCS in the snapshot, if there is one only.")
    private Optional<String> eptp = Optional.empty();

    @Option(
            names = "--mode-based-execute",
            description = "With --eptp: execute rights of user mode (bit 10) apart from those of supervisor mode.")
    private boolean modeBasedExecute;

    @Mixin
    private LevelOptions levels = new LevelOptions();

    @Mixin
    private LayoutOptions layouts = new LayoutOptions();

    LayoutOptions layouts() {
        return layouts;
    }

    /** The guest memory behind the tables. */
    MemorySpace open(PhysicalMemory host, VmxCapabilities capabilities, TableLimits limits) throws IOException {
        if (eptp.isEmpty() && levels.isEmpty()) {
            return only(host);
        }
        LevelOptions.Levels reached = levels.open(host, layouts, capabilities, limits);
        if (eptp.isEmpty()) {
            return reached.innermost();
        }
        return reached.innermost().guest(context(AddressOptions.number("--eptp", eptp.get())), limits);
    }

    private EptContext context(long value) throws CommandFailure {
        ExtendedPageTablePointer pointer = new ExtendedPageTablePointer(value);
        if (pointer.levels() != 4 && pointer.levels() != 5) {
            throw new CommandFailure(
                    "--eptp %s: bits 5:3 ask for %d levels; there are 4 (0x18) or 5 (0x20). A write-back pointer to 4-level tables at 0x1000 is 0x101e"
                            .formatted(Json.hex(value), pointer.levels()));
        }
        EptContext plain = EptContext.of(value);
        return new EptContext(
                pointer,
                modeBasedExecute,
                plain.executeOnly(),
                plain.pagingWrite(),
                plain.verifyGuestPaging(),
                plain.subPagePermissions(),
                plain.virtualizationException(),
                plain.physicalAddressWidth());
    }

    private MemorySpace only(PhysicalMemory host) throws IOException {
        VmxSurvey survey = VmxSurvey.of(host, layouts.layouts(), Set.of(), () -> false);
        List<VmxRegion> running = survey.vmcss().stream()
                .filter(region -> region.guest().isPresent())
                .toList();
        List<MemorySpace> guests = running.stream()
                .flatMap(region -> region.guest().stream())
                .distinct()
                .toList();
        if (guests.size() == 1) {
            return guests.getFirst();
        }
        throw new CommandFailure(
                guests.isEmpty()
                        ? "no VMCS with extended page tables was found; give --eptp or --vmcs"
                        : "several VMCSs have extended page tables; choose one with --vmcs: "
                                + running.stream()
                                        .map(region -> "%s (%s)"
                                                .formatted(
                                                        Json.hex(region.address()),
                                                        region.guest().orElseThrow()))
                                        .collect(Collectors.joining(", ")));
    }
}
