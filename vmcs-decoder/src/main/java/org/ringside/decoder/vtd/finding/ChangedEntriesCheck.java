package org.ringside.decoder.vtd.finding;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.Severity;
import org.ringside.decoder.vtd.ContextEntry;
import org.ringside.decoder.vtd.DeviceContext;
import org.ringside.decoder.vtd.DmaDomain;
import org.ringside.decoder.vtd.DmaTarget;
import org.ringside.decoder.vtd.PasidEntry;
import org.ringside.decoder.vtd.RemappedDevice;
import org.ringside.decoder.vtd.RemappingBus;
import org.ringside.decoder.vtd.RemappingTables;
import org.ringside.decoder.vtd.RequesterId;
import org.ringside.decoder.vtd.RootEntry;
import org.ringside.decoder.vtd.ScalableContextEntry;
import org.ringside.decoder.vtd.VtdSpecification;

/** Root, context and PASID entries that are not as they were. */
final class ChangedEntriesCheck {
    private final UnitReach now;
    private final UnitReach before;
    private final RemappingTables tables;
    private final RemappingTables earlier;
    private final List<DmaFinding> found = new ArrayList<>();
    private final Map<DmaDomain, Boolean> unrestrictedNow = new HashMap<>();
    private final Map<DmaDomain, Boolean> unrestrictedBefore = new HashMap<>();
    private final Map<Change, List<Place>> alike = new LinkedHashMap<>();

    private record Change(Severity severity, List<String> evidence, String how, String before, String after) {}

    private record Place(RequesterId id, ByteSpan span) {}

    private ChangedEntriesCheck(UnitReach now, UnitReach before, RemappingTables tables, RemappingTables earlier) {
        this.now = now;
        this.before = before;
        this.tables = tables;
        this.earlier = earlier;
    }

    static List<DmaFinding> of(UnitReach now, Optional<UnitReach> before) {
        Optional<RemappingTables> tables = now.unit().tables().toOptional();
        Optional<RemappingTables> earlier =
                before.flatMap(one -> one.unit().tables().toOptional());
        if (before.isEmpty() || tables.isEmpty() || earlier.isEmpty()) {
            return List.of();
        }
        ChangedEntriesCheck check = new ChangedEntriesCheck(now, before.get(), tables.get(), earlier.get());
        check.run();
        return check.found;
    }

    private void run() {
        if (tables.root() != earlier.root()
                || now.unit().mode() != before.unit().mode()) {
            found.add(DmaFinding.of(
                    new Finding(
                            Severity.ERROR,
                            "vtd.root-table-moved",
                            "%s walks the root table at 0x%x in %s; before it was the one at 0x%x in %s"
                                    .formatted(
                                            now.unit().name(),
                                            tables.root(),
                                            now.unit().mode().title(),
                                            earlier.root(),
                                            before.unit().mode().title()),
                            Optional.of(Words.page(tables.root())),
                            Optional.of(VtdSpecification.section("11.4.5"))),
                    List.of()));
        }
        for (int number = 0; number < 256; number++) {
            Optional<RemappingBus> bus = tables.bus(number);
            Optional<RemappingBus> was = earlier.bus(number);
            root(number, bus, was);
            devices(
                    bus.map(RemappingBus::devices).orElse(List.of()),
                    was.map(RemappingBus::devices).orElse(List.of()));
        }
        contexts();
    }

    private void root(int number, Optional<RemappingBus> bus, Optional<RemappingBus> was) {
        List<Long> words = bus.map(found -> words(found.entry())).orElse(List.of(0L, 0L));
        List<Long> old = was.map(found -> words(found.entry())).orElse(List.of(0L, 0L));
        if (words.equals(old)) {
            return;
        }
        List<RequesterId> freed = freed(bus, was);
        List<String> evidence = freed.isEmpty()
                ? List.of()
                : List.of("it lets %s write all memory, which they could not before".formatted(Words.devices(freed)));
        ByteSpan span = ByteSpan.physical(tables.root() + 16L * number, 16);
        found.add(changed(
                "vtd.root-entry-changed",
                "the root entry of bus %02x %s".formatted(number, how(bus.isPresent(), was.isPresent())),
                freed.isEmpty() ? Severity.WARNING : Severity.ERROR,
                span,
                evidence,
                Words.bytes(old),
                Words.bytes(words)));
    }

    /** Devices that can write all memory now and could not before. */
    private List<RequesterId> freed(Optional<RemappingBus> bus, Optional<RemappingBus> was) {
        return bus.map(RemappingBus::devices).orElse(List.of()).stream()
                .filter(device -> now.isUnrestricted(device, unrestrictedNow))
                .filter(device -> was.map(RemappingBus::devices).orElse(List.of()).stream()
                        .filter(other -> other.id().equals(device.id()))
                        .noneMatch(other -> before.isUnrestricted(other, unrestrictedBefore)))
                .map(RemappedDevice::id)
                .toList();
    }

