package org.ringside.decoder.paging;

import java.util.Optional;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.translation.TableWalk;
import org.ringside.decoder.translation.Translation;

/**
 * The way of a linear address that HLAT paging may have a part in.
 *
 * @param hlat the walk through the HLAT tables; empty if the address does not have the prefix
 * @param deciding the walk that decides about translation and rights: {@code hlat}, or that through the tables of CR3 where HLAT does not
 *     cover the address or asked for a restart
 */
public record LinearWalk(Optional<TableWalk> hlat, TableWalk deciding) {
    /** Whether the HLAT tables were left for those of CR3. */
    public boolean restarted() {
        return hlat.isPresent() && !hlat.get().format().equals(deciding.format());
    }

    public Observed<Translation> result() {
        return deciding.result();
    }
}
