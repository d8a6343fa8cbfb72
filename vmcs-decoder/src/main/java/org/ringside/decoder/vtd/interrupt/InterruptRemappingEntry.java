package org.ringside.decoder.vtd.interrupt;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.structure.BitFieldLayout;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.Severity;
import org.ringside.decoder.structure.StructureNode;
import org.ringside.decoder.vtd.RequesterId;
import org.ringside.decoder.vtd.VtdSpecification;

/**
 * An entry of an interrupt-remapping table (VT-d specification, sections 9.10 and 9.11).
 *
 * @param index 0 to 65535: what a remappable interrupt request names
 * @param address physical address of its first byte
 * @param low bits 63:0
 * @param high bits 127:64
 * @param x2apic whether destinations are 32-bit x2APIC ids (IRTA.EIME)
 */
public record InterruptRemappingEntry(int index, long address, long low, long high, boolean x2apic) {
    /** Bytes of an entry. */
    public static final int BYTES = 16;

    private static final int SMI = 2;
    private static final int NMI = 4;
    private static final int INIT = 5;

    public boolean present() {
        return (low & 1) != 0;
    }

    /** FPD: faults of this entry are not recorded. */
    public boolean faultProcessingDisabled() {
        return (low & 2) != 0;
    }

    /** Whether the interrupt is posted to a descriptor in memory instead of delivered. */
    public boolean posted() {
        return (low >>> 15 & 1) != 0;
    }

    /** The vector delivered, or posted as a virtual vector. */
    public int vector() {
        return (int) (low >>> 16) & 0xff;
    }

    /** APIC id, or x2APIC id, of a remapped entry's destination. */
    public long destination() {
        return x2apic ? low >>> 32 : low >>> 40 & 0xff;
    }

    /** Whether a remapped entry's destination is logical, not physical. */
    public boolean logicalDestination() {
        return (low >>> 2 & 1) != 0;
    }

    public boolean levelTriggered() {
        return !posted() && (low >>> 4 & 1) != 0;
    }

    /** DLM of a remapped entry, 0 to 7. */
    public int deliveryMode() {
        return (int) (low >>> 5) & 7;
    }

    /** {@link #deliveryMode} in words. */
    public String delivery() {
        return InterruptLayouts.delivery(deliveryMode());
    }

    /** SID. */
    public RequesterId source() {
        return new RequesterId((int) high & 0xffff);
    }

    /** SQ, 0 to 3. */
    public int sourceQualifier() {
        return (int) (high >>> 16) & 3;
    }

    /** SVT, 0 to 3; 3 is reserved. */
    public int sourceValidation() {
        return (int) (high >>> 18) & 3;
    }

    /** Physical address of a posted entry's descriptor, 64-byte aligned. */
    public long descriptor() {
        return (high & 0xffff_ffff_0000_0000L) | (low >>> 38 << 6);
    }

    /** Whether a request of {@code device} may use the entry. */
    public boolean allows(RequesterId device) {
        int value = device.value();
        int wanted = source().value();
        return switch (sourceValidation()) {
            case 0 -> true;
            case 1 -> ((value ^ wanted) & ~ignoredBits()) == 0;
            case 2 -> device.bus() >= wanted >>> 8 && device.bus() <= (wanted & 0xff);
            default -> false;
        };
    }

    private int ignoredBits() {
        return switch (sourceQualifier()) {
            case 0 -> 0;
            case 1 -> 0b100;
            case 2 -> 0b110;
            default -> 0b111;
        };
    }

    /** Who may use it, in words. */
    public String sources() {
        return switch (sourceValidation()) {
            case 0 -> "any device";
            case 1 ->
                sourceQualifier() == 0
                        ? source().toString()
                        : "%s and its like (SQ %d)".formatted(source(), sourceQualifier());
            case 2 -> "buses %02x to %02x".formatted(source().value() >>> 8, source().value() & 0xff);
            default -> "nobody: the validation type is reserved";
        };
    }

    /** In one line. */
    public String meaning() {
        if (!present()) {
            return "not present: requests are blocked";
        }
        return posted()
                ? "from %s: virtual vector 0x%02x into the descriptor at 0x%x"
                        .formatted(sources(), vector(), descriptor())
                : "from %s: %s, vector 0x%02x, %s, to %s %s"
                        .formatted(
                                sources(),
                                delivery(),
                                vector(),
                                levelTriggered() ? "level" : "edge",
                                logicalDestination() ? "logical" : "APIC id",
                                "0x%x".formatted(destination()));
    }

    public ByteSpan span() {
        return ByteSpan.physical(address, BYTES);
    }

    private BitFieldLayout lowLayout() {
        return posted()
                ? InterruptLayouts.POSTED_LOW
                : x2apic ? InterruptLayouts.REMAPPED_LOW_X2APIC : InterruptLayouts.REMAPPED_LOW_XAPIC;
    }

    private BitFieldLayout highLayout() {
        return posted() ? InterruptLayouts.POSTED_HIGH : InterruptLayouts.REMAPPED_HIGH;
    }

    /** What is odd about a present entry. */
    public List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        if (!present()) {
            return findings;
        }
        findings.addAll(lowLayout().check(low, Optional.of(ByteSpan.physical(address, 8))));
        findings.addAll(highLayout().check(high, Optional.of(ByteSpan.physical(address + 8, 8))));
        if (sourceValidation() == 0) {
            findings.add(finding(
                    "vtd.interrupt-source-not-validated", "does not validate its source: any device may raise it"));
        } else if (sourceValidation() == 3) {
            findings.add(
                    finding("vtd.reserved-source-validation", "has a reserved source validation type: it is blocked"));
        }
        int mode = deliveryMode();
        if (!posted() && (mode == SMI || mode == NMI || mode == INIT)) {
            findings.add(finding("vtd.interrupt-delivery", "lets %s raise an %s".formatted(sources(), delivery())));
        }
        return findings;
    }

    private Finding finding(String code, String what) {
        return new Finding(
                Severity.WARNING,
                code,
                "interrupt-remapping entry %d at 0x%x %s".formatted(index, address, what),
                Optional.of(span()),
                Optional.of(highLayout().reference()));
    }

    /** Every bit of it. */
    public StructureNode.Structure toStructure() {
        return new StructureNode.Structure(
                "IRTE " + index,
                meaning(),
                Optional.of(span()),
                Optional.of(VtdSpecification.section(posted() ? "9.11" : "9.10")),
                List.of(),
                List.of(
                        lowLayout()
                                .decode("bits 63:0", Observed.known(low), Optional.of(ByteSpan.physical(address, 8))),
                        highLayout()
                                .decode(
                                        "bits 127:64",
                                        Observed.known(high),
                                        Optional.of(ByteSpan.physical(address + 8, 8)))));
    }
}