    private void devices(List<RemappedDevice> devices, List<RemappedDevice> were) {
        Map<RequesterId, RemappedDevice> old = new HashMap<>();
        were.forEach(device -> old.put(device.id(), device));
        for (RemappedDevice device : devices) {
            Optional<RemappedDevice> was = Optional.ofNullable(old.remove(device.id()));
            device(device.id(), Optional.of(device), was);
        }
        for (RemappedDevice gone : were) {
            if (old.containsKey(gone.id())) {
                device(gone.id(), Optional.empty(), Optional.of(gone));
            }
        }
    }

    private void device(RequesterId id, Optional<RemappedDevice> device, Optional<RemappedDevice> was) {
        boolean freed = device.filter(found -> now.isUnrestricted(found, unrestrictedNow))
                        .isPresent()
                && was.filter(found -> before.isUnrestricted(found, unrestrictedBefore))
                        .isEmpty();
        List<String> evidence = new ArrayList<>();
        if (freed) {
            evidence.add("all memory can be written through it now, which was not so before");
        }
        device.flatMap(RemappedDevice::target).map(DmaTarget::meaning).ifPresent(text -> evidence.add("now: " + text));
        was.flatMap(RemappedDevice::target).map(DmaTarget::meaning).ifPresent(text -> evidence.add("before: " + text));
        Severity severity = freed ? Severity.ERROR : Severity.WARNING;
        ByteSpan span = device.or(() -> was).orElseThrow().entry().span();
        String nothing = "00".repeat((int) span.length());
        String words = device.map(found -> Words.bytes(words(found.entry()))).orElse(nothing);
        String old = was.map(found -> Words.bytes(words(found.entry()))).orElse(nothing);
        if (!words.equals(old)) {
            alike.computeIfAbsent(
                            new Change(severity, evidence, how(device.isPresent(), was.isPresent()), old, words),
                            change -> new ArrayList<>())
                    .add(new Place(id, span));
        }
        if (device.isPresent() && was.isPresent()) {
            pasids(id, device.get(), was.get(), severity, evidence);
        }
    }

    /** The same change of many entries, as an attack makes it, is one finding. */
    private void contexts() {
        alike.forEach((change, places) -> {
            List<RequesterId> ids = places.stream().map(Place::id).toList();
            found.add(changed(
                    "vtd.context-entry-changed",
                    ids.size() == 1
                            ? "the context entry of %s %s".formatted(ids.getFirst(), change.how())
                            : "%d context entries, of %s, %s alike, the first"
                                    .formatted(
                                            ids.size(),
                                            Words.devices(ids),
                                            change.how().replace("was ", "were ")),
                    change.severity(),
                    places.getFirst().span(),
                    change.evidence(),
                    change.before(),
                    change.after()));
        });
    }

    private void pasids(
            RequesterId id, RemappedDevice device, RemappedDevice was, Severity severity, List<String> evidence) {
        for (PasidEntry entry : device.pasids()) {
            Optional<PasidEntry> old = was.pasid(entry.pasid());
            List<Long> words = old.map(PasidEntry::words).orElse(List.of(0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L));
            if (!words.equals(entry.words())) {
                found.add(changed(
                        "vtd.pasid-entry-changed",
                        "the entry of PASID %d of %s %s".formatted(entry.pasid(), id, how(true, old.isPresent())),
                        severity,
                        entry.span(),
                        evidence,
                        Words.bytes(words),
                        Words.bytes(entry.words())));
            }
        }
    }

    private static String how(boolean now, boolean before) {
        return now && before ? "changed" : now ? "was added" : "was removed";
    }

    private static List<Long> words(RootEntry entry) {
        return List.of(entry.low(), entry.high());
    }

    private static List<Long> words(DeviceContext context) {
        return switch (context) {
            case ContextEntry entry -> List.of(entry.low(), entry.high());
            case ScalableContextEntry entry -> entry.words();
        };
    }

    private static DmaFinding changed(
            String code,
            String message,
            Severity severity,
            ByteSpan span,
            List<String> evidence,
            String before,
            String after) {
        return new DmaFinding(
                new Finding(
                        severity,
                        code,
                        "%s at 0x%x".formatted(message, span.address()),
                        Optional.of(span),
                        Optional.of(VtdSpecification.section("9.1"))),
                evidence,
                Optional.of(before),
                Optional.of(after));
    }
}
