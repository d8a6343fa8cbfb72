package org.ringside.decoder.vtd;

import static org.ringside.decoder.vtd.VtdLayouts.AREA;
import static org.ringside.decoder.vtd.VtdLayouts.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.structure.BitFieldLayout;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.StructureNode;

/** The bit tables of scalable mode: root, context, PASID directory and PASID entries (VT-d specification, chapter 9). */
final class ScalableLayouts {
    static final BitFieldLayout ROOT_LOW = root("bits 63:0", "LP", "LCTP", "00.0 to 0f.7");
    static final BitFieldLayout ROOT_HIGH = root("bits 127:64", "UP", "UCTP", "10.0 to 1f.7");

    static final List<BitFieldLayout> CONTEXT = List.of(
            start("Scalable-Mode Context Entry, bits 63:0", "9.4")
                    .flag(2, "DTE", "device TLB", "translation requests are blocked", "the device may translate itself")
                    .flag(3, "PASIDE", "requests with PASID", "blocked", "allowed")
                    .flag(4, "PRE", "page requests", "blocked", "allowed")
                    .reservedZero(8, 5)
                    .number(11, 9, "PDTS", "PASID directory size", v -> (128L << v) + " entries")
                    .address(63, 12, "PASIDDIRPTR", "PASID directory pointer")
                    .build(),
            layout("Scalable-Mode Context Entry, bits 127:64", "9.4")
                    .number(19, 0, "RID_PASID", "the PASID that serves requests without PASID")
                    .flag(20, "RID_PRIV", "privilege of requests without PASID", "user", "supervisor")
                    .reservedZero(63, 21)
                    .build(),
            reserved("Scalable-Mode Context Entry, bits 191:128", "9.4"),
            reserved("Scalable-Mode Context Entry, bits 255:192", "9.4"));

    static final BitFieldLayout DIRECTORY = start("PASID Directory Entry", "9.5")
            .reservedZero(11, 2)
            .address(63, 12, "SMPTBLPTR", "PASID table pointer")
            .build();

    static final List<BitFieldLayout> PASID = List.of(
            start("PASID Table Entry, bits 63:0", "9.6")
                    .choice(
                            4,
                            2,
                            "AW",
                            "address width of the second stage",
                            "reserved (30 bits, 2 levels in early revisions)",
                            "39 bits, 3 levels",
                            "48 bits, 4 levels",
                            "57 bits, 5 levels")
                    .flag(5, "SSEE", "second-stage execute enable")
                    .choice(
                            8,
                            6,
                            "PGTT",
                            "translation type",
                            "reserved",
                            "first stage",
                            "second stage",
                            "nested: first stage, then second stage",
                            "pass-through")
                    .flag(9, "SSADE", "second-stage accessed and dirty bits")
                    .reservedZero(11, 10)
                    .address(63, 12, "SSPTPTR", "second-stage page-table pointer")
                    .build(),
            layout("PASID Table Entry, bits 127:64", "9.6")
                    .number(15, 0, "DID", "domain identifier", value -> "domain " + value)
                    .reservedZero(22, 16)
                    .flag(23, "PWSNP", "page walks snoop the processor's caches")
                    .flag(24, "PGSNP", "accesses snoop the processor's caches")
                    .flag(25, "CD", "cache disable")
                    .flag(26, "EMTE", "extended memory type enable")
                    .number(29, 27, "EMT", "extended memory type")
                    .flag(30, "PWT", "page-level write-through")
                    .flag(31, "PCD", "page-level cache disable")
                    .number(63, 32, "PAT", "page attribute table, four bits an entry")
                    .build(),
            layout("PASID Table Entry, bits 191:128", "9.6")
                    .flag(0, "SRE", "requests with supervisor privilege", "blocked", "allowed")
                    .flag(1, "ERE", "execute requests", "blocked", "allowed")
                    .choice(3, 2, "FSPM", "first-stage paging mode", "4 levels", "5 levels")
                    .flag(4, "WPE", "supervisor writes to read-only pages", "allowed", "refused")
                    .flag(5, "NXE", "no-execute enable")
                    .flag(6, "SMEP", "supervisor-mode execution prevention")
                    .flag(7, "EAFE", "extended accessed flag enable")
                    .reservedZero(11, 8)
                    .address(63, 12, "FSPTPTR", "first-stage page-table pointer")
                    .build(),
            reserved("PASID Table Entry, bits 255:192", "9.6"),
            reserved("PASID Table Entry, bits 319:256", "9.6"),
            reserved("PASID Table Entry, bits 383:320", "9.6"),
            reserved("PASID Table Entry, bits 447:384", "9.6"),
            reserved("PASID Table Entry, bits 511:448", "9.6"));

    private ScalableLayouts() {}

    /** Each word by its layout. */
    static List<StructureNode> decode(List<BitFieldLayout> layouts, List<Long> words, long address) {
        List<StructureNode> children = new ArrayList<>();
        for (int i = 0; i < layouts.size(); i++) {
            children.add(layouts.get(i)
                    .decode(
                            "bits %d:%d".formatted(i * 64 + 63, i * 64),
                            Observed.known(words.get(i)),
                            Optional.of(ByteSpan.physical(address + 8L * i, 8))));
        }
        return children;
    }

    /** What breaks the rule of a reserved field. */
    static List<Finding> check(List<BitFieldLayout> layouts, List<Long> words, long address) {
        List<Finding> findings = new ArrayList<>();
        for (int i = 0; i < layouts.size(); i++) {
            findings.addAll(layouts.get(i).check(words.get(i), Optional.of(ByteSpan.physical(address + 8L * i, 8))));
        }
        return findings;
    }

    private static BitFieldLayout root(String bits, String present, String pointer, String functions) {
        return layout("Scalable-Mode Root Entry, " + bits, "9.2")
                .flag(0, present, "functions " + functions, "requests are blocked", "present")
                .reservedZero(11, 1)
                .address(63, 12, pointer, "context-table pointer of functions " + functions)
                .build();
    }

    private static BitFieldLayout.Builder start(String name, String section) {
        return layout(name, section)
                .flag(0, "P", "", "requests are blocked", "present")
                .flag(
                        1,
                        "FPD",
                        "fault processing disable",
                        "faults are recorded and reported",
                        "faults are not recorded");
    }

    private static BitFieldLayout reserved(String name, String section) {
        return layout(name, section).reservedZero(63, 0).build();
    }

    private static BitFieldLayout.Builder layout(String name, String section) {
        return BitFieldLayout.of(AREA, name, 64, spec(section));
    }
}
