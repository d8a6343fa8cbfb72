package org.ringside.decoder.vtd.queue;

import org.ringside.decoder.structure.BitFieldLayout;
import org.ringside.decoder.vtd.RequesterId;
import org.ringside.decoder.vtd.VtdSpecification;

/** The bit tables of invalidation descriptors: the first two quadwords of each (VT-d specification, section 6.5.2). */
final class DescriptorLayouts {
    static final BitFieldLayout CONTEXT = start("Context-Cache Invalidate Descriptor", "6.5.2.1")
            .choice(5, 4, "G", "granularity", "reserved value", "global", "domain", "device")
            .reservedZero(8, 6)
            .number(11, 9, "Type (6:4)", "")
            .reservedZero(15, 12)
            .number(31, 16, "DID", "domain identifier")
            .number(47, 32, "SID", "source identifier", DescriptorLayouts::device)
            .number(49, 48, "FM", "function bits of SID that are ignored")
            .reservedZero(63, 50)
            .build();
    static final BitFieldLayout IOTLB = start("IOTLB Invalidate Descriptor", "6.5.2.3")
            .choice(5, 4, "G", "granularity", "reserved value", "global", "domain", "pages of a domain")
            .flag(6, "DW", "drain writes")
            .flag(7, "DR", "drain reads")
            .reservedZero(8, 8)
            .number(11, 9, "Type (6:4)", "")
            .reservedZero(15, 12)
            .number(31, 16, "DID", "domain identifier")
            .reservedZero(63, 32)
            .build();
    static final BitFieldLayout DEVICE_TLB = start("Device-TLB Invalidate Descriptor", "6.5.2.5")
            .reservedZero(8, 4)
            .number(11, 9, "Type (6:4)", "")
            .number(15, 12, "PFSID (3:0)", "physical function")
            .number(20, 16, "MIP", "invalidations that may be pending")
            .reservedZero(31, 21)
            .number(47, 32, "SID", "source identifier", DescriptorLayouts::device)
            .reservedZero(51, 48)
            .number(63, 52, "PFSID (15:4)", "physical function")
            .build();
    static final BitFieldLayout INTERRUPT = start("Interrupt Entry Cache Invalidate Descriptor", "6.5.2.7")
            .flag(4, "G", "granularity", "global", "index")
            .reservedZero(8, 5)
            .number(11, 9, "Type (6:4)", "")
            .reservedZero(26, 12)
            .number(31, 27, "IM", "index mask: low bits of the index that are ignored")
            .number(47, 32, "IIDX", "interrupt index")
            .reservedZero(63, 48)
            .build();
    static final BitFieldLayout WAIT = start("Invalidation Wait Descriptor", "6.5.2.8")
            .flag(4, "IF", "interrupt when done")
            .flag(5, "SW", "write the status when done")
            .flag(6, "FN", "fence: later descriptors wait")
            .flag(7, "PD", "page requests are drained")
            .reservedZero(8, 8)
            .number(11, 9, "Type (6:4)", "")
            .reservedZero(31, 12)
            .number(63, 32, "STDATA", "status data")
            .build();
    static final BitFieldLayout PASID_IOTLB = start("PASID-based IOTLB Invalidate Descriptor", "6.5.2.4")
            .choice(5, 4, "G", "granularity", "reserved value", "reserved value", "PASID", "pages of a PASID")
            .reservedZero(8, 6)
            .number(11, 9, "Type (6:4)", "")
            .reservedZero(15, 12)
            .number(31, 16, "DID", "domain identifier")
            .number(51, 32, "PASID", "process address space")
            .reservedZero(63, 52)
            .build();
    static final BitFieldLayout PASID_CACHE = start("PASID-Cache Invalidate Descriptor", "6.5.2.2")
            .choice(5, 4, "G", "granularity", "domain", "PASID of a domain", "reserved value", "global")
            .reservedZero(8, 6)
            .number(11, 9, "Type (6:4)", "")
            .reservedZero(15, 12)
            .number(31, 16, "DID", "domain identifier")
            .number(51, 32, "PASID", "process address space")
            .reservedZero(63, 52)
            .build();
    static final BitFieldLayout PASID_DEVICE_TLB = start("PASID-based Device-TLB Invalidate Descriptor", "6.5.2.6")
            .number(8, 4, "MIP", "invalidations that may be pending")
            .number(11, 9, "Type (6:4)", "")
            .number(15, 12, "PFSID (3:0)", "physical function")
            .number(31, 16, "SID", "source identifier", DescriptorLayouts::device)
            .number(51, 32, "PASID", "process address space")
            .number(63, 52, "PFSID (15:4)", "physical function")
            .build();
    static final BitFieldLayout PAGE_RESPONSE = start("Page Group Response Descriptor", "7.7.1")
            .flag(4, "PP", "a PASID is given")
            .flag(5, "PDP", "private data is given (early revisions)")
            .reservedZero(8, 6)
            .number(11, 9, "Type (6:4)", "")
            .choice(15, 12, "RC", "response code", "success", "invalid request")
            .number(31, 16, "RID", "requester", DescriptorLayouts::device)
            .number(51, 32, "PASID", "process address space")
            .reservedZero(63, 52)
            .build();
    static final BitFieldLayout UNKNOWN = start("Invalidation Descriptor", "6.5.2")
            .number(8, 4, "Bits 8:4", "depend on the type")
            .number(11, 9, "Type (6:4)", "")
            .number(63, 12, "Bits 63:12", "depend on the type")
            .build();

