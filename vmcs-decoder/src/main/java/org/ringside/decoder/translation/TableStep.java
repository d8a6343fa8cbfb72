package org.ringside.decoder.translation;

import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.structure.StructureNode;

/**
 * One entry read on the way from an address to its translation.
 *
 * @param level the level it belongs to
 * @param index its index in its table
 * @param entryAddress address of its first byte, in the space that holds the tables
 * @param raw the entry, zero-extended; or why it could not be read
 * @param kind what it is; {@link EntryKind#NOT_PRESENT} if it could not be read
 * @param entry every bit of it
 */
public record TableStep(
        TableLevel level,
        int index,
        long entryAddress,
        Observed<Long> raw,
        EntryKind kind,
        StructureNode.Field entry) {}
