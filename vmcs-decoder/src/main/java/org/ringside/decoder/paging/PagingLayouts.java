package org.ringside.decoder.paging;

import java.util.List;
import org.ringside.decoder.structure.BitFieldLayout;
import org.ringside.decoder.structure.SpecificationReference;

/** The bit tables of paging-structure entries (Intel SDM vol. 3, sections 4.3 to 4.5). */
final class PagingLayouts {
    static final String AREA = "paging";
    private static final SpecificationReference TABLE_4_5 = sdm("4.3, table 4-5");
    private static final SpecificationReference TABLE_4_4 = sdm("4.3, table 4-4");
    private static final SpecificationReference TABLE_4_6 = sdm("4.3, table 4-6");

    /** A table of the next level in 4-level and 5-level paging, and below the PDPTEs in PAE paging. */
    static final BitFieldLayout PML5_TABLE = longTable("PML5E", sdm("4.5.5, table 4-14"), false);

    static final BitFieldLayout PML4_TABLE = longTable("PML4E", sdm("4.5.5, table 4-15"), false);
    static final BitFieldLayout PDPT_TABLE = longTable("PDPTE (table)", sdm("4.5.5, table 4-17"), true);
    static final BitFieldLayout PD_TABLE = longTable("PDE (table)", sdm("4.5.5, table 4-19"), true);
    static final BitFieldLayout PDPT_1G = longLarge("PDPTE (1 GiB page)", sdm("4.5.5, table 4-16"), 30);
    static final BitFieldLayout PD_2M = longLarge("PDE (2 MiB page)", sdm("4.5.5, table 4-18"), 21);
    static final BitFieldLayout PTE = access("PTE (4 KiB page)", 64, sdm("4.5.5, table 4-20"))
            .flag(6, "D", "dirty: software has written to the page")
            .flag(7, "PAT", "selects the memory type, with PCD and PWT")
            .flag(8, "G", "global: kept in the TLB over a change of CR3, if CR4.PGE = 1")
            .ignored(10, 9)
            .flag(11, "R", "restart HLAT paging with ordinary paging; ignored in ordinary paging")
            .address(51, 12, "Page", "physical address of the page")
            .ignored(58, 52)
            .number(62, 59, "PK", "protection key, if CR4.PKE or CR4.PKS = 1, else ignored")
            .flag(63, "XD", "execute disable, if IA32_EFER.NXE = 1")
            .build();
    static final BitFieldLayout LONG_ABSENT = absent(64, sdm("4.5.5"));

    static final BitFieldLayout PAE_PDPTE = BitFieldLayout.of(AREA, "PAE PDPTE", 64, sdm("4.4.1, table 4-8"))
            .flag(0, "P", "", "not present", "present")
            .reservedZero(2, 1)
            .flag(3, "PWT", "page-level write-through")
            .flag(4, "PCD", "page-level cache disable")
            .reservedZero(8, 5)
            .ignored(11, 9)
            .address(51, 12, "PageDirectory", "physical address of the page directory")
            .reservedZero(63, 52)
            .build();
    static final BitFieldLayout PAE_PD_TABLE = paeTail(access("PAE PDE (table)", 64, sdm("4.4.2, table 4-10"))
            .ignored(6, 6)
            .flag(7, "PS", "page size", "refers to a page table", "maps a 2 MiB page")
            .ignored(11, 8)
            .address(51, 12, "PageTable", "physical address of the page table"));
    static final BitFieldLayout PAE_PD_2M = paeTail(large("PAE PDE (2 MiB page)", sdm("4.4.2, table 4-9"))
            .flag(12, "PAT", "selects the memory type, with PCD and PWT")
            .reservedZero(20, 13)
            .address(51, 21, "Page", "physical address of the 2 MiB page"));
    static final BitFieldLayout PAE_PTE = paeTail(access("PAE PTE (4 KiB page)", 64, sdm("4.4.2, table 4-11"))
            .flag(6, "D", "dirty: software has written to the page")
            .flag(7, "PAT", "selects the memory type, with PCD and PWT")
            .flag(8, "G", "global: kept in the TLB over a change of CR3, if CR4.PGE = 1")
            .ignored(11, 9)
            .address(51, 12, "Page", "physical address of the page"));

