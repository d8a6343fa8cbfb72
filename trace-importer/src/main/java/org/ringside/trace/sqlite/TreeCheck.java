package org.ringside.trace.sqlite;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.trace.Digest;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.snapshot.MerkleTree;

/** Verifies hash trees: every page against its hash, every node against its pages, every root against its nodes. */
final class TreeCheck {
    private static final int PAGES = MerkleTree.PAGES_PER_NODE;

    private final Database database;
    private final Verification report;
    private final PageStore store;
    private MerkleTree.NodeHasher hasher = new MerkleTree.NodeHasher();
    private final BitSet usedNodes = new BitSet();
    private final BitSet usedPages = new BitSet();
    private final BitSet badPages = new BitSet();
    private long nextPage = NodeCodec.FIRST_PAGE;
    private boolean pagesChecked;

    TreeCheck(Database database, Verification report) {
        this.database = database;
        this.report = report;
        this.store = new PageStore(database);
    }

    void snapshot(SnapshotInfo snapshot) throws IOException {
        if (!pagesChecked) {
            pagesChecked = true;
            pages();
        }
        String where = "snapshot " + snapshot.id().value() + " \"" + snapshot.name() + "\"";
        NodeTable table = database.read(session -> SnapshotStore.nodes(session, snapshot.id()));
        SortedMap<Long, Digest> hashes = new TreeMap<>();
        Counted counted = new Counted();
        for (int i = 0; i < table.indices().length; i++) {
            report.monitor().checkCancelled();
            report.monitor().progress("Verifying " + snapshot.name(), i, table.indices().length);
            long index = table.indices()[i];
            int node = table.ids()[i];
            String place = where + ", node at 0x%x".formatted(index << 21);
            report.part(place, () -> hashes.put(index, node(place, where, index, node, counted)));
        }
        if (!MerkleTree.root(hashes).equals(snapshot.root())) {
            report.problem(where, "its root is " + MerkleTree.root(hashes) + ", recorded is " + snapshot.root());
        }
        counted.compare(report, where, snapshot);
    }

    private Digest node(String place, String snapshot, long index, int id, Counted counted) throws IOException {
        usedNodes.set(id);
        // Afresh, because the node before may have been left in the middle by damage.
        hasher = new MerkleTree.NodeHasher();
        int[] pages = store.node(id);
        for (int i = 0; i < PAGES; i++) {
            long address = (index * PAGES + i) << PhysicalMemory.PAGE_SHIFT;
            switch (pages[i]) {
                case NodeCodec.ABSENT -> hasher.absent();
                case NodeCodec.ZERO -> {
                    hasher.zero();
                    counted.zero++;
                    counted.page(address);
                }
                default -> {
                    usedPages.set(pages[i]);
                    if (badPages.get(pages[i])) {
                        report.problem(snapshot + ", page 0x%x".formatted(address), "its stored bytes are damaged");
                    }
                    leaf(pages[i]);
                    counted.page(address);
                }
            }
        }
        Digest hash = hasher.finish();
        Digest recorded = database.read(session -> session.first(
                        "SELECT hash FROM node WHERE id = ?", row -> Digest.of(Session.bytes(row, 1)), id)
                .orElseThrow(() -> new IllegalArgumentException("node " + id + " is missing")));
        if (!hash.equals(recorded)) {
            report.problem(place, "its pages give the hash " + hash + ", recorded is " + recorded);
        }
        return recorded;
    }

    private void leaf(int page) throws IOException {
        PageStore.Block block = store.block(page);
        hasher.content(block.hashes(), block.offset(page));
    }

    /** Verifies every stored page. */
    private void pages() throws IOException {
        record Row(int first, int count, boolean stored, int bytes) {}
        List<Row> blocks = database.read(session -> session.list(
                "SELECT first, count, stored, length(hashes) FROM page_block ORDER BY first",
                row -> new Row(row.getInt(1), row.getInt(2), row.getBoolean(3), row.getInt(4))));
        long done = 0;
        long packs = 0;
        for (Row block : blocks) {
            report.monitor().checkCancelled();
            report.monitor().progress("Verifying pages", done++, blocks.size());
            if (block.first != nextPage || block.bytes != block.count * Digest.LENGTH) {
                report.problem("page hashes from number " + block.first + " on", "are not as any import writes them");
            }
            nextPage = (long) block.first + block.count;
            for (int page = block.first; block.stored && page < nextPage; page++) {
                packs += (page - block.first) % PageStore.PACK_PAGES == 0 ? 1 : 0;
                page(page);
            }
        }
        long expected = packs;
        report.part(
                "packs of pages",
                () -> database.read(session -> {
                    if (session.number("SELECT count(*) FROM pack") != expected) {
                        report.problem("packs of pages", "there are others than those that hold the known pages");
                    }
                    session.each("SELECT id FROM late_page", row -> page(row.getInt(1)));
                    return true;
                }));
    }

    private void page(int page) {
        if (!store.page(page).isKnown()) {
            badPages.set(page);
        }
    }

    /** Looks for rows that belong to no snapshot. */
    void registers() throws IOException {
        for (String table : List.of("cpu_register", "device_register")) {
            database.read(session -> {
                session.each(
                        "SELECT DISTINCT snapshot_id FROM " + table
                                + " WHERE snapshot_id NOT IN (SELECT id FROM snapshot) LIMIT 100",
                        row -> report.problem("registers of snapshot " + row.getLong(1), "there is no such snapshot"));
                return true;
            });
        }
    }

    /** Looks for nodes and pages that no snapshot uses. */
    long finish() throws IOException {
        database.read(session -> {
            session.each("SELECT id FROM node", row -> {
                if (!usedNodes.get(row.getInt(1))) {
                    report.problem("node " + row.getInt(1), "belongs to no snapshot");
                }
            });
            return true;
        });
        for (int page = badPages.nextSetBit(0); page >= 0; page = badPages.nextSetBit(page + 1)) {
            if (!usedPages.get(page)) {
                report.problem("page number " + page, "its stored bytes are damaged");
            }
        }
        for (int page = usedPages.nextClearBit(NodeCodec.FIRST_PAGE);
                page < nextPage;
                page = usedPages.nextClearBit(page + 1)) {
            report.problem("page number " + page, "belongs to no snapshot");
        }
        return usedPages.cardinality();
    }

    /** What a tree holds, to compare with what its snapshot says. */
    private static final class Counted {
        private final List<AddressRange> ranges = new ArrayList<>();
        private long captured;
        private long zero;
        private long start = -1;
        private long end = -1;

        void page(long address) {
            captured++;
            if (address != end) {
                close();
                start = address;
            }
            end = address + PhysicalMemory.PAGE_SIZE;
        }

        private void close() {
            if (start >= 0) {
                ranges.add(new AddressRange(start, end));
            }
        }

        void compare(Verification report, String where, SnapshotInfo snapshot) {
            close();
            if (!ranges.equals(snapshot.ranges())
                    || captured != snapshot.capturedPages()
                    || zero != snapshot.zeroPages()) {
                report.problem(where, "its tree holds other pages than the snapshot says");
            }
        }
    }
}
