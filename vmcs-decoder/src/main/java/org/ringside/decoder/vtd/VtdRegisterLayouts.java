package org.ringside.decoder.vtd;

import static org.ringside.decoder.vtd.UnitRegister.register;

import java.util.List;
import java.util.stream.Stream;
import org.ringside.decoder.structure.BitFieldLayout;

/** The registers of a remapping unit: offset and bit table (VT-d specification, chapter 11). */
final class VtdRegisterLayouts {
    private static final String[] GRANULARITIES = {"reserved", "global", "domain", "device"};

    static final UnitRegister GSTS = new UnitRegister(
            0x1c,
            command("GSTS_REG", "11.4.4.2", "CFIS", "IRTPS", "IRES", "QIES", "WBFS", "AFLS", "FLS", "RTPS", "TES"));

    static final UnitRegister RTADDR = new UnitRegister(
            0x20,
            register("RTADDR_REG", 64, "11.4.5")
                    .reservedZero(9, 0)
                    .choice(
                            11,
                            10,
                            "TTM",
                            "translation table mode",
                            "legacy mode",
                            "scalable mode",
                            "reserved value (extended mode in early revisions)",
                            "abort-DMA mode: all requests are blocked")
                    .address(63, 12, "RTA", "root-table address")
                    .build());

    static final UnitRegister PMEN = new UnitRegister(
            0x64,
            register("PMEN_REG", 32, "11.4.8.1")
                    .flag(0, "PRS", "protected regions", "not protected", "protected")
                    .reservedZero(30, 1)
                    .flag(31, "EPM", "enable protected memory")
                    .build());