    static final BitFieldLayout NOTHING = high("reserved").reservedZero(63, 0).build();
    static final BitFieldLayout PAGES = high("address")
            .number(5, 0, "AM", "address mask: pages invalidated", v -> v < 52 ? (1L << v) + " pages" : "all")
            .flag(6, "IH", "invalidation hint", "all levels may have changed", "only leaves have changed")
            .reservedZero(11, 7)
            .address(63, 12, "ADDR", "address of the pages")
            .build();
    static final BitFieldLayout DEVICE_PAGES = high("device address")
            .flag(0, "S", "size", "one page", "the low bits of the address say how many pages")
            .reservedZero(11, 1)
            .address(63, 12, "ADDR", "address of the pages")
            .build();
    static final BitFieldLayout PASID_DEVICE_PAGES = high("device address of a PASID")
            .flag(0, "G", "granularity", "one PASID", "all PASIDs")
            .reservedZero(10, 1)
            .flag(11, "S", "size", "one page", "the low bits of the address say how many pages")
            .address(63, 12, "ADDR", "address of the pages")
            .build();
    static final BitFieldLayout STATUS = high("status")
            .reservedZero(1, 0)
            .address(63, 2, "STADDR", "status address")
            .build();
    static final BitFieldLayout PAGE_GROUP = high("page group")
            .reservedZero(1, 0)
            .flag(2, "LPIG", "last page in the group (early revisions)")
            .number(11, 3, "PRGI", "page request group index")
            .reservedZero(63, 12)
            .build();
    static final BitFieldLayout ANYTHING = high("bits 127:64")
            .number(63, 0, "Bits 127:64", "depend on the type")
            .build();

    private DescriptorLayouts() {}

    private static String device(long id) {
        return new RequesterId((int) id).toString();
    }

    private static BitFieldLayout.Builder start(String name, String section) {
        return BitFieldLayout.of(VtdSpecification.AREA, name, 64, VtdSpecification.section(section))
                .number(3, 0, "Type (3:0)", "");
    }

    private static BitFieldLayout.Builder high(String name) {
        return BitFieldLayout.of(
                VtdSpecification.AREA,
                "Invalidation Descriptor, bits 127:64, " + name,
                64,
                VtdSpecification.section("6.5.2"));
    }
}
