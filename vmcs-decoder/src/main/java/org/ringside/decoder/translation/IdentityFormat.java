package org.ringside.decoder.translation;

import java.util.List;
import org.ringside.decoder.structure.BitFieldLayout;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.Finding;

/**
 * No tables: every address is its own translation, as without paging or in pass-through.
 *
 * @param name for a person, for example {@code "no paging"}
 * @param inputBits bits of an address, 1 to 64
 * @param allowed what is allowed everywhere
 */
public record IdentityFormat(String name, int inputBits, AccessRights allowed) implements TableFormat {
    @Override
    public List<TableLevel> levels() {
        return List.of();
    }

    @Override
    public EntryKind kind(TableLevel level, long entry) {
        throw noEntries();
    }

    @Override
    public long tableAddress(TableLevel level, long entry) {
        throw noEntries();
    }

    @Override
    public long leafAddress(TableLevel level, long entry) {
        throw noEntries();
    }

    @Override
    public int rights(TableLevel level, long entry) {
        throw noEntries();
    }

    @Override
    public int attributes(TableLevel level, long entry) {
        throw noEntries();
    }

    @Override
    public boolean accessed(TableLevel level, long entry) {
        throw noEntries();
    }

    @Override
    public boolean dirty(TableLevel level, long entry) {
        throw noEntries();
    }

    @Override
    public String describeAttributes(int attributes) {
        return "";
    }

    @Override
    public BitFieldLayout layout(TableLevel level, long entry) {
        throw noEntries();
    }

    @Override
    public List<Finding> refusals(TableLevel level, long entry, ByteSpan span) {
        throw noEntries();
    }

    private static IllegalStateException noEntries() {
        return new IllegalStateException("an identity translation has no entries");
    }
}
