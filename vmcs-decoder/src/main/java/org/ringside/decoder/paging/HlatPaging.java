package org.ringside.decoder.paging;

import java.util.Optional;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.translation.TableRanges;
import org.ringside.decoder.translation.TableWalk;
import org.ringside.decoder.translation.WalkStop;

/**
 * Linear addresses of a guest whose hypervisor translates some of them itself (HLAT paging; Intel SDM vol. 3, section 4.5). Whatever the
 * guest writes to its own tables, the addresses that these tables map keep their translation. Safe for several threads.
 */
public final class HlatPaging {
    private final PageWalker ordinary;
    private final PageWalker tables;
    private final HlatControls controls;

    /**
     * @param ordinary the guest's own tables, with 4-level or 5-level paging; in the same memory lie the HLAT tables
     * @param controls where the HLAT tables are and for which addresses
     * @throws IllegalArgumentException with another paging mode: HLAT paging is not used with it
     */
    public HlatPaging(PageWalker ordinary, HlatControls controls) {
        this.ordinary = ordinary;
        this.tables = ordinary.hlat(controls);
        this.controls = controls;
    }

    /** The way of a linear address: through the HLAT tables if it has the prefix, from the start again through CR3 if they say so. */
    public LinearWalk walk(long linear) {
        if (!controls.covers(linear)) {
            return new LinearWalk(Optional.empty(), ordinary.walk(linear));
        }
        TableWalk hlat = tables.walk(linear);
        boolean restarts = hlat.stop()
                .map(WalkStop::reason)
                .filter(WalkStop.Reason.RESTART::equals)
                .isPresent();
        return new LinearWalk(Optional.of(hlat), restarts ? ordinary.walk(linear) : hlat);
    }

    /** What the HLAT tables map themselves, prefix or not; what they leave to the guest's own tables is not among it. */
    public TableRanges ranges(TableLimits limits) {
        return tables.ranges(limits);
    }
}
