package org.ringside.trace.sqlite;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.trace.snapshot.MerkleTree;
import org.ringside.trace.snapshot.PageRun;

/**
 * Compares two hash trees. In one trace equal nodes and equal pages have equal numbers, so comparing numbers is comparing hashes; a node
 * that both share costs one comparison for its 512 pages.
 */
final class TreeDiff {
    private static final int[] NOTHING = new int[MerkleTree.PAGES_PER_NODE];

    private final List<PageRun> runs = new ArrayList<>();
    private PageRun.@Nullable Change change;
    private long start;
    private long end;

    private TreeDiff() {}

    /** Reads a node's pages. */
    @FunctionalInterface
    interface Nodes {
        int[] pages(int id) throws SQLException, IOException;
    }

    /** Runs of pages that differ, by address. */
    static List<PageRun> compare(NodeTable before, NodeTable after, Nodes nodes) throws SQLException, IOException {
        TreeDiff diff = new TreeDiff();
        int b = 0;
        int a = 0;
        while (b < before.indices().length || a < after.indices().length) {
            long beforeIndex = b < before.indices().length ? before.indices()[b] : Long.MAX_VALUE;
            long afterIndex = a < after.indices().length ? after.indices()[a] : Long.MAX_VALUE;
            long index = Math.min(beforeIndex, afterIndex);
            int beforeNode = beforeIndex == index ? before.ids()[b++] : 0;
            int afterNode = afterIndex == index ? after.ids()[a++] : 0;
            if (beforeNode != afterNode) {
                diff.node(
                        index << MerkleTree.NODE_SHIFT,
                        beforeNode == 0 ? NOTHING : nodes.pages(beforeNode),
                        afterNode == 0 ? NOTHING : nodes.pages(afterNode));
            }
        }
        diff.flush();
        return diff.runs;
    }

    private void node(long firstPage, int[] before, int[] after) {
        int at = 0;
        while (at < before.length) {
            int skipped = Arrays.mismatch(before, at, before.length, after, at, after.length);
            if (skipped < 0) {
                return;
            }
            at += skipped;
            add(firstPage + at, of(before[at], after[at]));
            at++;
        }
    }

    private static PageRun.Change of(int before, int after) {
        if (before == NodeCodec.ABSENT) {
            return PageRun.Change.APPEARED;
        }
        return after == NodeCodec.ABSENT ? PageRun.Change.VANISHED : PageRun.Change.CHANGED;
    }

    private void add(long page, PageRun.Change pageChange) {
        if (page != end || pageChange != change) {
            flush();
            start = page;
            change = pageChange;
        }
        end = page + 1;
    }

    private void flush() {
        if (change != null) {
            runs.add(new PageRun(start << PhysicalMemory.PAGE_SHIFT, end - start, change));
            change = null;
        }
    }
}
