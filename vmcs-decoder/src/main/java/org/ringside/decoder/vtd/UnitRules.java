package org.ringside.decoder.vtd;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a unit supports: fields that depend on what it lacks are reserved. What is not known is taken to be supported.
 *
 * @param capabilities CAP_REG, if it was captured
 * @param extendedCapabilities ECAP_REG, if it was captured
 * @param hostAddressWidth bits of a physical address that DMA can reach, 12 to 52
 */
public record UnitRules(Optional<Long> capabilities, Optional<Long> extendedCapabilities, int hostAddressWidth) {
    private static final int WIDEST = 52;
    private static final long ADDRESS = 0x000f_ffff_ffff_f000L;
    private static final long SNOOP = 1L << 11;
    private static final long TRANSIENT = 1L << 62;

    /** Nothing is known: nothing is refused for want of support. */
    public static final UnitRules UNKNOWN = new UnitRules(Optional.empty(), Optional.empty(), WIDEST);

    public UnitRules {
        hostAddressWidth = Math.clamp(hostAddressWidth, 12, WIDEST);
    }

    static UnitRules of(UnitRegisters registers, int hostAddressWidth) {
        return new UnitRules(
                registers.capabilities().toOptional(),
                registers.extendedCapabilities().toOptional(),
                hostAddressWidth);
    }

    private boolean capability(int bit) {
        return capabilities.map(cap -> (cap >>> bit & 1) != 0).orElse(true);
    }

    private boolean extended(int bit) {
        return extendedCapabilities.map(ecap -> (ecap >>> bit & 1) != 0).orElse(true);
    }

    /** ECAP.DT: devices may translate addresses themselves. */
    public boolean deviceTlbs() {
        return extended(2);
    }

    /** ECAP.PT. */
    public boolean passThrough() {
        return extended(6);
    }

    /** ECAP.SC: leaves may say that caches are snooped. */
    public boolean snoopControl() {
        return extended(7);
    }

    /** ECAP.NEST. */
    public boolean nesting() {
        return extended(26);
    }

    /** ECAP.PASID. */
    public boolean pasids() {
        return extended(40);
    }

    /** ECAP.SSTS: second-stage translation in scalable mode. */
    public boolean secondStage() {
        return extended(46);
    }

    /** ECAP.FSTS: first-stage translation in scalable mode. */
    public boolean firstStage() {
        return extended(47);
    }

    /** CAP.SSLPS: second-stage pages of {@code level}: 2 for 2 MiB, 3 for 1 GiB. */
    public boolean largePages(int level) {
        return capability(level == 2 ? 34 : 35);
    }

    /** CAP.FS1GP: first-stage pages of 1 GiB. */
    public boolean hugeFirstStagePages() {
        return capability(56);
    }

    /** CAP.FS5LP: first-stage tables with 5 levels. */
    public boolean fiveFirstStageLevels() {
        return capability(60);
    }

    /** CAP.SAGAW: whether second-stage tables may have so many levels, 3 to 5. */
    public boolean levels(int levels) {
        return capability(8 + levels - 2);
    }

    /** Address bits of a table entry that must be 0, as DMA reaches no such address. */
    public long addressesBeyond() {
        return ADDRESS & -(1L << hostAddressWidth);
    }

    /** Bits of a second-stage leaf that must be 0 for want of support. */
    public long reservedInLeaf() {
        return addressesBeyond() | (snoopControl() ? 0 : SNOOP) | (deviceTlbs() ? 0 : TRANSIENT);
    }

    /** Why a translation is refused for want of support, in words; none if it is not. */
    public List<String> refusals(DmaTarget target) {
        List<String> refusals = new ArrayList<>();
        switch (target.type()) {
            case SECOND_STAGE_AND_DEVICE_TLB -> {
                if (!deviceTlbs()) {
                    refusals.add("lets the device translate addresses, which the unit does not support (ECAP.DT = 0)");
                }
            }
            case PASS_THROUGH -> {
                if (!passThrough()) {
                    refusals.add("passes through, which the unit does not support (ECAP.PT = 0)");
                }
            }
            case FIRST_STAGE -> {
                if (!firstStage()) {
                    refusals.add("has first-stage tables, which the unit does not support (ECAP.FSTS = 0)");
                }
            }
            case NESTED -> {
                if (!nesting()) {
                    refusals.add("nests tables, which the unit does not support (ECAP.NEST = 0)");
                }
            }
            case SECOND_STAGE, RESERVED -> {}
        }
        boolean second = target.type() != TranslationType.FIRST_STAGE;
        int field = target.addressWidthField();
        if (second && field >= 1 && field <= 3 && !levels(field + 2)) {
            refusals.add("has the address width %d, which the unit does not support (CAP.SAGAW)".formatted(field));
        }
        if (target.first().filter(first -> first.levels() == 5).isPresent() && !fiveFirstStageLevels()) {
            refusals.add("has 5-level first-stage tables, which the unit does not support (CAP.FS5LP = 0)");
        }
        return refusals;
    }
}
