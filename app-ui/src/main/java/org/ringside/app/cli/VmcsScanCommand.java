package org.ringside.app.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ringside.decoder.nested.CodeImage;
import org.ringside.decoder.nested.HypervisorImage;
import org.ringside.decoder.nested.MemorySpace;
import org.ringside.decoder.nested.VmxRegion;
import org.ringside.decoder.nested.VmxSurvey;
import org.ringside.decoder.vmcs.LayoutScore;
import org.ringside.decoder.vmcs.Vmcs;
import org.ringside.decoder.vmcs.VmcsField;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.Trace;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "scan",
        mixinStandardHelpOptions = true,
        description =
                "Finds the VMCSs of a snapshot: layout and why, level, guest memory, the hypervisor behind host RIP.")
final class VmcsScanCommand extends TraceCommand {
    private static final int MOST_RUNNERS_UP_IN_TEXT = 2;

    @Parameters(index = "1", paramLabel = "SNAP", description = "A snapshot's name or number.")
    private String snapshot = "";

    @Option(
            names = "--vmxon",
            paramLabel = "ADDRESS",
            description = "A page known to be a VMXON region, for example from a debugger; may be given several times.")
    private List<String> vmxon = List.of();

    @Option(names = "--reasons", description = "Also print each test behind the score of a layout.")
    private boolean reasons;

    @Mixin
    private LayoutOptions layouts = new LayoutOptions();

    VmcsScanCommand(Console console) {
        super(console);
    }

    @Override
    int run(Trace trace) throws IOException {
        SnapshotInfo chosen = snapshot(trace, snapshot);
        Set<Long> known = new HashSet<>();
        for (String address : vmxon) {
            known.add(AddressOptions.number("--vmxon", address));
        }
        VmxSurvey survey;
        try (Cancellation cancellation = Cancellation.onInterrupt()) {
            survey = VmxSurvey.of(trace.memory(chosen.id()), layouts.layouts(), known, cancellation::isWanted);
        }
        if (wantsJson()) {
            ObjectNode json =
                    Json.object().put("trace", trace.path().toAbsolutePath().toString());
            json.set("snapshot", Json.reference(chosen));
            json.setAll(VmxJson.survey(survey));
            write(json);
        } else {
            print(survey);
        }
        return CommandLineInterface.FINE;
    }

    private void print(VmxSurvey survey) {
        for (VmxRegion region : survey.regions()) {
            line(
                    "%-12s %s%s, revision 0x%x",
                    Json.hex(region.address()),
                    region.role().map(role -> role + ", ").orElse(""),
                    region.kind().title(),
                    region.carved().revision());
            region.carved().best().ifPresent(best -> print(best, region.carved().runnersUp()));
            region.vmcs().ifPresent(vmcs -> print(region, vmcs));
            region.evidence().forEach(why -> line("  %s", why));
        }
        if (survey.regions().isEmpty()) {
            line("no VMX regions");
        }
        survey.hypervisors().forEach(this::print);
        line(
                "%,d pages looked at%s",
                survey.pages(), survey.complete() ? "" : "; not complete: stopped, or too many regions");
    }

    private void print(LayoutScore best, List<LayoutScore> others) {
        line(
                "  layout %s (%d %%: %d of %d points); next %s",
                best.layout().id(),
                best.percent(),
                best.points(),
                best.possible(),
                String.join(
                        ", ",
                        others.stream()
                                .limit(MOST_RUNNERS_UP_IN_TEXT)
                                .map(score ->
                                        "%s (%d %%)".formatted(score.layout().id(), score.percent()))
                                .toList()));
        if (reasons) {
            best.tests().forEach(test -> line("    %s", test));
        }
    }

    private void print(VmxRegion region, Vmcs vmcs) {
        line(
                "  level %s%s, %s, host CR3 %s RIP %s, guest CR3 %s RIP %s",
                region.level().map(String::valueOf).orElse("not known"),
                region.guest().map(guest -> ", runs " + guest).orElse(""),
                vmcs.launched().map(launched -> launched ? "launched" : "clear").orElse("launch state not known"),
                value(vmcs, VmcsField.HOST_CR3),
                value(vmcs, VmcsField.HOST_RIP),
                value(vmcs, VmcsField.GUEST_CR3),
                value(vmcs, VmcsField.GUEST_RIP));
    }

    private static String value(Vmcs vmcs, VmcsField field) {
        return vmcs.get(field).map(Json::hex).orElse("?");
    }

    private void print(HypervisorImage image) {
        MemorySpace owner = image.owner();
        line(
                "hypervisor of level %d: entered at %s, CR3 %s, in %s%s",
                owner.level(),
                Json.hex(image.entry()),
                Json.hex(image.cr3()),
                owner,
                image.entryPhysical()
                        .map(physical -> ", physical " + Json.hex(physical))
                        .orElse(", not mapped"));
        print("code", image.code());
        print("kernel", image.kernel());
    }

    private void print(String what, Optional<CodeImage> found) {
        found.ifPresent(code -> {
            line(
                    "  %s %s, %,d KiB%s, image %s, entropy %.2f bits a byte",
                    what,
                    code.code(),
                    code.code().length() >> 10,
                    code.writableCode() ? " WRITABLE" : "",
                    code.image(),
                    code.entropy());
            code.marks().forEach(mark -> line("    %s: %s", mark.meaning(), mark.text()));
        });
    }
}
