package org.ringside.trace.sqlite;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.trace.Digest;
import org.ringside.trace.ProgressMonitor;
import org.ringside.trace.snapshot.MerkleTree;

/**
 * Stores the hash tree of a memory, and its pages. Other threads read, hash and compress; the calling thread, which owns the transaction,
 * numbers and writes, in address order, so the same image always gives the same trace.
 */
final class TreeWriter {
    private static final int NODES_AHEAD = 6;
    private static final int PAGES = MerkleTree.PAGES_PER_NODE;
    private static final long NODE_BYTES = (long) PAGES << PhysicalMemory.PAGE_SHIFT;

    private final Session session;
    private final PageWriter pages;
    private final SortedMap<Long, Digest> hashes = new TreeMap<>();
    private final List<Integer> ids = new ArrayList<>();
    private final MerkleTree.NodeHasher hasher = new MerkleTree.NodeHasher();
    private final List<AddressRange> ranges = new ArrayList<>();
    private long runStart = -1;
    private long runEnd = -1;
    private long captured;
    private long zero;
    private long unreadable;
    private @Nullable String firstUnreadable;
    private long nextNode;

    private TreeWriter(Session session, PageWriter pages) {
        this.session = session;
        this.pages = pages;
        this.nextNode = 0;
    }

    /**
     * A stored tree.
     *
     * @param root its root hash
     * @param nodes its nodes
     * @param ranges what was captured
     * @param captured pages captured
     * @param zero of those, pages of zeros
     * @param newPages different pages that the trace did not know
     * @param newBytes bytes those take, compressed
     * @param notes pages that could not be read
     */
    record Tree(
            Digest root,
            NodeTable nodes,
            List<AddressRange> ranges,
            long captured,
            long zero,
            long newPages,
            long newBytes,
            List<String> notes) {}

    /**
     * Stores a memory.
     *
     * @param keep whether pages are stored, or only their hashes
     * @param activity what the monitor is told
     */
    static Tree write(
            Session session,
            ExecutorService workers,
            PackCompressor compressor,
            PhysicalMemory memory,
            boolean keep,
            String activity,
            ProgressMonitor monitor)
            throws SQLException, IOException {
        try (PageIndex index = PageIndex.load(session)) {
            PageWriter pages = new PageWriter(session, workers, index, compressor, keep);
            TreeWriter writer = new TreeWriter(session, pages);
            writer.nextNode = session.number("SELECT max(id) FROM node") + 1;
            writer.nodes(memory, workers, activity, monitor);
            pages.finish();
            return writer.finish();
        }
    }

    private void nodes(PhysicalMemory memory, ExecutorService workers, String activity, ProgressMonitor monitor)
            throws SQLException, IOException {
        long total = memory.ranges().stream().mapToLong(AddressRange::length).sum();
        long done = 0;
        Deque<Future<NodeScan>> ahead = new ArrayDeque<>();
        Deque<byte[]> buffers = new ArrayDeque<>();
        NodeNumbers numbers = new NodeNumbers(memory.ranges());
        while (numbers.hasNext() || !ahead.isEmpty()) {
            monitor.checkCancelled();
            while (numbers.hasNext() && ahead.size() < NODES_AHEAD) {
                long number = numbers.next();
                byte[] buffer = buffers.isEmpty() ? new byte[NodeScan.BYTES] : buffers.pop();
                ahead.add(workers.submit(() -> NodeScan.of(memory, number, buffer)));
            }
            NodeScan scan = PageWriter.result(ahead.removeFirst());
            node(scan);
            buffers.push(scan.bytes());
            done = Math.min(total, done + NODE_BYTES);
            monitor.progress(activity, done, total);
        }
    }

    private void node(NodeScan scan) throws SQLException, IOException {
        int[] numbers = new int[PAGES];
        long before = pages.newPages();
        long first = scan.index() * PAGES;
        boolean any = false;
        for (int i = 0; i < PAGES; i++) {
            switch (scan.kind(i)) {
                case NodeScan.ZERO -> {
                    numbers[i] = NodeCodec.ZERO;
                    hasher.zero();
                    zero++;
                }
                case NodeScan.CONTENT -> {
                    numbers[i] = pages.page(scan, i);
                    hasher.content(scan.hashes(), i * Digest.LENGTH);
                }
                default -> {
                    hasher.absent();
                    continue;
                }
            }
            any = true;
            captured(first + i);
        }
        if (unreadable == 0) {
            firstUnreadable = scan.firstUnreadable();
        }
        unreadable += scan.unreadable();
        Digest hash = hasher.finish();
        if (any) {
            hashes.put(scan.index(), hash);
            ids.add(store(hash, numbers, pages.newPages() > before));
        }
    }

    private void captured(long page) {
        captured++;
        if (page != runEnd) {
            endRun();
            runStart = page;
        }
        runEnd = page + 1;
    }

    private void endRun() {
        if (runStart >= 0) {
            ranges.add(new AddressRange(runStart << PhysicalMemory.PAGE_SHIFT, runEnd << PhysicalMemory.PAGE_SHIFT));
        }
    }

    private int store(Digest hash, int[] numbers, boolean isNew) throws SQLException, IOException {
        if (!isNew) {
            Optional<Integer> known =
                    session.first("SELECT id FROM node WHERE hash = ?", row -> row.getInt(1), hash.toBytes());
            if (known.isPresent()) {
                return known.get();
            }
        }
        int id = Math.toIntExact(nextNode++);
        session.update(
                "INSERT INTO node(id, hash, pages) VALUES(?, ?, ?)", id, hash.toBytes(), NodeCodec.encode(numbers));
        return id;
    }

    private Tree finish() {
        endRun();
        List<String> notes = unreadable == 0
                ? List.of()
                : List.of(unreadable + " pages could not be read and are recorded as not captured, the first at "
                        + firstUnreadable);
        NodeTable table = new NodeTable(
                hashes.keySet().stream().mapToLong(Long::longValue).toArray(),
                ids.stream().mapToInt(Integer::intValue).toArray());
        return new Tree(
                MerkleTree.root(hashes),
                table,
                List.copyOf(ranges),
                captured,
                zero,
                pages.newPages(),
                pages.newBytes(),
                notes);
    }

    /** The numbers of the nodes that ranges touch, ascending, each once. */
    private static final class NodeNumbers {
        private final List<AddressRange> ranges;
        private int range;
        private long next;

        NodeNumbers(List<AddressRange> ranges) {
            this.ranges = ranges;
            skip();
        }

        private void skip() {
            while (range < ranges.size()
                    && next * NODE_BYTES >= ranges.get(range).end()) {
                range++;
            }
            if (range < ranges.size()) {
                next = Math.max(next, ranges.get(range).start() / NODE_BYTES);
            }
        }

        boolean hasNext() {
            return range < ranges.size();
        }

        long next() {
            long number = next++;
            skip();
            return number;
        }
    }
}
