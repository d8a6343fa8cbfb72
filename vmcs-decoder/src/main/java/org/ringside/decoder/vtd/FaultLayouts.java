package org.ringside.decoder.vtd;

import static org.ringside.decoder.vtd.UnitRegister.register;

import java.util.Map;
import org.ringside.decoder.structure.BitFieldLayout;

/** The fault registers of a remapping unit and the reasons of faults (VT-d specification, sections 11.4.7 and 7.1.3). */
final class FaultLayouts {
    static final UnitRegister STATUS = new UnitRegister(
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
                    .build());

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
            .number(39, 32, "FR", "fault reason", FaultLayouts::reason)
            .number(59, 40, "PV", "PASID value")
            .choice(61, 60, "AT", "address type of the request", "untranslated", "translation request", "translated")
            .flag(62, "T1", "first bit of the request's type; with T2 = 0", "write or page request", "read or atomic")
            .flag(63, "F", "fault", "the record is free", "the record holds a fault")
            .build();
    private static final Map<Integer, String> REASONS = Map.ofEntries(
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
            Map.entry(0x28, "interrupt: reserved bits in the posted-interrupt descriptor"),
            Map.entry(0x30, "the root-table address is invalid"),
            Map.entry(0x31, "a request with PASID while in legacy mode"),
            Map.entry(0x32, "a page request while in legacy mode"),
            Map.entry(0x38, "the root entry could not be read"),
            Map.entry(0x39, "the scalable-mode root entry is not present"),
            Map.entry(0x3a, "reserved bits in a scalable-mode root entry"),
            Map.entry(0x40, "the scalable-mode context entry could not be read"),
            Map.entry(0x41, "the scalable-mode context entry is not present"),
            Map.entry(0x42, "reserved bits in a scalable-mode context entry"),
            Map.entry(0x43, "the scalable-mode context entry is invalid"),
            Map.entry(0x44, "device TLBs are not enabled in the context entry"),
            Map.entry(0x45, "PASIDs are not enabled in the context entry"),
            Map.entry(0x46, "the PASID is beyond the directory"),
            Map.entry(0x47, "page requests are not enabled in the context entry"),
            Map.entry(0x48, "RID_PASID of the context entry is beyond the directory"),
            Map.entry(0x50, "the PASID directory entry could not be read"),
            Map.entry(0x51, "the PASID directory entry is not present"),
            Map.entry(0x52, "reserved bits in a PASID directory entry"),
            Map.entry(0x58, "the PASID table entry could not be read"),
            Map.entry(0x59, "the PASID table entry is not present"),
            Map.entry(0x5a, "reserved bits in a PASID table entry"),
            Map.entry(0x5b, "the PASID table entry is invalid"),
            Map.entry(0x5c, "execute requests are not enabled for the PASID"),
            Map.entry(0x5d, "supervisor requests are not enabled for the PASID"),
            Map.entry(0x70, "a first-stage entry could not be read"),
            Map.entry(0x71, "a first-stage entry is not present"),
            Map.entry(0x72, "reserved bits in a first-stage entry"),
            Map.entry(0x73, "the root of the first-stage tables could not be read (nested)"),
            Map.entry(0x74, "a first-stage table is beyond the address width (nested)"),
            Map.entry(0x75, "the root of the first-stage tables may not be read (nested)"),
            Map.entry(0x76, "a first-stage entry may not be read (nested)"),
            Map.entry(0x77, "a first-stage entry may not be written (nested)"),
            Map.entry(0x78, "a second-stage entry could not be read"),
            Map.entry(0x79, "read or write not allowed by a second-stage entry"),
            Map.entry(0x7a, "reserved bits in a second-stage entry"),
            Map.entry(0x7b, "the second-stage table pointer is invalid"),
            Map.entry(0x7c, "a second-stage entry's accessed or dirty bit could not be set"),
            Map.entry(0x80, "the first-stage address is not canonical"),
            Map.entry(0x81, "a user request to a supervisor page"),
            Map.entry(0x82, "execute not allowed"),
            Map.entry(0x83, "the address is beyond the maximum of the hardware"),
            Map.entry(0x84, "the second-stage address is beyond the address width"),
            Map.entry(0x85, "write or atomic operation not allowed"),
            Map.entry(0x86, "read or atomic operation not allowed"),
            Map.entry(0x87, "an address in the interrupt range"),
            Map.entry(0x90, "a first-stage entry's accessed or dirty bit could not be set"));

    private FaultLayouts() {}

    /** A fault reason in words. */
    static String reason(long reason) {
        return REASONS.getOrDefault((int) reason, "unknown reason");
    }
}
