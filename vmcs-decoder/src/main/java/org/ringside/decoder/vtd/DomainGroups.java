package org.ringside.decoder.vtd;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.Severity;

/** Groups requests by what is done with them. For one thread. */
final class DomainGroups {
    /** A PASID directory that all devices share gives each of them as many address spaces. */
    private static final int MOST_SOURCES = 1 << 18;

    private final Map<DmaTarget, List<DmaSource>> members = new LinkedHashMap<>();
    private final Map<Integer, Integer> targetsOfId = new TreeMap<>();
    private final UnitRules rules;
    private int sources;

    private DomainGroups(UnitRules rules) {
        this.rules = rules;
    }

    static List<DmaDomain> of(List<RemappingBus> buses, UnitRules rules) {
        DomainGroups groups = new DomainGroups(rules);
        for (RemappingBus bus : buses) {
            for (RemappedDevice device : bus.devices()) {
                groups.add(device);
            }
        }
        return groups.domains();
    }

    private void add(RemappedDevice device) {
        device.target().ifPresent(target -> add(target, DmaSource.of(device.id())));
        if (device.entry() instanceof ScalableContextEntry entry && entry.pasidEnabled()) {
            for (PasidEntry pasid : device.pasids()) {
                if (pasid.pasid() != entry.requesterPasid()) {
                    add(pasid.target(), new DmaSource(device.id(), OptionalInt.of(pasid.pasid())));
                }
            }
        }
    }

    private void add(DmaTarget target, DmaSource source) {
        if (sources < MOST_SOURCES) {
            sources++;
            members.computeIfAbsent(target, key -> {
                        targetsOfId.merge(key.domainId(), 1, Integer::sum);
                        return new ArrayList<>();
                    })
                    .add(source);
        }
    }

    private List<DmaDomain> domains() {
        List<DmaDomain> domains = new ArrayList<>();
        members.forEach((target, who) -> {
            List<Finding> findings = new ArrayList<>();
            boolean pasids = who.stream().anyMatch(source -> source.pasid().isPresent());
            if (targetsOfId.getOrDefault(target.domainId(), 1) > 1
                    && !pasids
                    && target.first().isEmpty()) {
                findings.add(new Finding(
                        Severity.WARNING,
                        "vtd.domain-tables-differ",
                        "domain identifier %d is used with different tables or types: cached translations of one leak into the other"
                                .formatted(target.domainId()),
                        Optional.empty(),
                        Optional.of(VtdLayouts.spec("6.2"))));
            }
            domains.add(new DmaDomain(target, rules, who, findings));
        });
        domains.sort(Comparator.comparingInt(DmaDomain::id)
                .thenComparing(domain -> domain.sources().getFirst()));
        return domains;
    }
}
