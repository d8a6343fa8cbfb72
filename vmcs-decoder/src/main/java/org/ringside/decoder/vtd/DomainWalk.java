package org.ringside.decoder.vtd;

import java.util.List;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.translation.TableWalk;
import org.ringside.decoder.translation.Translation;

/**
 * The way of one address through the stages of a domain.
 *
 * @param stages the walks: first stage, then the second stage of what came out of it; each alone where there is only one
 * @param result where it ends, or why it does not reach memory
 */
public record DomainWalk(List<TableWalk> stages, Observed<Translation> result) {
    public DomainWalk {
        stages = List.copyOf(stages);
    }
}