    /** All registers with a fixed offset, by offset. */
    static final List<UnitRegister> FIXED = List.of(
            new UnitRegister(
                    0x00,
                    register("VER_REG", 32, "11.4.1")
                            .number(3, 0, "MIN", "minor version")
                            .number(7, 4, "MAX", "major version")
                            .reservedZero(31, 8)
                            .build()),
            CapabilityLayouts.CAP,
            CapabilityLayouts.ECAP,
            new UnitRegister(
                    0x18,
                    command("GCMD_REG", "11.4.4.1", "CFI", "SIRTP", "IRE", "QIE", "WBF", "EAFL", "SFL", "SRTP", "TE")),
            GSTS,
            RTADDR,
            new UnitRegister(
                    0x28,
                    register("CCMD_REG", 64, "11.4.6.1")
                            .number(15, 0, "DID", "domain identifier")
                            .number(31, 16, "SID", "source identifier", v -> new RequesterId((int) v).toString())
                            .number(33, 32, "FM", "function mask: function bits of SID ignored")
                            .reservedZero(58, 34)
                            .choice(60, 59, "CAIG", "granularity performed", GRANULARITIES)
                            .choice(62, 61, "CIRG", "granularity requested", GRANULARITIES)
                            .flag(63, "ICC", "invalidate the context cache; clear when done")
                            .build()),
            FaultLayouts.STATUS,
            new UnitRegister(0x38, eventControl("FECTL_REG", "11.4.7.2", "fault event")),
            new UnitRegister(0x3c, eventData("FEDATA_REG", "11.4.7.3")),
            new UnitRegister(0x40, eventAddress("FEADDR_REG", "11.4.7.4")),
            new UnitRegister(0x44, eventUpper("FEUADDR_REG", "11.4.7.5")),
            new UnitRegister(
                    0x58,
                    register("AFLOG_REG", 64, "11.4.7")
                            .reservedZero(8, 0)
                            .number(11, 9, "FLS", "fault-log size", v -> (1L << v) + " pages of 4 KiB")
                            .address(63, 12, "FLA", "fault-log address")
                            .build()),
            PMEN,
            new UnitRegister(0x68, limit("PLMBASE_REG", 32, "11.4.8.2", "base of the protected low memory")),
            new UnitRegister(0x6c, limit("PLMLIMIT_REG", 32, "11.4.8.3", "limit of the protected low memory")),
            new UnitRegister(0x70, limit("PHMBASE_REG", 64, "11.4.8.4", "base of the protected high memory")),
            new UnitRegister(0x78, limit("PHMLIMIT_REG", 64, "11.4.8.5", "limit of the protected high memory")),
            new UnitRegister(0x80, queueIndex("IQH_REG", "11.4.9.1", "QH", 4, "next descriptor that hardware reads")),
            new UnitRegister(0x88, queueIndex("IQT_REG", "11.4.9.2", "QT", 4, "next descriptor that software writes")),
            new UnitRegister(
                    0x90,
                    register("IQA_REG", 64, "11.4.9.3")
                            .number(2, 0, "QS", "queue size", v -> (1L << v) + " pages of 4 KiB")
                            .reservedZero(10, 3)
                            .flag(11, "DW", "descriptor width", "128 bits", "256 bits")
                            .address(63, 12, "IQA", "invalidation-queue address")
                            .build()),
            new UnitRegister(
                    0x9c,
                    register("ICS_REG", 32, "11.4.9.4")
                            .flag(0, "IWC", "an invalidation wait with interrupt has completed")
                            .reservedZero(31, 1)
                            .build()),
            new UnitRegister(0xa0, eventControl("IECTL_REG", "11.4.9.5", "invalidation event")),
            new UnitRegister(0xa4, eventData("IEDATA_REG", "11.4.9.6")),
            new UnitRegister(0xa8, eventAddress("IEADDR_REG", "11.4.9.7")),
            new UnitRegister(0xac, eventUpper("IEUADDR_REG", "11.4.9.8")),
            new UnitRegister(
                    0xb0,
                    register("IQERCD_REG", 64, "11.4.9.9")
                            .number(3, 0, "IQEI", "why the invalidation queue stopped")
                            .reservedZero(31, 4)
                            .number(47, 32, "ITESID", "source identifier of the invalidation that timed out")
                            .number(63, 48, "ICESID", "source identifier of the erroneous completion")
                            .build()),
            new UnitRegister(
                    0xb8,
                    register("IRTA_REG", 64, "11.4.10")
                            .number(3, 0, "S", "size", v -> (2L << v) + " entries")
                            .reservedZero(10, 4)
                            .flag(
                                    11,
                                    "EIME",
                                    "extended interrupt mode",
                                    "xAPIC, 8-bit APIC ids",
                                    "x2APIC, 32-bit APIC ids")
                            .address(63, 12, "IRTA", "interrupt-remapping table address")
                            .build()),
            new UnitRegister(
                    0xc0, queueIndex("PQH_REG", "11.4.11.1", "PQH", 5, "next page request that software reads")),
            new UnitRegister(
                    0xc8, queueIndex("PQT_REG", "11.4.11.2", "PQT", 5, "next page request that hardware writes")),
            new UnitRegister(
                    0xd0,
                    register("PQA_REG", 64, "11.4.11.3")
                            .number(2, 0, "PQS", "queue size", v -> (1L << v) + " pages of 4 KiB")
                            .reservedZero(11, 3)
                            .address(63, 12, "PQA", "page-request queue address")
                            .build()),
            new UnitRegister(
                    0xdc,
                    register("PRS_REG", 32, "11.4.11.4")
                            .flag(0, "PPR", "page requests are pending")
                            .flag(1, "PRO", "page-request overflow")
                            .reservedZero(31, 2)
                            .build()),
            new UnitRegister(0xe0, eventControl("PECTL_REG", "11.4.11.5", "page-request event")),
            new UnitRegister(0xe4, eventData("PEDATA_REG", "11.4.11.6")),
            new UnitRegister(0xe8, eventAddress("PEADDR_REG", "11.4.11.7")),
            new UnitRegister(0xec, eventUpper("PEUADDR_REG", "11.4.11.8")),
            new UnitRegister(
                    0x100,
                    register("MTRRCAP_REG", 64, "11.4.12.1")
                            .number(7, 0, "VCNT", "variable-range MTRRs")
                            .flag(8, "FIX", "fixed-range MTRRs")
                            .reservedZero(9, 9)
                            .flag(10, "WC", "write combining")
                            .reservedZero(63, 11)
                            .build()),
            new UnitRegister(
                    0x108,
                    register("MTRRDEF_REG", 64, "11.4.12.2")
                            .number(7, 0, "TYPE", "default memory type")
                            .reservedZero(9, 8)
                            .flag(10, "FE", "fixed-range MTRRs enabled")
                            .flag(11, "E", "MTRRs enabled")
                            .reservedZero(63, 12)
                            .build()));

