package org.ringside.decoder.vtd;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.Severity;
import org.ringside.decoder.translation.AccessRights;
import org.ringside.decoder.translation.MappedRange;
import org.ringside.decoder.translation.TableWalker;
import org.ringside.decoder.translation.Translation;

/** Sends what a first stage maps through the second stage, in pieces as large as the second stage's pages. For one thread. */
final class NestedRanges {
    /** A first stage may map all of its address space onto itself; more pages than this are not looked up. */
    private static final long MOST_PIECES = 1L << 20;

    private final Optional<TableWalker> secondStage;
    private final long mostRanges;
    private long pieces;
    private long blocked;
    private boolean cut;

    /** @param secondStage empty where ranges stay as they are */
    NestedRanges(Optional<TableWalker> secondStage, long mostRanges) {
        this.secondStage = secondStage;
        this.mostRanges = mostRanges;
    }

    /** Whether the bound was reached: what was found is not all. */
    boolean isCut() {
        return cut;
    }

    void add(MappedRange range, List<MappedRange> found) {
        if (secondStage.isEmpty()) {
            found.add(range);
            return;
        }
        long done = 0;
        while (done < range.length() && !cut) {
            long middle = range.output() + done;
            Observed<Translation> end = secondStage.get().translate(middle);
            long piece = PhysicalMemory.PAGE_SIZE;
            if (end instanceof Observed.Known<Translation>(Translation known)) {
                piece = Math.min(known.pageSize() - (middle & (known.pageSize() - 1)), range.length() - done);
                AccessRights rights = range.rights().and(known.rights());
                if (rights.mask() != 0) {
                    merge(found, range, range.input() + done, known, piece, rights);
                }
            } else {
                blocked++;
            }
            done += piece;
            cut = ++pieces >= MOST_PIECES || found.size() >= mostRanges;
        }
    }

    private static void merge(
            List<MappedRange> found, MappedRange range, long input, Translation end, long length, AccessRights rights) {
        MappedRange last = found.isEmpty() ? null : found.getLast();
        if (last != null
                && last.input() + last.length() == input
                && last.output() + last.length() == end.output()
                && last.rights().equals(rights)
                && last.attributes() == range.attributes()) {
            found.set(
                    found.size() - 1,
                    new MappedRange(
                            last.input(),
                            last.output(),
                            last.length() + length,
                            rights,
                            last.attributes(),
                            last.leaves() + 1,
                            Math.min(last.smallestPage(), length),
                            Math.max(last.largestPage(), length)));
        } else {
            found.add(new MappedRange(input, end.output(), length, rights, range.attributes(), 1, length, length));
        }
    }

    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        if (blocked > 0) {
            findings.add(finding(
                    Severity.INFORMATION,
                    "vtd.nested-blocked",
                    "%d pages that the first stage maps are not mapped by the second stage".formatted(blocked)));
        }
        if (cut) {
            findings.add(finding(Severity.WARNING, "vtd.reach-cut", "the listing of nested mappings was cut"));
        }
        return findings;
    }

    private static Finding finding(Severity severity, String code, String message) {
        return new Finding(severity, code, message, Optional.empty(), Optional.of(VtdLayouts.spec("3.8")));
    }
}
