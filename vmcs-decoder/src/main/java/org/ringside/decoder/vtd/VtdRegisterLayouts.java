package org.ringside.decoder.vtd;

import static org.ringside.decoder.vtd.VtdLayouts.AREA;
import static org.ringside.decoder.vtd.VtdLayouts.spec;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.ringside.decoder.structure.BitFieldLayout;

/** The registers of a remapping unit: offset and bit table (VT-d specification, chapter 11). */
final class VtdRegisterLayouts {
    /**
     * A register at a fixed place.
     *
     * @param offset bytes from the unit's base
     * @param layout its name, width and bits
     */
    record Register(int offset, BitFieldLayout layout) {}

    private static final String[] GRANULARITIES = {"reserved", "global", "domain", "device"};

    static final Register CAP = new Register(
            0x08,
            register("CAP_REG", 64, "11.4.2")
                    .number(
                            2,
                            0,
                            "ND",
                            "domains supported",
                            v -> v == 7 ? "reserved value" : (16L << (2 * v)) + " domains")
                    .flag(3, "AFL", "advanced fault logging")
                    .flag(4, "RWBF", "write buffers must be flushed by software")
                    .flag(5, "PLMR", "protected low-memory region")
                    .flag(6, "PHMR", "protected high-memory region")
                    .flag(7, "CM", "caching mode: not-present entries may be cached (an emulated unit)")
                    .number(12, 8, "SAGAW", "supported address widths", VtdRegisterLayouts::addressWidths)
                    .reservedZero(15, 13)
                    .number(21, 16, "MGAW", "maximum guest address width", v -> (v + 1) + " bits")
                    .flag(22, "ZLR", "zero-length DMA reads of write-only pages")
                    .flag(23, "ISOCH", "isochronous traffic (deprecated)")
                    .number(33, 24, "FRO", "fault-recording registers", v -> "at offset 0x%x".formatted(v * 16))
                    .flag(34, "SSLPS.2M", "second-stage 2 MiB pages")
                    .flag(35, "SSLPS.1G", "second-stage 1 GiB pages")
                    .reservedZero(38, 36)
                    .flag(39, "PSI", "page-selective invalidation")
                    .number(47, 40, "NFR", "number of fault-recording registers", v -> Long.toString(v + 1))
                    .number(53, 48, "MAMV", "maximum address mask value of an invalidation")
                    .flag(54, "DWD", "write draining")
                    .flag(55, "DRD", "read draining")
                    .flag(56, "FS1GP", "first-stage 1 GiB pages")
                    .reservedZero(58, 57)
                    .flag(59, "PI", "posted interrupts")
                    .flag(60, "FS5LP", "first-stage 5-level paging")
                    .flag(61, "ECMDS", "enhanced commands")
                    .flag(62, "ESIRTPS", "setting the interrupt-remapping table pointer invalidates")
                    .flag(63, "ESRTPS", "setting the root-table pointer invalidates")
                    .build());

