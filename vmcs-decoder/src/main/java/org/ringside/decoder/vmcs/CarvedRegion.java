package org.ringside.decoder.vmcs;

import java.util.List;
import java.util.Optional;

/**
 * A page that is or was a VMX region.
 *
 * @param address physical address of the page
 * @param header its first 4 bytes: revision identifier and shadow indicator
 * @param kind what it is
 * @param best the layout that explains it best; empty where nothing but the header is there
 * @param runnersUp the other layouts tried, best first
 */
public record CarvedRegion(
        long address, int header, Kind kind, Optional<LayoutScore> best, List<LayoutScore> runnersUp) {
    public CarvedRegion {
        runnersUp = List.copyOf(runnersUp);
    }

    /** What a region is. */
    public enum Kind {
        /** A VMCS with content. */
        VMCS("VMCS"),
        /** A VMCS with the shadow indicator: VMREAD and VMWRITE of a guest work on it. */
        SHADOW_VMCS("shadow VMCS"),
        /**
         * A revision identifier and nothing else: a VMXON region, or a VMCS that was never used. The page does not tell which, what refers to it
         * may.
         */
        HEADER_ONLY("VMXON region or unused VMCS"),
        /**
         * A revision identifier and nothing else, and what refers to it is what refers to a VMCS: one that was never used, or whose content the
         * processor or the hypervisor below has not written there yet.
         */
        EMPTY_VMCS("VMCS without content"),
        /** The VMXON region, as a register of the processor, another source or what refers to it says. */
        VMXON("VMXON region");

        private final String title;

        Kind(String title) {
            this.title = title;
        }

        public String title() {
            return title;
        }
    }

    /** The same page, of which more is known. */
    public CarvedRegion withKind(Kind other) {
        return new CarvedRegion(address, header, other, best, runnersUp);
    }

    /** The same page with other scores, best first. */
    public CarvedRegion withScores(LayoutScore first, List<LayoutScore> others) {
        return new CarvedRegion(address, header, kind, Optional.of(first), others);
    }

    /** The revision identifier, without the shadow indicator. */
    public int revision() {
        return header & 0x7fff_ffff;
    }

    @Override
    public String toString() {
        return "%s at 0x%x, revision 0x%x%s"
                .formatted(
                        kind.title(),
                        address,
                        revision(),
                        best.map(score -> ", layout %s (%d %%)"
                                        .formatted(score.layout().id(), score.percent()))
                                .orElse(""));
    }
}
