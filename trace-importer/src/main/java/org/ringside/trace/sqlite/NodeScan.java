package org.ringside.trace.sqlite;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.DigestException;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.trace.Digest;
import org.ringside.trace.snapshot.MerkleTree;

/** The 512 pages of one node, read and hashed: the part of an import that any thread can do. */
final class NodeScan {
    static final int BYTES = MerkleTree.PAGES_PER_NODE * PageStore.PAGE;
    static final byte ABSENT = 0;
    static final byte ZERO = 1;
    static final byte CONTENT = 2;

    private static final int PAGE = PageStore.PAGE;

    private final long index;
    private final byte[] kinds = new byte[MerkleTree.PAGES_PER_NODE];
    private final byte[] hashes = new byte[MerkleTree.PAGES_PER_NODE * Digest.LENGTH];
    private final byte[] bytes;
    private int unreadable;
    private @Nullable String firstUnreadable;

    private NodeScan(long index, byte[] bytes) {
        this.index = index;
        this.bytes = bytes;
    }

    /**
     * Reads a node.
     *
     * @param index number of the node
     * @param bytes {@link #BYTES} bytes that hold the pages until the scan has been used
     */
    static NodeScan of(PhysicalMemory memory, long index, byte[] bytes) {
        NodeScan scan = new NodeScan(index, bytes);
        MessageDigest digest = MerkleTree.sha256();
        for (int i = 0; i < MerkleTree.PAGES_PER_NODE; i++) {
            scan.page(memory, i, digest);
        }
        return scan;
    }

    private void page(PhysicalMemory memory, int i, MessageDigest digest) {
        long address = (index * MerkleTree.PAGES_PER_NODE + i) << PhysicalMemory.PAGE_SHIFT;
        switch (memory.page(address)) {
            case Observed.Known<MemorySegment>(MemorySegment page) -> {
                // Most of a memory image is zeros: told without copying.
                if (isZero(page)) {
                    kinds[i] = ZERO;
                } else {
                    MemorySegment.copy(page, ValueLayout.JAVA_BYTE, 0, bytes, i * PAGE, PAGE);
                    kinds[i] = CONTENT;
                    hash(i, digest);
                }
            }
            case Observed.NotCaptured<MemorySegment> absent -> kinds[i] = ABSENT;
            case Observed<MemorySegment> other -> {
                kinds[i] = ABSENT;
                if (unreadable++ == 0) {
                    firstUnreadable = "0x%x: %s".formatted(address, other.reason());
                }
            }
        }
    }

    private void hash(int i, MessageDigest digest) {
        digest.update(bytes, i * PAGE, PAGE);
        try {
            digest.digest(hashes, i * Digest.LENGTH, Digest.LENGTH);
        } catch (DigestException e) {
            throw new AssertionError("there is room for a digest", e);
        }
    }

    private static boolean isZero(MemorySegment page) {
        return page.get(ValueLayout.JAVA_LONG_UNALIGNED, 0) == 0 && page.mismatch(PageStore.ZERO_PAGE) < 0;
    }

    long index() {
        return index;
    }

    byte kind(int page) {
        return kinds[page];
    }

    /** {@link Digest#LENGTH} bytes for each page of content. */
    byte[] hashes() {
        return hashes;
    }

    /** The pages of content, each in its place. */
    byte[] bytes() {
        return bytes;
    }

    /** Pages that the image claims to have but that could not be read. */
    int unreadable() {
        return unreadable;
    }

    /** Where the first of them is and why. */
    @Nullable
    String firstUnreadable() {
        return firstUnreadable;
    }
}
