package org.ringside.decoder.npt;

import org.ringside.decoder.structure.BitFieldLayout;
import org.ringside.decoder.structure.SpecificationReference;
import org.ringside.decoder.svm.Apm;

/** Bit tables of nested-page-table entries: those of long-mode paging, as they are understood for a guest (AMD64 APM vol. 2, 5.3 and 15.25). */
final class NptLayouts {
    static final SpecificationReference REFERENCE = Apm.section("5.3.3, 5.4.1, 15.25");

    static final BitFieldLayout PML5_TABLE = table("nPML5E", true);
    static final BitFieldLayout PML4_TABLE = table("nPML4E", true);
    static final BitFieldLayout PDPT_TABLE = table("nPDPE (table)", false);
    static final BitFieldLayout PD_TABLE = table("nPDE (table)", false);
    static final BitFieldLayout PDPT_1G = large("nPDPE (1 GiB page)", 30);
    static final BitFieldLayout PD_2M = large("nPDE (2 MiB page)", 21);
    static final BitFieldLayout PTE = tail(access("nPTE (4 KiB page)")
            .flag(6, "D", "dirty: the guest has written to the page")
            .flag(7, "PAT", "selects the memory type in the host's PAT, with PCD and PWT")
            .flag(8, "G", "global; irrelevant in a nested table")
            .ignored(11, 9)
            .address(51, 12, "Page", "system-physical address of the page"));
    static final BitFieldLayout ABSENT = BitFieldLayout.of("npt", "Entry (not present)", 64, REFERENCE)
            .flag(0, "P", "", "not present", "present")
            .ignored(63, 1)
            .build();

    private NptLayouts() {}

    private static BitFieldLayout.Builder access(String name) {
        return BitFieldLayout.of("npt", name, 64, REFERENCE)
                .flag(0, "P", "", "not present", "present")
                .flag(1, "R/W", "writes of the guest", "not allowed", "allowed")
                .flag(
                        2,
                        "U/S",
                        "every access of a guest is a user access",
                        "supervisor: not for guests (with GMET: the guest's kernel may execute it)",
                        "user: for guests")
                .flag(3, "PWT", "page-level write-through")
                .flag(4, "PCD", "page-level cache disable")
                .flag(5, "A", "accessed: used for a translation");
    }

    private static BitFieldLayout table(String name, boolean root) {
        BitFieldLayout.Builder rows = access(name).ignored(6, 6);
        if (root) {
            rows.reservedZero(7, 7);
        } else {
            rows.flag(7, "PS", "page size", "refers to a table", "maps a page");
        }
        return tail(
                rows.ignored(11, 8).address(51, 12, "Table", "system-physical address of the table of the next level"));
    }

    private static BitFieldLayout large(String name, int shift) {
        return tail(access(name)
                .flag(6, "D", "dirty: the guest has written to the page")
                .flag(7, "PS", "page size", "refers to a table", "maps a page")
                .flag(8, "G", "global; irrelevant in a nested table")
                .ignored(11, 9)
                .flag(12, "PAT", "selects the memory type in the host's PAT, with PCD and PWT")
                .reservedZero(shift - 1, 13)
                .address(51, shift, "Page", "system-physical address of the page"));
    }

    private static BitFieldLayout tail(BitFieldLayout.Builder rows) {
        return rows.ignored(62, 52)
                .flag(63, "NX", "no execute, if EFER.NXE of the host is 1")
                .build();
    }
}
