package org.ringside.trace.snapshot;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.SortedMap;
import org.ringside.trace.Digest;

/**
 * The hash tree of a snapshot. A page of content is hashed alone (plain SHA-256 of its 4096 bytes, so any tool can repeat it). A node covers
 * 512 pages, 2 MiB; the root covers all nodes that hold a captured page. Each level hashes a different prefix, and absent, zero and
 * content pages have different leaves, so no page, node or root can pass for another.
 */
public final class MerkleTree {
    /** Pages below a node. */
    public static final int PAGES_PER_NODE = 512;

    /** {@code pageNumber >>> NODE_SHIFT} is the number of its node. */
    public static final int NODE_SHIFT = 9;

    private static final byte[] NODE_DOMAIN = "ringside node 1\0".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ROOT_DOMAIN = "ringside snapshot 1\0".getBytes(StandardCharsets.US_ASCII);
    private static final byte ABSENT = 0;
    private static final byte ZERO = 1;
    private static final byte CONTENT = 2;

    private MerkleTree() {}

    /** A fresh SHA-256. */
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /** Builds a node's hash, leaf by leaf in address order. */
    public static final class NodeHasher {
        private final MessageDigest digest = sha256();
        private int leaves;

        /** Starts a node. */
        public NodeHasher() {
            start();
        }

        private void start() {
            digest.update(NODE_DOMAIN);
            leaves = 0;
        }

        /** The next page was not captured. */
        public void absent() {
            digest.update(ABSENT);
            leaves++;
        }

        /** The next page is all zeros. */
        public void zero() {
            digest.update(ZERO);
            leaves++;
        }

        /** The next page has this SHA-256: {@link Digest#LENGTH} bytes from {@code offset} on. */
        public void content(byte[] hash, int offset) {
            digest.update(CONTENT);
            digest.update(hash, offset, Digest.LENGTH);
            leaves++;
        }

        /**
         * The hash of the node, whose pages were all given; the next call starts another node.
         *
         * @throws IllegalStateException if it was not given {@link #PAGES_PER_NODE} pages
         */
        public Digest finish() {
            if (leaves != PAGES_PER_NODE) {
                throw new IllegalStateException("a node has 512 pages, not " + leaves);
            }
            Digest hash = Digest.of(digest.digest());
            start();
            return hash;
        }
    }

    /**
     * The root hash: what identifies a snapshot's memory.
     *
     * @param nodes hash of every node with a captured page, by node number (physical address / 2 MiB, unsigned order does not matter
     *     below 2^63)
     */
    public static Digest root(SortedMap<Long, Digest> nodes) {
        MessageDigest digest = sha256();
        digest.update(ROOT_DOMAIN);
        ByteBuffer number = ByteBuffer.allocate(Long.BYTES);
        nodes.forEach((index, hash) -> {
            digest.update(number.putLong(0, index).array());
            digest.update(hash.toBytes());
        });
        return Digest.of(digest.digest());
    }
}
