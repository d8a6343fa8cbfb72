package org.ringside.agent.kernel.image;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.ringside.agent.kernel.image.KallsymsLayout.Order;
import org.ringside.agent.kernel.image.KallsymsLayout.Scheme;

/** Writes the symbols of a kernel into read-only data as Linux's build does, in any of its forms. */
public final class KallsymsWriter {
    /**
     * A form.
     *
     * @param seqBytes bytes of each entry of kallsyms_seqs_of_names; 0 for kernels without
     */
    public record Form(Order order, Scheme scheme, int seqBytes, boolean longNames) {}

    private record Entry(long address, char type, String name) {}

    private final Form form;
    private final long base;
    private final List<Entry> entries = new ArrayList<>();
    private final String[] tokens = new String[256];

    /** Where the parts begin, in bytes from the block's start. */
    public record Block(int tokenIndex, int names, int markers) {}

    public KallsymsWriter(Form form, long base) {
        this.form = form;
        this.base = base;
        for (int i = 0; i < 256; i++) {
            tokens[i] = i >= '!' && i <= '~' ? String.valueOf((char) i) : "";
        }
        tokens[0x80] = "fn_";
        tokens[0x81] = "tfn_1";
        tokens[0x05] = "sys";
    }

    public KallsymsWriter add(long address, char type, String name) {
        entries.add(new Entry(address, type, name));
        return this;
    }

    public Block write(ByteArrayOutputStream out) {
        entries.sort(Comparator.comparing(Entry::address, Long::compareUnsigned));
        if (form.order() == Order.ADDRESSES_FIRST) {
            addresses(out);
        }
        number(out, entries.size(), 4);
        align(out);
        int names = out.size();
        List<Integer> markers = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            if (i % 256 == 0) {
                markers.add(out.size() - names);
            }
            byte[] compressed = compress(entries.get(i).type() + entries.get(i).name());
            if (form.longNames() && compressed.length > 0x7f) {
                out.write((compressed.length & 0x7f) | 0x80);
                out.write(compressed.length >>> 7);
            } else {
                out.write(compressed.length);
            }
            out.writeBytes(compressed);
        }
        align(out);
        int markersAt = out.size();
        markers.forEach(marker -> number(out, marker, 4));
        align(out);
        if (form.order() == Order.ADDRESSES_FIRST) {
            seqs(out);
        }
        int tokenIndex = tokens(out);
        if (form.order() == Order.ADDRESSES_LAST) {
            addresses(out);
            seqs(out);
        }
        return new Block(tokenIndex, names, markersAt);
    }

    private int tokens(ByteArrayOutputStream out) {
        int table = out.size();
        int[] starts = new int[256];
        for (int i = 0; i < 256; i++) {
            starts[i] = out.size() - table;
            out.writeBytes(tokens[i].getBytes(StandardCharsets.US_ASCII));
            out.write(0);
        }
        align(out);
        int index = out.size();
        for (int start : starts) {
            number(out, start, 2);
        }
        align(out);
        return index;
    }

    private void seqs(ByteArrayOutputStream out) {
        for (int i = 0; i < entries.size() && form.seqBytes() > 0; i++) {
            number(out, (i * 7919L) % entries.size(), form.seqBytes());
        }
        align(out);
    }

    private void addresses(ByteArrayOutputStream out) {
        for (Entry entry : entries) {
            switch (form.scheme()) {
                case RELATIVE -> number(out, entry.address() - base, 4);
                case RELATIVE_ABSOLUTE_PERCPU ->
                    number(out, entry.address() < 0 ? base - 1 - entry.address() : entry.address(), 4);
                case ABSOLUTE -> number(out, entry.address(), 8);
            }
        }
        align(out);
        if (form.scheme() != Scheme.ABSOLUTE) {
            number(out, base, 8);
        }
    }

    private byte[] compress(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int at = 0; at < text.length(); ) {
            int best = text.charAt(at);
            for (int i = 0; i < 256; i++) {
                if (tokens[i].length() > tokens[best].length() && text.startsWith(tokens[i], at)) {
                    best = i;
                }
            }
            out.write(best);
            at += tokens[best].length();
        }
        return out.toByteArray();
    }

    private static void number(ByteArrayOutputStream out, long value, int bytes) {
        for (int i = 0; i < bytes; i++) {
            out.write((int) (value >>> (8 * i)));
        }
    }

    private static void align(ByteArrayOutputStream out) {
        while (out.size() % 8 != 0) {
            out.write(0);
        }
    }
}
