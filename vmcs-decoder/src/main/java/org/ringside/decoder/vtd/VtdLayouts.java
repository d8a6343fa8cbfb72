package org.ringside.decoder.vtd;

import java.util.List;
import org.ringside.decoder.structure.BitFieldLayout;
import org.ringside.decoder.structure.SpecificationReference;

/** The bit tables of root, context and second-stage entries (VT-d specification, chapter 9). */
final class VtdLayouts {
    static final String AREA = "vtd";

    static final BitFieldLayout ROOT_LOW = BitFieldLayout.of(AREA, "Root Entry, bits 63:0", 64, spec("9.1"))
            .flag(0, "P", "", "requests of this bus are blocked", "present")
            .reservedZero(11, 1)
            .address(63, 12, "CTP", "context-table pointer")
            .build();
    static final BitFieldLayout ROOT_HIGH = BitFieldLayout.of(AREA, "Root Entry, bits 127:64", 64, spec("9.1"))
            .reservedZero(63, 0)
            .build();

    static final BitFieldLayout CONTEXT_LOW = BitFieldLayout.of(AREA, "Context Entry, bits 63:0", 64, spec("9.3"))
            .flag(0, "P", "", "requests of this function are blocked", "present")
            .flag(1, "FPD", "fault processing disable", "faults are recorded and reported", "faults are not recorded")
            .choice(
                    3,
                    2,
                    "TT",
                    "translation type",
                    "untranslated requests through the second stage, others blocked",
                    "untranslated, translated and translation requests (Device-TLB, ATS)",
                    "pass-through: untranslated requests reach memory as they are")
            .reservedZero(11, 4)
            .address(63, 12, "SSPTPTR", "second-stage page-table pointer")
            .build();
    static final BitFieldLayout CONTEXT_HIGH = BitFieldLayout.of(AREA, "Context Entry, bits 127:64", 64, spec("9.3"))
            .choice(
                    2,
                    0,
                    "AW",
                    "address width",
                    "reserved (30 bits, 2 levels in early revisions)",
                    "39 bits, 3 levels",
                    "48 bits, 4 levels",
                    "57 bits, 5 levels")
            .ignored(6, 3)
            .reservedZero(7, 7)
            .number(23, 8, "DID", "domain identifier", value -> "domain " + value)
            .reservedZero(63, 24)
            .build();

    static final BitFieldLayout SS_PML5 = secondTable("SS-PML5E", 7);
    static final BitFieldLayout SS_PML4 = secondTable("SS-PML4E", 7);
    static final BitFieldLayout SS_PDPT_TABLE = secondTable("SS-PDPE (table)", 0);
    static final BitFieldLayout SS_PD_TABLE = secondTable("SS-PDE (table)", 0);
    static final BitFieldLayout SS_PDPT_1G = secondLeaf("SS-PDPE (1 GiB page)", 30);
    static final BitFieldLayout SS_PD_2M = secondLeaf("SS-PDE (2 MiB page)", 21);
    static final BitFieldLayout SS_PTE = secondLeaf("SS-PTE (4 KiB page)", 12);

    static final List<BitFieldLayout> ALL = List.of(
            ROOT_LOW,
            ROOT_HIGH,
            CONTEXT_LOW,
            CONTEXT_HIGH,
            SS_PML5,
            SS_PML4,
            SS_PDPT_TABLE,
            SS_PD_TABLE,
            SS_PDPT_1G,
            SS_PD_2M,
            SS_PTE);

    private VtdLayouts() {}

    static SpecificationReference spec(String section) {
        return new SpecificationReference("Intel VT-d specification rev. 4", section);
    }

    private static BitFieldLayout.Builder rights(String name) {
        return BitFieldLayout.of(AREA, name, 64, spec("9.8"))
                .flag(0, "R", "reads", "not allowed", "allowed")
                .flag(1, "W", "writes", "not allowed", "allowed")
                .flag(2, "X", "execute requests, where the unit supports them, else ignored");
    }

    private static BitFieldLayout secondTable(String name, int reservedPageSize) {
        BitFieldLayout.Builder rows = rights(name).ignored(6, 3);
        if (reservedPageSize == 7) {
            rows.reservedZero(7, 7);
        } else {
            rows.flag(7, "PS", "page size", "refers to a table", "maps a page");
        }
        return rows.flag(8, "A", "accessed, where the unit supports it, else ignored")
                .ignored(11, 9)
                .address(51, 12, "ADDR", "address of the table of the next level")
                .ignored(63, 52)
                .build();
    }

    private static BitFieldLayout secondLeaf(String name, int shift) {
        BitFieldLayout.Builder rows = rights(name)
                .choice(
                        5,
                        3,
                        "EMT",
                        "extended memory type, where the unit supports it, else ignored",
                        "uncacheable",
                        "write combining",
                        "reserved value",
                        "reserved value",
                        "write through",
                        "write protected",
                        "write back")
                .flag(6, "IPAT", "ignore the PAT, with EMT");
        if (shift == 12) {
            rows.ignored(7, 7);
        } else {
            rows.flag(7, "PS", "page size", "refers to a table", "maps a page");
        }
        rows.flag(8, "A", "accessed, where the unit supports it, else ignored")
                .flag(9, "D", "dirty, where the unit supports it, else ignored")
                .ignored(10, 10)
                .flag(11, "SNP", "snoop", "as the request says", "the processor's caches are always snooped");
        if (shift > 12) {
            rows.reservedZero(shift - 1, 12);
        }
        return rows.address(51, shift, "ADDR", "address of the page")
                .ignored(61, 52)
                .flag(62, "TM", "transient mapping, where the unit supports Device-TLBs")
                .ignored(63, 63)
                .build();
    }
}
