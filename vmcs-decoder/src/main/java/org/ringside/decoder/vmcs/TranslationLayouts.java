package org.ringside.decoder.vmcs;

import org.ringside.decoder.cpu.ModelSpecificRegisters;
import org.ringside.decoder.structure.BitFieldLayout;

/** Bit tables of pointers and structures that take part in address translation and interrupt delivery. */
public final class TranslationLayouts {
    /** EPTP (SDM vol. 3, 25.6.11). */
    public static final BitFieldLayout EPT_POINTER = BitFieldLayout.of(
                    "vmcs", "EPT pointer (EPTP)", 64, Sdm.section("25.6.11"))
            .choice(
                    2,
                    0,
                    "Memory type",
                    "of the EPT paging structures",
                    "uncacheable (UC)",
                    "reserved",
                    "reserved",
                    "reserved",
                    "reserved",
                    "reserved",
                    "write-back (WB)",
                    "reserved")
            .number(5, 3, "Page-walk length minus 1", "", value -> (value + 1) + " levels")
            .flag(6, "Accessed and dirty flags", "", "not used", "enabled")
            .flag(7, "Supervisor shadow-stack control", "access rights of supervisor shadow-stack pages are enforced")
            .reservedZero(11, 8)
            .address(51, 12, "EPT PML4 or PML5 table", "root of the extended page tables")
            .reservedZero(63, 52)
            .build();

    /** HLATP (SDM vol. 3, 25.6.23). */
    public static final BitFieldLayout HLAT_POINTER = BitFieldLayout.of(
                    "vmcs", "HLAT pointer", 64, Sdm.section("25.6.23"))
            .reservedZero(2, 0)
            .flag(3, "PWT", "page-level write-through")
            .flag(4, "PCD", "page-level cache disable")
            .reservedZero(11, 5)
            .address(51, 12, "HLAT table", "root paging structure, guest-physical")
            .reservedZero(63, 52)
            .build();

    /** One entry of an MSR-load or MSR-store area, first 8 bytes (SDM vol. 3, 25.7.2). */
    public static final BitFieldLayout MSR_ENTRY = BitFieldLayout.of("vmcs", "MSR entry", 64, Sdm.section("25.7.2"))
            .number(31, 0, "MSR index", "", value -> ModelSpecificRegisters.name((int) value))
            .reservedZero(63, 32)
            .build();

    /** Posted-interrupt descriptor, bytes 32 to 39 (SDM vol. 3, 30.6; VT-d specification, 9.11). */
    public static final BitFieldLayout POSTED_INTERRUPT_CONTROL = BitFieldLayout.of(
                    "vmcs", "Posted-interrupt notification", 64, Sdm.section("30.6"))
            .flag(0, "ON", "outstanding notification")
            .flag(1, "SN", "suppress notification")
            .ignored(15, 2)
            .number(23, 16, "NV", "notification vector")
            .ignored(31, 24)
            .number(63, 32, "NDST", "notification destination (APIC id)")
            .build();

    private TranslationLayouts() {}
}
