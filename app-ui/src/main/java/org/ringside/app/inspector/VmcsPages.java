package org.ringside.app.inspector;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ringside.app.inspector.InspectorPage.Fact;
import org.ringside.app.inspector.InspectorPage.Section;
import org.ringside.app.structures.FoundStructures;
import org.ringside.app.structures.FoundVmcs;
import org.ringside.app.text.Formats;
import org.ringside.app.workspace.Selection;
import org.ringside.decoder.ept.EptContext;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.nested.NestedGuests;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.vmcs.LayoutScore;
import org.ringside.decoder.vmcs.Vmcs;
import org.ringside.decoder.vmcs.VmcsField;

/** Pages of VMX regions and of addresses in their guests. */
final class VmcsPages {
    private VmcsPages() {}

    /** A region; empty until the snapshot was looked through, or if there is none at this address. */
    static Optional<InspectorPage> of(long address, Optional<FoundStructures> structures) {
        return structures.flatMap(all -> all.at(address).map(found -> of(found, all)));
    }

    private static InspectorPage of(FoundVmcs found, FoundStructures all) {
        List<Fact> facts = new ArrayList<>();
        facts.add(Fact.of("Kind", found.kind().title()));
        facts.add(Fact.of("Name", found.name()));
        facts.add(Fact.of("Where", "physical " + Formats.address(found.address()))
                .leadingTo(Selection.physical(found.address(), PhysicalMemory.PAGE_SIZE)));
        facts.add(Fact.of("Revision", Formats.address(found.region().carved().revision())));
        facts.add(
                Fact.of("Used by", found.region().level().map(VmcsPages::level).orElse("not known")));
        all.runnerOf(found)
                .ifPresent(outer -> facts.add(
                        Fact.of("In the guest of", outer.title()).leadingTo(new Selection.Vmcs(outer.address()))));
        if (found.hasGuest()) {
            facts.add(Fact.of("Guest", level(found.guest())));
        }
        found.vmcs().ifPresent(vmcs -> addState(facts, vmcs));
        Observed<EptContext> ept = all.ept(found);
        facts.add(Fact.of(
                "EPT",
                ept instanceof Observed.Known<EptContext>(EptContext context)
                        ? context.pointer()
                                + ", %d levels".formatted(context.pointer().levels())
                        : ept.reason()));
        List<Section> sections = new ArrayList<>();
        sections.add(new Section.Facts("", facts));
        if (!found.region().evidence().isEmpty()) {
            sections.add(new Section.Prose(
                    "Why it is placed so", String.join("\n", found.region().evidence())));
        }
        found.best().ifPresent(best -> sections.add(new Section.Prose("Why this layout", best.explain())));
        if (!found.runnersUp().isEmpty()) {
            sections.add(new Section.Facts(
                    "Other layouts tried",
                    found.runnersUp().stream().map(VmcsPages::runnerUp).toList()));
        }
        return new InspectorPage(found.title(), all.snapshot().name(), sections);
    }

    private static void addState(List<Fact> facts, Vmcs vmcs) {
        facts.add(Fact.of(
                "Layout",
                "%s, verified by %s"
                        .formatted(vmcs.layout().title(), vmcs.layout().verified())));
        Observed<Boolean> launched = vmcs.launched();
        facts.add(Fact.of(
                "Launch state",
                launched instanceof Observed.Known<Boolean>(Boolean yes)
                        ? yes ? "launched" : "clear"
                        : launched.reason()));
        for (VmcsField field : List.of(VmcsField.GUEST_RIP, VmcsField.GUEST_CR3, VmcsField.HOST_RIP)) {
            Observed<Long> value = vmcs.get(field);
            if (value instanceof Observed.Known<Long>(Long known)) {
                facts.add(Fact.of(field.title(), Formats.address(known)));
            }
        }
    }

    private static Fact runnerUp(LayoutScore score) {
        return Fact.of(score.layout().id(), "%d of %d points".formatted(score.points(), score.possible()));
    }

    private static String level(int level) {
        return level == 0 ? "L0, the host" : "L%d".formatted(level);
    }

    /** An address of a guest: where it is in host-physical memory. May block. */
    static Optional<InspectorPage> ofAddress(Selection.GuestAddress selected, Optional<FoundStructures> structures) {
        return structures.flatMap(all -> all.at(selected.vmcs()).map(found -> {
            List<Fact> facts = new ArrayList<>();
            facts.add(Fact.of("Address", Formats.address(selected.address())));
            facts.add(Fact.of("Guest of", found.title()).leadingTo(new Selection.Vmcs(found.address())));
            if (!selected.virtual()) {
                Observed<Long> host =
                        all.nested(found, TableLimits.standard()).flatMap(nested -> host(nested, selected.address()));
                facts.add(
                        host instanceof Observed.Known<Long>(Long where)
                                ? Fact.of("Host-physical", Formats.address(where))
                                        .leadingTo(Selection.physical(where, 1))
                                : Fact.of("Host-physical", host.reason()));
            }
            String kind = selected.virtual() ? "Guest-virtual" : "Guest-physical";
            return new InspectorPage(
                    "%s %s".formatted(kind, Formats.address(selected.address())),
                    all.snapshot().name(),
                    List.of(new Section.Facts("", facts)));
        }));
    }

    private static Observed<Long> host(NestedGuests nested, long address) {
        return nested.physical(nested.levels(), address).hostPhysical();
    }
}
