package org.ringside.trace.sqlite;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.ringside.trace.snapshot.MerkleTree;

/**
 * The pages of a node as stored: runs of absent pages, of zero pages, and of content pages with neighbouring numbers, because an image's
 * new pages are numbered in address order. A run is its length times 3 plus its kind, as a variable-length number, followed for content by
 * the first page's number.
 */
final class NodeCodec {
    /** In place of a page's number: not captured. */
    static final int ABSENT = 0;

    /** In place of a page's number: all zeros. */
    static final int ZERO = 1;

    /** The first number that a page of content can have. */
    static final int FIRST_PAGE = 2;

    private static final int PAGES = MerkleTree.PAGES_PER_NODE;

    /** The longest encoding: every page a run of its own, 1 byte for the run and 5 for the number. */
    static final int MAXIMUM_BYTES = PAGES * 6;

    private NodeCodec() {}

    static byte[] encode(int[] pages) {
        ByteBuffer out = ByteBuffer.allocate(MAXIMUM_BYTES);
        int start = 0;
        while (start < PAGES) {
            int first = pages[start];
            int kind = Math.min(first, FIRST_PAGE);
            int end = start + 1;
            while (end < PAGES && pages[end] == (kind == FIRST_PAGE ? first + (end - start) : first)) {
                end++;
            }
            number(out, (end - start) * 3 + kind);
            if (kind == FIRST_PAGE) {
                number(out, first);
            }
            start = end;
        }
        byte[] bytes = new byte[out.position()];
        out.flip().get(bytes);
        return bytes;
    }

    private static void number(ByteBuffer out, int value) {
        int rest = value;
        while ((rest & ~0x7f) != 0) {
            out.put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        out.put((byte) rest);
    }

    /** @throws IllegalArgumentException if the bytes are not as {@link #encode} writes them */
    static int[] decode(byte[] bytes) {
        int[] pages = new int[PAGES];
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            int at = 0;
            while (at < PAGES) {
                int run = number(in);
                int kind = run % 3;
                int length = run / 3;
                if (length == 0 || length > PAGES - at) {
                    throw new IllegalArgumentException("run of " + length + " pages at page " + at + " of a node");
                }
                int first = kind == FIRST_PAGE ? number(in) : kind;
                if (kind == FIRST_PAGE && (first < FIRST_PAGE || first > Integer.MAX_VALUE - length)) {
                    throw new IllegalArgumentException("page number " + first + " at page " + at + " of a node");
                }
                for (int i = 0; i < length; i++) {
                    pages[at + i] = kind == FIRST_PAGE ? first + i : first;
                }
                at += length;
            }
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("a node's list of pages ends early", e);
        }
        if (in.hasRemaining()) {
            throw new IllegalArgumentException(in.remaining() + " bytes after a node's list of pages");
        }
        return pages;
    }

    private static int number(ByteBuffer in) {
        int value = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            int part = in.get();
            value |= (part & 0x7f) << shift;
            if (part >= 0) {
                if (value < 0) {
                    break;
                }
                return value;
            }
        }
        throw new IllegalArgumentException("number out of range in a node's list of pages");
    }
}