    static final BitFieldLayout SHORT_PD_TABLE = access("32-bit PDE (table)", 32, TABLE_4_5)
            .ignored(6, 6)
            .flag(7, "PS", "page size, if CR4.PSE = 1", "refers to a page table", "maps a 4 MiB page")
            .ignored(11, 8)
            .address(31, 12, "PageTable", "physical address of the page table")
            .build();
    static final BitFieldLayout SHORT_PD_4M = large("32-bit PDE (4 MiB page)", 32, TABLE_4_4)
            .flag(12, "PAT", "selects the memory type, with PCD and PWT")
            .number(20, 13, "PageHigh", "bits 39:32 of the physical address of the 4 MiB page (PSE-36)")
            .reservedZero(21, 21)
            .address(31, 22, "Page", "bits 31:22 of the physical address of the 4 MiB page")
            .build();
    static final BitFieldLayout SHORT_PTE = access("32-bit PTE (4 KiB page)", 32, TABLE_4_6)
            .flag(6, "D", "dirty: software has written to the page")
            .flag(7, "PAT", "selects the memory type, with PCD and PWT")
            .flag(8, "G", "global: kept in the TLB over a change of CR3, if CR4.PGE = 1")
            .ignored(11, 9)
            .address(31, 12, "Page", "physical address of the page")
            .build();
    static final BitFieldLayout SHORT_ABSENT = absent(32, sdm("4.3"));

    static final List<BitFieldLayout> ALL = List.of(
            PML5_TABLE,
            PML4_TABLE,
            PDPT_TABLE,
            PD_TABLE,
            PDPT_1G,
            PD_2M,
            PTE,
            LONG_ABSENT,
            PAE_PDPTE,
            PAE_PD_TABLE,
            PAE_PD_2M,
            PAE_PTE,
            SHORT_PD_TABLE,
            SHORT_PD_4M,
            SHORT_PTE,
            SHORT_ABSENT);

    private PagingLayouts() {}

    private static SpecificationReference sdm(String section) {
        return new SpecificationReference("Intel SDM vol. 3", section);
    }

    private static BitFieldLayout.Builder access(String name, int width, SpecificationReference reference) {
        return BitFieldLayout.of(AREA, name, width, reference)
                .flag(0, "P", "", "not present", "present")
                .flag(1, "R/W", "writes", "not allowed", "allowed")
                .flag(2, "U/S", "user-mode accesses", "not allowed", "allowed")
                .flag(3, "PWT", "page-level write-through")
                .flag(4, "PCD", "page-level cache disable")
                .flag(5, "A", "accessed: used for a translation");
    }

    private static BitFieldLayout longTable(String name, SpecificationReference reference, boolean pageSizeBit) {
        BitFieldLayout.Builder rows = access(name, 64, reference).ignored(6, 6);
        if (pageSizeBit) {
            rows.flag(7, "PS", "page size", "refers to a table", "maps a page");
        } else {
            rows.reservedZero(7, 7);
        }
        return rows.ignored(10, 8)
                .flag(11, "R", "restart HLAT paging with ordinary paging; ignored in ordinary paging")
                .address(51, 12, "Table", "physical address of the table of the next level")
                .ignored(62, 52)
                .flag(63, "XD", "execute disable, if IA32_EFER.NXE = 1")
                .build();
    }

    private static BitFieldLayout longLarge(String name, SpecificationReference reference, int shift) {
        return large(name, 64, reference)
                .flag(12, "PAT", "selects the memory type, with PCD and PWT")
                .reservedZero(shift - 1, 13)
                .address(51, shift, "Page", "physical address of the page")
                .ignored(58, 52)
                .number(62, 59, "PK", "protection key, if CR4.PKE or CR4.PKS = 1, else ignored")
                .flag(63, "XD", "execute disable, if IA32_EFER.NXE = 1")
                .build();
    }

    private static BitFieldLayout.Builder large(String name, SpecificationReference reference) {
        return large(name, 64, reference);
    }

    private static BitFieldLayout.Builder large(String name, int width, SpecificationReference reference) {
        BitFieldLayout.Builder rows = access(name, width, reference)
                .flag(6, "D", "dirty: software has written to the page")
                .flag(7, "PS", "page size", "refers to a table", "maps a page")
                .flag(8, "G", "global: kept in the TLB over a change of CR3, if CR4.PGE = 1");
        boolean longMode = width == 64 && !name.startsWith("PAE");
        return longMode
                ? rows.ignored(10, 9)
                        .flag(11, "R", "restart HLAT paging with ordinary paging; ignored in ordinary paging")
                : rows.ignored(11, 9);
    }

    private static BitFieldLayout paeTail(BitFieldLayout.Builder rows) {
        return rows.reservedZero(62, 52)
                .flag(63, "XD", "execute disable, if IA32_EFER.NXE = 1")
                .build();
    }

    private static BitFieldLayout absent(int width, SpecificationReference reference) {
        return BitFieldLayout.of(AREA, "Entry (not present)", width, reference)
                .flag(0, "P", "", "not present", "present")
                .ignored(width - 1, 1)
                .build();
    }
}