    static final BitFieldLayout IVA = register("IVA_REG", 64, "11.4.6")
            .number(5, 0, "AM", "address mask: pages invalidated", v -> v < 52 ? (1L << v) + " pages" : "all")
            .flag(6, "IH", "invalidation hint", "all levels may have changed", "only leaves have changed")
            .reservedZero(11, 7)
            .address(63, 12, "ADDR", "address of the pages")
            .build();
    static final BitFieldLayout IOTLB = register("IOTLB_REG", 64, "11.4.6")
            .reservedZero(31, 0)
            .number(47, 32, "DID", "domain identifier")
            .flag(48, "DW", "drain writes")
            .flag(49, "DR", "drain reads")
            .reservedZero(56, 50)
            .choice(58, 57, "IAIG", "granularity performed", "reserved", "global", "domain", "page")
            .reservedZero(59, 59)
            .choice(61, 60, "IIRG", "granularity requested", "reserved", "global", "domain", "page")
            .reservedZero(62, 62)
            .flag(63, "IVT", "invalidate the IOTLB; clear when done")
            .build();

    static final List<BitFieldLayout> ALL = Stream.concat(
                    FIXED.stream().map(UnitRegister::layout),
                    Stream.of(FaultLayouts.FRCD_LOW, FaultLayouts.FRCD_HIGH, IVA, IOTLB))
            .toList();

    private VtdRegisterLayouts() {}

    /** GCMD and GSTS have the same bits under other names; bit 23 comes first. */
    private static BitFieldLayout command(String name, String section, String... bits) {
        return register(name, 32, section)
                .reservedZero(22, 0)
                .flag(23, bits[0], "compatibility-format interrupts pass")
                .flag(24, bits[1], "interrupt-remapping table pointer set")
                .flag(25, bits[2], "interrupt remapping enabled")
                .flag(26, bits[3], "queued invalidation enabled")
                .flag(27, bits[4], "write-buffer flush under way")
                .flag(28, bits[5], "advanced fault logging enabled")
                .flag(29, bits[6], "fault-log pointer set")
                .flag(30, bits[7], "root-table pointer set")
                .flag(31, bits[8], "DMA translation", "off: every device reaches every address", "on")
                .build();
    }

    private static BitFieldLayout eventControl(String name, String section, String event) {
        return register(name, 32, section)
                .reservedZero(29, 0)
                .flag(30, "IP", event + " interrupt pending")
                .flag(31, "IM", event + " interrupt masked")
                .build();
    }

    private static BitFieldLayout eventData(String name, String section) {
        return register(name, 32, section)
                .number(15, 0, "IMD", "interrupt message data")
                .number(31, 16, "EIMD", "extended interrupt message data")
                .build();
    }

    private static BitFieldLayout eventAddress(String name, String section) {
        return register(name, 32, section)
                .reservedZero(1, 0)
                .address(31, 2, "MA", "message address")
                .build();
    }

    private static BitFieldLayout eventUpper(String name, String section) {
        return register(name, 32, section)
                .number(31, 0, "MUA", "message upper address")
                .build();
    }

    private static BitFieldLayout limit(String name, int width, String section, String meaning) {
        return register(name, width, section)
                .number(width - 1, 0, "ADDR", meaning + "; the unit's alignment decides how many low bits are 0")
                .build();
    }

    private static BitFieldLayout queueIndex(String name, String section, String field, int shift, String meaning) {
        return register(name, 64, section)
                .reservedZero(shift - 1, 0)
                .number(18, shift, field, meaning)
                .reservedZero(63, 19)
                .build();
    }
}
