package org.ringside.decoder.vtd;

import static org.ringside.decoder.vtd.UnitRegister.register;

/** The capability registers of a remapping unit (VT-d specification, sections 11.4.2 and 11.4.3). */
final class CapabilityLayouts {
    static final UnitRegister CAP = new UnitRegister(
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
                    .number(12, 8, "SAGAW", "supported address widths", CapabilityLayouts::addressWidths)
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

    static final UnitRegister ECAP = new UnitRegister(
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

    private CapabilityLayouts() {}

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