    static final Register ECAP = new Register(
            0x10,
            register("ECAP_REG", 64, "11.4.3")
                    .flag(0, "C", "page walks are coherent")
                    .flag(1, "QI", "queued invalidation")
                    .flag(2, "DT", "Device-TLBs")
                    .flag(3, "IR", "interrupt remapping")
                    .flag(4, "EIM", "extended interrupt mode (x2APIC)")
                    .flag(5, "CH", "caching hints (deprecated)")
                    .flag(6, "PT", "pass-through")
                    .flag(7, "SC", "snoop control")
                    .number(17, 8, "IRO", "IOTLB registers", v -> "at offset 0x%x".formatted(v * 16))
                    .reservedZero(19, 18)
                    .number(23, 20, "MHMV", "maximum handle mask value")
                    .flag(24, "ECS", "extended context (deprecated)")
                    .flag(25, "MTS", "memory types")
                    .flag(26, "NEST", "nested translation")
                    .flag(27, "DIS", "deferred invalidation (deprecated)")
                    .flag(28, "PASID.old", "process address-space identifiers (deprecated)")
                    .flag(29, "PRS", "page requests")
                    .flag(30, "ERS", "execute requests")
                    .flag(31, "SRS", "supervisor requests")
                    .flag(32, "POT", "PASID-only translations (deprecated)")
                    .flag(33, "NWFS", "no-write flag")
                    .flag(34, "EAFS", "extended accessed flag")
                    .number(39, 35, "PSS", "PASID size", v -> (v + 1) + " bits")
                    .flag(40, "PASID", "process address-space identifiers")
                    .flag(41, "DIT", "Device-TLB invalidation throttle")
                    .flag(42, "PDS", "page-request draining")
                    .flag(43, "SMTS", "scalable-mode translation")
                    .flag(44, "VCS", "virtual commands")
                    .flag(45, "SSADS", "second-stage accessed and dirty bits")
                    .flag(46, "SSTS", "second-stage translation in scalable mode")
                    .flag(47, "FSTS", "first-stage translation in scalable mode")
                    .flag(48, "SMPWCS", "scalable-mode page walks are coherent")
                    .flag(49, "RPS", "PASID for requests without one (RID_PASID)")
                    .reservedZero(50, 50)
                    .flag(51, "PMS", "performance monitoring")
                    .flag(52, "ABRTS", "abort-DMA mode")
                    .flag(53, "RPRIVS", "privilege for requests without PASID (RID_PRIV)")
                    .number(63, 54, "Later (63:54)", "assigned or reserved by later revisions")
                    .build());

    static final Register GSTS = new Register(
            0x1c,
            command("GSTS_REG", "11.4.4.2", "CFIS", "IRTPS", "IRES", "QIES", "WBFS", "AFLS", "FLS", "RTPS", "TES"));

