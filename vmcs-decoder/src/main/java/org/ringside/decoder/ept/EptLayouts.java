package org.ringside.decoder.ept;

import java.util.List;
import org.ringside.decoder.structure.BitFieldLayout;
import org.ringside.decoder.structure.SpecificationReference;

/** The bit tables of EPT entries (SDM vol. 3, 29.3.2). */
final class EptLayouts {
    static final SpecificationReference REFERENCE = new SpecificationReference("Intel SDM vol. 3", "29.3.2");
    static final SpecificationReference MISCONFIGURATION = new SpecificationReference("Intel SDM vol. 3", "29.3.3.1");

    private static final String[] MEMORY_TYPES = {
        "uncacheable (UC)",
        "write-combining (WC)",
        "reserved",
        "reserved",
        "write-through (WT)",
        "write-protected (WP)",
        "write-back (WB)",
        "reserved"
    };

    static final BitFieldLayout PML5_TABLE = upper("EPT PML5E");
    static final BitFieldLayout PML4_TABLE = upper("EPT PML4E");
    static final BitFieldLayout PDPT_TABLE = middle("EPT PDPTE (table)");
    static final BitFieldLayout PD_TABLE = middle("EPT PDE (table)");
    static final BitFieldLayout PDPT_1G = large("EPT PDPTE (1 GiB page)", 30);
    static final BitFieldLayout PD_2M = large("EPT PDE (2 MiB page)", 21);
    static final BitFieldLayout PTE = leaf("EPT PTE (4 KiB page)")
            .ignored(7, 7)
            .flag(8, "Accessed", "used for a translation, if accessed flags are enabled")
            .flag(9, "Dirty", "software has written to the page, if dirty flags are enabled")
            .flag(10, "User-mode execute", "if execute control is mode-based, else ignored")
            .ignored(11, 11)
            .address(51, 12, "Page", "physical address of the page")
            .ignored(56, 52)
            .flag(57, "Verify guest paging", "if guest-paging verification is on, else ignored")
            .flag(58, "Paging-write access", "if EPT paging-write control is on, else ignored")
            .ignored(59, 59)
            .flag(60, "Supervisor shadow stack", "if EPTP[7] = 1, else ignored")
            .flag(61, "Sub-page write permissions", "if sub-page permissions are on, else ignored")
            .ignored(62, 62)
            .flag(63, "Suppress #VE", "a violation causes a VM exit, not #VE, if EPT-violation #VE is on, else ignored")
            .build();
    static final BitFieldLayout ABSENT = BitFieldLayout.of("ept", "EPT entry (not present)", 64, REFERENCE)
            .flag(0, "Read", "data reads", "not allowed", "allowed")
            .flag(1, "Write", "data writes", "not allowed", "allowed")
            .flag(2, "Execute", "instruction fetches", "not allowed", "allowed")
            .ignored(62, 3)
            .flag(63, "Suppress #VE", "a violation causes a VM exit, not #VE, if EPT-violation #VE is on, else ignored")
            .build();

    /** One entry of the tables of sub-page permissions above the last level (SDM vol. 3, 29.3.4). */
    static final BitFieldLayout SPP_TABLE = BitFieldLayout.of(
                    "ept", "SPP entry", 64, new SpecificationReference("Intel SDM vol. 3", "29.3.4"))
            .flag(0, "Valid", "")
            .reservedZero(11, 1)
            .address(51, 12, "Table", "physical address of the table of the next level")
            .reservedZero(63, 52)
            .build();

    static final List<BitFieldLayout> ALL =
            List.of(PML5_TABLE, PML4_TABLE, PDPT_TABLE, PD_TABLE, PDPT_1G, PD_2M, PTE, ABSENT, SPP_TABLE);

    private EptLayouts() {}

    private static BitFieldLayout.Builder rights(String name) {
        return BitFieldLayout.of("ept", name, 64, REFERENCE)
                .flag(0, "Read", "data reads", "not allowed", "allowed")
                .flag(1, "Write", "data writes", "not allowed", "allowed")
                .flag(2, "Execute", "fetches; in supervisor mode if mode-based", "not allowed", "allowed");
    }

    private static BitFieldLayout upper(String name) {
        return table(rights(name).reservedZero(7, 3));
    }

    private static BitFieldLayout middle(String name) {
        return table(rights(name).reservedZero(6, 3).flag(7, "Large", "", "refers to a table", "maps a page"));
    }

    private static BitFieldLayout table(BitFieldLayout.Builder rows) {
        return rows.flag(8, "Accessed", "used for a translation, if accessed flags are enabled")
                .ignored(9, 9)
                .flag(10, "User-mode execute", "if execute control is mode-based, else ignored")
                .ignored(11, 11)
                .address(51, 12, "Table", "physical address of the table of the next level")
                .ignored(62, 52)
                .flag(63, "Suppress #VE", "ignored in entries that refer to a table")
                .build();
    }

    private static BitFieldLayout.Builder leaf(String name) {
        return rights(name)
                .choice(5, 3, "Memory type", "", MEMORY_TYPES)
                .flag(6, "Ignore PAT", "", "the guest's PAT takes part", "the EPT memory type alone counts");
    }

    private static BitFieldLayout large(String name, int shift) {
        return leaf(name)
                .flag(7, "Large", "", "refers to a table", "maps a page")
                .flag(8, "Accessed", "used for a translation, if accessed flags are enabled")
                .flag(9, "Dirty", "software has written to the page, if dirty flags are enabled")
                .flag(10, "User-mode execute", "if execute control is mode-based, else ignored")
                .ignored(11, 11)
                .reservedZero(shift - 1, 12)
                .address(51, shift, "Page", "physical address of the page")
                .ignored(56, 52)
                .flag(57, "Verify guest paging", "if guest-paging verification is on, else ignored")
                .flag(58, "Paging-write access", "if EPT paging-write control is on, else ignored")
                .ignored(59, 59)
                .flag(60, "Supervisor shadow stack", "if EPTP[7] = 1, else ignored")
                .ignored(62, 61)
                .flag(63, "Suppress #VE", "a violation causes a VM exit, not #VE, if EPT-violation #VE is on")
                .build();
    }
}
