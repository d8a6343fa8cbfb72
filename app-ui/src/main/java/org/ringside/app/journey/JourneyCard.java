package org.ringside.app.journey;

import java.util.List;
import java.util.Optional;
import org.ringside.decoder.structure.StructureNode;

/**
 * A table on the way, with the entry that was used.
 *
 * @param table what it is a table of, for example {@code "EPT PDPTEs"}
 * @param index of the entry in the table
 * @param last the index of the table's last entry
 * @param entryAddress address of the entry, in the memory that the table lies in
 * @param hostAddress its host-physical address; empty where an outer level does not map it
 * @param raw the entry; empty if it could not be read
 * @param flags what is set in it, in words
 * @param stop why the way ends here; empty if it goes on
 * @param path from the root of the decoded journey to the entry
 */
record JourneyCard(
        String table,
        int index,
        int last,
        long entryAddress,
        Optional<Long> hostAddress,
        Optional<Long> raw,
        String flags,
        String stop,
        List<StructureNode> path) {
    JourneyCard {
        path = List.copyOf(path);
    }
}
