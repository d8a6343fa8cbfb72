package org.ringside.decoder.vtd;

import java.util.Optional;
import java.util.OptionalInt;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.Severity;

/**
 * A fault-recording register (VT-d specification, section 11.4.7.6).
 *
 * @param index which one, from 0
 * @param low bits 63:0
 * @param high bits 127:64
 * @param span its bytes in the unit's registers
 */
public record FaultRecord(int index, long low, long high, ByteSpan span) {
    private static final int FIRST_INTERRUPT_REASON = 0x20;
    private static final int LAST_INTERRUPT_REASON = 0x2f;

    /** F: whether it holds a fault that software has not cleared. */
    public boolean holdsFault() {
        return high < 0;
    }

    /** SID: who made the request. */
    public RequesterId source() {
        return new RequesterId((int) high & 0xffff);
    }

    /** FR: the reason's number. */
    public int reason() {
        return (int) (high >>> 32) & 0xff;
    }

    /** {@link #reason} in words. */
    public String reasonText() {
        return FaultLayouts.reason(reason());
    }

    /** PV, where the request had a PASID. */
    public OptionalInt pasid() {
        return (high >>> 31 & 1) != 0 ? OptionalInt.of((int) (high >>> 40) & 0xfffff) : OptionalInt.empty();
    }

    /** Whether the fault is one of interrupt remapping. */
    public boolean isInterrupt() {
        return reason() >= FIRST_INTERRUPT_REASON && reason() <= LAST_INTERRUPT_REASON;
    }

    /** The page asked for, as a DMA address; without meaning for an interrupt. */
    public long address() {
        return low & -4096L;
    }

    /** The interrupt index asked for; without meaning for DMA. */
    public int interruptIndex() {
        return (int) (low >>> 48) & 0xffff;
    }

    /** What was asked for: T1 and T2. */
    public String request() {
        boolean first = (high >>> 62 & 1) != 0;
        boolean second = (high >>> 28 & 1) != 0;
        return isInterrupt()
                ? "interrupt"
                : first ? (second ? "atomic operation" : "read") : (second ? "page request" : "write");
    }

    /** In one line. */
    public String meaning() {
        if (!holdsFault()) {
            return "free";
        }
        String of = source() + (pasid().isPresent() ? " (PASID %d)".formatted(pasid().getAsInt()) : "");
        return isInterrupt()
                ? "interrupt %d of %s: %s".formatted(interruptIndex(), of, reasonText())
                : "%s of %s at 0x%x: %s".formatted(request(), of, address(), reasonText());
    }

    /** The fault as a finding, if there is one. */
    public Optional<Finding> finding() {
        return holdsFault()
                ? Optional.of(new Finding(
                        Severity.WARNING,
                        "vtd.fault-recorded",
                        "the unit blocked a request: " + meaning(),
                        Optional.of(span),
                        Optional.of(FaultLayouts.FRCD_HIGH.reference())))
                : Optional.empty();
    }
}
