package org.ringside.decoder.vtd.dmar;

import java.util.List;
import java.util.Optional;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.structure.BitFieldLayout;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.StructureNode;
import org.ringside.decoder.vtd.VtdSpecification;

/** Nodes and flag tables of the DMAR table's fields. */
final class DmarNodes {
    static final BitFieldLayout TABLE_FLAGS = BitFieldLayout.of(
                    VtdSpecification.AREA, "DMAR Flags", 8, VtdSpecification.section("8.1"))
            .flag(0, "INTR_REMAP", "the platform can remap interrupts")
            .flag(1, "X2APIC_OPT_OUT", "firmware asks software not to use x2APIC mode")
            .flag(2, "DMA_CTRL_PLATFORM_OPT_IN", "firmware kept DMA blocked until the operating system took over")
            .reservedZero(7, 3)
            .build();
    static final BitFieldLayout DRHD_FLAGS =
            flags("DRHD Flags", "8.3", "INCLUDE_PCI_ALL", "all PCI devices of the segment that no other unit names");
    static final BitFieldLayout DRHD_SIZE = BitFieldLayout.of(
                    VtdSpecification.AREA, "DRHD Size", 8, VtdSpecification.section("8.3"))
            .number(3, 0, "N", "pages of registers", value -> (1L << value) + " pages of 4 KiB")
            .reservedZero(7, 4)
            .build();
    static final BitFieldLayout ATSR_FLAGS =
            flags("ATSR Flags", "8.5", "ALL_PORTS", "all root ports of the segment support ATS");
    static final BitFieldLayout SATC_FLAGS = flags(
            "SATC Flags", "8.8", "ATC_REQUIRED", "the devices work only with their own translation cache enabled");

    private DmarNodes() {}

    private static BitFieldLayout flags(String name, String section, String flag, String meaning) {
        return BitFieldLayout.of(VtdSpecification.AREA, name, 8, VtdSpecification.section(section))
                .flag(0, flag, meaning)
                .reservedZero(7, 1)
                .build();
    }

    /** @param offset of the field's first byte in {@code structure} */
    static StructureNode.Field number(
            String name, long value, int width, String meaning, ByteSpan structure, long offset) {
        return new StructureNode.Field(
                name,
                Observed.known(value),
                width,
                meaning,
                Optional.of(part(structure, offset, width / 8)),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of());
    }

    static StructureNode.Field bits(BitFieldLayout layout, long value, ByteSpan structure, long offset) {
        return layout.decode(value, part(structure, offset, layout.width() / 8));
    }

    private static ByteSpan part(ByteSpan structure, long offset, int length) {
        return new ByteSpan(structure.space(), structure.address() + offset, length);
    }
}