    static final Register RTADDR = new Register(
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

    static final Register PMEN = new Register(
            0x64,
            register("PMEN_REG", 32, "11.4.8.1")
                    .flag(0, "PRS", "protected regions", "not protected", "protected")
                    .reservedZero(30, 1)
                    .flag(31, "EPM", "enable protected memory")
                    .build());

    /** All registers with a fixed offset, by offset. */
    static final List<Register> FIXED = List.of(
            new Register(
                    0x00,
                    register("VER_REG", 32, "11.4.1")
                            .number(3, 0, "MIN", "minor version")
                            .number(7, 4, "MAX", "major version")
                            .reservedZero(31, 8)
                            .build()),
            CAP,
            ECAP,
            new Register(
                    0x18,
                    command("GCMD_REG", "11.4.4.1", "CFI", "SIRTP", "IRE", "QIE", "WBF", "EAFL", "SFL", "SRTP", "TE")),
            GSTS,
            RTADDR,
            new Register(
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
            new Register(
                    0x34,
                    register("FSTS_REG", 32, "11.4.7.1")
                            .flag(0, "PFO", "fault overflow: faults were lost")
                            .flag(1, "PPF", "a fault is pending in a fault-recording register")
                            .flag(2, "AFO", "advanced fault overflow")
                            .flag(3, "APF", "advanced pending fault")
                            .flag(4, "IQE", "invalidation-queue error")
                            .flag(5, "ICE", "invalidation-completion error")
                            .flag(6, "ITE", "invalidation time-out")
                            .flag(7, "PRO", "page-request overflow (deprecated)")
                            .number(15, 8, "FRI", "index of the first pending fault-recording register")
                            .reservedZero(31, 16)
                            .build()),
            new Register(0x38, eventControl("FECTL_REG", "11.4.7.2", "fault event")),
            new Register(0x3c, eventData("FEDATA_REG", "11.4.7.3")),
            new Register(0x40, eventAddress("FEADDR_REG", "11.4.7.4")),
            new Register(0x44, eventUpper("FEUADDR_REG", "11.4.7.5")),
            new Register(
                    0x58,
                    register("AFLOG_REG", 64, "11.4.7")
                            .reservedZero(8, 0)
                            .number(11, 9, "FLS", "fault-log size", v -> (1L << v) + " pages of 4 KiB")
                            .address(63, 12, "FLA", "fault-log address")
                            .build()),
            PMEN,
            new Register(0x68, limit("PLMBASE_REG", 32, "11.4.8.2", "base of the protected low memory")),
            new Register(0x6c, limit("PLMLIMIT_REG", 32, "11.4.8.3", "limit of the protected low memory")),
            new Register(0x70, limit("PHMBASE_REG", 64, "11.4.8.4", "base of the protected high memory")),
            new Register(0x78, limit("PHMLIMIT_REG", 64, "11.4.8.5", "limit of the protected high memory")),
            new Register(0x80, queueIndex("IQH_REG", "11.4.9.1", "QH", 4, "next descriptor that hardware reads")),
            new Register(0x88, queueIndex("IQT_REG", "11.4.9.2", "QT", 4, "next descriptor that software writes")),
            new Register(
                    0x90,
                    register("IQA_REG", 64, "11.4.9.3")
                            .number(2, 0, "QS", "queue size", v -> (1L << v) + " pages of 4 KiB")
                            .reservedZero(10, 3)
                            .flag(11, "DW", "descriptor width", "128 bits", "256 bits")
                            .address(63, 12, "IQA", "invalidation-queue address")
                            .build()),
            new Register(
                    0x9c,
                    register("ICS_REG", 32, "11.4.9.4")
                            .flag(0, "IWC", "an invalidation wait with interrupt has completed")
                            .reservedZero(31, 1)
                            .build()),
            new Register(0xa0, eventControl("IECTL_REG", "11.4.9.5", "invalidation event")),
            new Register(0xa4, eventData("IEDATA_REG", "11.4.9.6")),
            new Register(0xa8, eventAddress("IEADDR_REG", "11.4.9.7")),
            new Register(0xac, eventUpper("IEUADDR_REG", "11.4.9.8")),
            new Register(
                    0xb0,
                    register("IQERCD_REG", 64, "11.4.9.9")
                            .number(3, 0, "IQEI", "why the invalidation queue stopped")
                            .reservedZero(31, 4)
                            .number(47, 32, "ITESID", "source identifier of the invalidation that timed out")
                            .number(63, 48, "ICESID", "source identifier of the erroneous completion")
                            .build()),
            new Register(
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
            new Register(0xc0, queueIndex("PQH_REG", "11.4.11.1", "PQH", 5, "next page request that software reads")),
            new Register(0xc8, queueIndex("PQT_REG", "11.4.11.2", "PQT", 5, "next page request that hardware writes")),
            new Register(
                    0xd0,
                    register("PQA_REG", 64, "11.4.11.3")
                            .number(2, 0, "PQS", "queue size", v -> (1L << v) + " pages of 4 KiB")
                            .reservedZero(11, 3)
                            .address(63, 12, "PQA", "page-request queue address")
                            .build()),
            new Register(
                    0xdc,
                    register("PRS_REG", 32, "11.4.11.4")
                            .flag(0, "PPR", "page requests are pending")
                            .flag(1, "PRO", "page-request overflow")
                            .reservedZero(31, 2)
                            .build()),
            new Register(0xe0, eventControl("PECTL_REG", "11.4.11.5", "page-request event")),
            new Register(0xe4, eventData("PEDATA_REG", "11.4.11.6")),
            new Register(0xe8, eventAddress("PEADDR_REG", "11.4.11.7")),
            new Register(0xec, eventUpper("PEUADDR_REG", "11.4.11.8")),
            new Register(
                    0x100,
                    register("MTRRCAP_REG", 64, "11.4.12.1")
                            .number(7, 0, "VCNT", "variable-range MTRRs")
                            .flag(8, "FIX", "fixed-range MTRRs")
                            .reservedZero(9, 9)
                            .flag(10, "WC", "write combining")
                            .reservedZero(63, 11)
                            .build()),
            new Register(
                    0x108,
                    register("MTRRDEF_REG", 64, "11.4.12.2")
                            .number(7, 0, "TYPE", "default memory type")
                            .reservedZero(9, 8)
                            .flag(10, "FE", "fixed-range MTRRs enabled")
                            .flag(11, "E", "MTRRs enabled")
                            .reservedZero(63, 12)
                            .build()));

    static final BitFieldLayout FRCD_LOW = register("FRCD_REG, bits 63:0", 64, "11.4.7.6")
            .reservedZero(11, 0)
            .address(63, 12, "FI", "fault information: page address, or in bits 63:48 the interrupt index")
            .build();
    static final BitFieldLayout FRCD_HIGH = register("FRCD_REG, bits 127:64", 64, "11.4.7.6")
            .number(15, 0, "SID", "source", v -> new RequesterId((int) v).toString())
            .reservedZero(27, 16)
            .flag(28, "T2", "second bit of the request's type")
            .flag(29, "PRIV", "privileged mode was requested (with PASID)")
            .flag(30, "EXE", "execute permission was requested (with PASID)")
            .flag(31, "PP", "the request had a PASID")
            .number(39, 32, "FR", "fault reason", VtdRegisterLayouts::faultReason)
            .number(59, 40, "PV", "PASID value")
            .choice(61, 60, "AT", "address type of the request", "untranslated", "translation request", "translated")
            .flag(62, "T1", "first bit of the request's type; with T2 = 0", "write or page request", "read or atomic")
            .flag(63, "F", "fault", "the record is free", "the record holds a fault")
            .build();
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

    private static final Map<Integer, String> FAULT_REASONS = Map.ofEntries(
            Map.entry(0x00, "no fault"),
            Map.entry(0x01, "the root entry is not present"),
            Map.entry(0x02, "the context entry is not present"),
            Map.entry(0x03, "the context entry is invalid"),
            Map.entry(0x04, "the address is beyond the address width"),
            Map.entry(0x05, "write not allowed"),
            Map.entry(0x06, "read not allowed"),
            Map.entry(0x07, "a second-stage table could not be read"),
            Map.entry(0x08, "the root table could not be read"),
            Map.entry(0x09, "the context table could not be read"),
            Map.entry(0x0a, "reserved bits in a root entry"),
            Map.entry(0x0b, "reserved bits in a context entry"),
            Map.entry(0x0c, "reserved bits in a second-stage entry"),
            Map.entry(0x0d, "translated or translation request blocked by the translation type"),
            Map.entry(0x20, "interrupt: reserved bits in the request"),
            Map.entry(0x21, "interrupt: the index is beyond the table"),
            Map.entry(0x22, "interrupt: the entry is not present"),
            Map.entry(0x23, "interrupt: the table could not be read"),
            Map.entry(0x24, "interrupt: reserved bits in the entry"),
            Map.entry(0x25, "interrupt: compatibility-format request blocked"),
            Map.entry(0x26, "interrupt: the source is not allowed to use the entry"),
            Map.entry(0x27, "interrupt: the posted-interrupt descriptor could not be read"),
            Map.entry(0x28, "interrupt: reserved bits in the posted-interrupt descriptor"));

    static final List<BitFieldLayout> ALL = Stream.concat(
                    FIXED.stream().map(Register::layout), Stream.of(FRCD_LOW, FRCD_HIGH, IVA, IOTLB))
            .toList();

    private VtdRegisterLayouts() {}

    static String faultReason(long reason) {
        String text = FAULT_REASONS.get((int) reason);
        return text != null ? text : reason >= 0x30 ? "a scalable-mode fault" : "unknown";
    }

    private static BitFieldLayout.Builder register(String name, int width, String section) {
        return BitFieldLayout.of(AREA, name, width, spec(section));
    }

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

    private static String addressWidths(long value) {
        StringBuilder text = new StringBuilder();
        String[] widths = {"30 bits", "39 bits", "48 bits", "57 bits", "64 bits"};
        for (int bit = 0; bit < widths.length; bit++) {
            if ((value >>> bit & 1) != 0) {
                text.append(text.isEmpty() ? "" : ", ").append(widths[bit]);
            }
        }
        return text.isEmpty() ? "none" : text.toString();
    }
}
