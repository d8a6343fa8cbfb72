package org.ringside.decoder.vtd;

import static org.ringside.decoder.vtd.VtdLayouts.AREA;
import static org.ringside.decoder.vtd.VtdLayouts.spec;

import org.ringside.decoder.structure.BitFieldLayout;

/** The bit tables of first-stage entries (VT-d specification, section 9.7). */
final class FirstStageLayouts {
    static final BitFieldLayout PML5 = table("FS-PML5E", true);
    static final BitFieldLayout PML4 = table("FS-PML4E", true);
    static final BitFieldLayout PDPT_TABLE = table("FS-PDPE (table)", false);
    static final BitFieldLayout PD_TABLE = table("FS-PDE (table)", false);
    static final BitFieldLayout PDPT_1G = leaf("FS-PDPE (1 GiB page)", 30);
    static final BitFieldLayout PD_2M = leaf("FS-PDE (2 MiB page)", 21);
    static final BitFieldLayout PTE = leaf("FS-PTE (4 KiB page)", 12);

    private FirstStageLayouts() {}

    private static BitFieldLayout.Builder start(String name) {
        return BitFieldLayout.of(AREA, name, 64, spec("9.7"))
                .flag(0, "P", "", "not present", "present")
                .flag(1, "R/W", "writes", "not allowed", "allowed")
                .flag(2, "U/S", "requests with user privilege", "not allowed", "allowed")
                .flag(3, "PWT", "page-level write-through")
                .flag(4, "PCD", "page-level cache disable")
                .flag(5, "A", "accessed");
    }

    private static BitFieldLayout table(String name, boolean reserved) {
        BitFieldLayout.Builder rows = start(name).ignored(6, 6);
        if (reserved) {
            rows.reservedZero(7, 7);
        } else {
            rows.flag(7, "PS", "page size", "refers to a table", "maps a page");
        }
        return rows.ignored(9, 8)
                .flag(10, "EA", "extended accessed, where it is enabled, else ignored")
                .ignored(11, 11)
                .address(51, 12, "ADDR", "address of the table of the next level")
                .ignored(62, 52)
                .flag(63, "XD", "execute requests", "allowed", "not allowed")
                .build();
    }

    private static BitFieldLayout leaf(String name, int shift) {
        BitFieldLayout.Builder rows = start(name).flag(6, "D", "dirty");
        if (shift == 12) {
            rows.flag(7, "PAT", "page attribute table");
        } else {
            rows.flag(7, "PS", "page size", "refers to a table", "maps a page");
        }
        rows.flag(8, "G", "global")
                .ignored(9, 9)
                .flag(10, "EA", "extended accessed, where it is enabled, else ignored")
                .ignored(11, 11);
        if (shift > 12) {
            rows.flag(12, "PAT", "page attribute table");
        }
        if (shift > 13) {
            rows.reservedZero(shift - 1, 13);
        }
        return rows.address(51, shift, "ADDR", "address of the page")
                .ignored(62, 52)
                .flag(63, "XD", "execute requests", "allowed", "not allowed")
                .build();
    }
}
