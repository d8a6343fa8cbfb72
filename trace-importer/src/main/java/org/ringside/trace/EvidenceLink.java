package org.ringside.trace;

import java.util.Optional;
import org.ringside.decoder.structure.ByteSpan;

/**
 * Where in the evidence an event points to.
 *
 * @param label for a person, for example {@code "__x64_sys_getppid, patched"}
 * @param snapshot the moment to look at
 * @param baseline the moment to compare with, if the evidence is a change
 * @param span the bytes; their space says which view shows them
 */
public record EvidenceLink(String label, SnapshotId snapshot, Optional<SnapshotId> baseline, ByteSpan span) {}
