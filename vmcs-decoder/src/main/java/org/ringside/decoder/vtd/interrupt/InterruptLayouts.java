package org.ringside.decoder.vtd.interrupt;

import org.ringside.decoder.structure.BitFieldLayout;
import org.ringside.decoder.vtd.RequesterId;
import org.ringside.decoder.vtd.VtdSpecification;

/** The bit tables of interrupt-remapping entries (VT-d specification, sections 9.10 and 9.11). */
final class InterruptLayouts {
    private static final String[] DELIVERY = {
        "fixed", "lowest priority", "SMI", "reserved value", "NMI", "INIT", "reserved value", "ExtINT"
    };

    static final BitFieldLayout REMAPPED_LOW_XAPIC = remapped(false);
    static final BitFieldLayout REMAPPED_LOW_X2APIC = remapped(true);
    static final BitFieldLayout REMAPPED_HIGH =
            source("IRTE (remapped), bits 127:64", "9.10").reservedZero(63, 20).build();
    static final BitFieldLayout POSTED_LOW = start("IRTE (posted), bits 63:0", "9.11")
            .reservedZero(7, 2)
            .number(11, 8, "AVAIL", "available to software")
            .reservedZero(13, 12)
            .flag(14, "URG", "urgent: the processor is notified at once")
            .flag(15, "IM", "mode", "remapped", "posted")
            .number(23, 16, "V", "virtual vector")
            .reservedZero(37, 24)
            .number(
                    63,
                    38,
                    "PDA-L",
                    "bits 31:6 of the posted-interrupt descriptor's address",
                    v -> "0x%x".formatted(v << 6))
            .build();
    static final BitFieldLayout POSTED_HIGH = source("IRTE (posted), bits 127:64", "9.11")
            .reservedZero(31, 20)
            .number(63, 32, "PDA-H", "bits 63:32 of the posted-interrupt descriptor's address")
            .build();
    static final BitFieldLayout DESCRIPTOR = BitFieldLayout.of(
                    VtdSpecification.AREA,
                    "Posted-Interrupt Descriptor, bits 319:256",
                    64,
                    VtdSpecification.section("9.12"))
            .flag(0, "ON", "outstanding notification")
            .flag(1, "SN", "suppress notification")
            .reservedZero(15, 2)
            .number(23, 16, "NV", "notification vector")
            .reservedZero(31, 24)
            .number(63, 32, "NDST", "notification destination: physical APIC id")
            .build();

    private InterruptLayouts() {}

    static String delivery(int mode) {
        return DELIVERY[mode & 7];
    }

    private static BitFieldLayout.Builder start(String name, String section) {
        return BitFieldLayout.of(VtdSpecification.AREA, name, 64, VtdSpecification.section(section))
                .flag(0, "P", "", "requests of this index are blocked", "present")
                .flag(
                        1,
                        "FPD",
                        "fault processing disable",
                        "faults are recorded and reported",
                        "faults are not recorded");
    }

    private static BitFieldLayout remapped(boolean x2apic) {
        BitFieldLayout.Builder rows = start(
                        "IRTE (remapped%s), bits 63:0".formatted(x2apic ? ", x2APIC" : ", xAPIC"), "9.10")
                .flag(2, "DM", "destination mode", "physical", "logical")
                .flag(3, "RH", "redirection hint", "directed to the processor named", "directed to one of those named")
                .flag(4, "TM", "trigger mode", "edge", "level")
                .choice(7, 5, "DLM", "delivery mode", DELIVERY)
                .number(11, 8, "AVAIL", "available to software")
                .reservedZero(14, 12)
                .flag(15, "IM", "mode", "remapped", "posted")
                .number(23, 16, "V", "vector")
                .reservedZero(31, 24);
        if (x2apic) {
            rows.number(63, 32, "DST", "destination: x2APIC id");
        } else {
            rows.reservedZero(39, 32)
                    .number(47, 40, "DST", "destination: APIC id")
                    .reservedZero(63, 48);
        }
        return rows.build();
    }

    private static BitFieldLayout.Builder source(String name, String section) {
        return BitFieldLayout.of(VtdSpecification.AREA, name, 64, VtdSpecification.section(section))
                .number(15, 0, "SID", "source identifier", v -> new RequesterId((int) v).toString())
                .choice(
                        17,
                        16,
                        "SQ",
                        "source-id qualifier",
                        "all 16 bits are compared",
                        "bit 2 of the function is ignored",
                        "bits 2:1 of the function are ignored",
                        "the function is ignored")
                .choice(
                        19,
                        18,
                        "SVT",
                        "source validation type",
                        "none: any device may use the entry",
                        "the requester must be SID, as SQ says",
                        "the requester's bus must be from SID 15:8 to SID 7:0");
    }
}
