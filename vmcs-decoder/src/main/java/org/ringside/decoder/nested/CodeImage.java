package org.ringside.decoder.nested;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.paging.PageWalker;
import org.ringside.decoder.translation.MappedRange;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.translation.TableRanges;
import org.ringside.decoder.translation.Translation;

/**
 * A program in memory, as its page tables show it.
 *
 * @param code contiguous executable pages around the address asked for
 * @param image mapped pages around them: code, read-only data, data, with gaps between them where that was asked for; cut at {@link #MOST_BYTES} either side
 * @param sections the image's parts, by address
 * @param pages pages of the image whose bytes are known
 * @param missing pages of the image whose bytes are not known
 * @param entropy of the code's known bytes, in bits a byte, 0 to 8: x86 code has about 6, packed or enciphered bytes nearly 8
 * @param writableCode whether a part of the code may be written
 * @param marks texts that tell what program it is, by address, at most a few dozen
 */
public record CodeImage(
        AddressRange code,
        AddressRange image,
        List<HypervisorImage.Section> sections,
        long pages,
        long missing,
        double entropy,
        boolean writableCode,
        List<HypervisorImage.Mark> marks) {
    /** Bytes of an image that are looked at either side of the address. */
    public static final long MOST_BYTES = 64L << 20;

    /** The parts of a kernel are loaded apart, each aligned to a large page. */
    static final long KERNEL_GAP = 2L << 20;

    private static final int MOST_SECTIONS = 1024;

    public CodeImage {
        sections = List.copyOf(sections);
        marks = List.copyOf(marks);
    }

    /**
     * What is mapped around an address, or nothing if the address is not mapped for fetches.
     *
     * @param gap bytes that may lie unmapped between two parts of the image
     */
    static Optional<CodeImage> around(
            PhysicalMemory memory, PageWalker walker, long address, long gap, TableLimits limits) {
        List<MappedRange> run = run(walker.ranges(limits), address, gap);
        int at = -1;
        for (int i = 0; i < run.size(); i++) {
            MappedRange range = run.get(i);
            if (address - range.input() >= 0 && address - range.input() < range.length()) {
                at = i;
            }
        }
        if (at < 0 || !run.get(at).rights().execute()) {
            return Optional.empty();
        }
        int first = at;
        while (first > 0 && isExecutable(run.get(first - 1)) && touch(run.get(first - 1), run.get(first))) {
            first--;
        }
        int last = at;
        while (last + 1 < run.size() && isExecutable(run.get(last + 1)) && touch(run.get(last), run.get(last + 1))) {
            last++;
        }
        List<MappedRange> executable = run.subList(first, last + 1);
        AddressRange code = span(executable, address);
        AddressRange image = span(run, address);
        ImageContent content = new ImageContent(memory, walker, code);
        content.read(image);
        return Optional.of(new CodeImage(
                code,
                image,
                sections(run, image),
                content.pages(),
                content.missing(),
                content.entropy(),
                executable.stream().anyMatch(range -> range.rights().write()),
                content.marks()));
    }

    private static boolean isExecutable(MappedRange range) {
        return range.rights().execute();
    }

    private static boolean touch(MappedRange before, MappedRange after) {
        return before.input() + before.length() == after.input();
    }

    /** The neighbouring ranges that include {@code address}, in order; empty if it is not mapped. */
    private static List<MappedRange> run(TableRanges ranges, long address, long gap) {
        List<MappedRange> run = new ArrayList<>();
        boolean included = false;
        while (ranges.hasNext()) {
            MappedRange range = ranges.next();
            boolean joins = !run.isEmpty()
                    && range.input() - (run.getLast().input() + run.getLast().length()) <= gap
                    && range.input() - (run.getLast().input() + run.getLast().length()) >= 0;
            if (!joins) {
                if (included) {
                    return run;
                }
                run.clear();
            }
            if (run.size() >= MOST_SECTIONS * 16) {
                if (included) {
                    return run;
                }
                run.removeFirst();
            }
            run.add(range);
            included |= address - range.input() >= 0 && address - range.input() < range.length();
        }
        return included ? run : List.of();
    }

    private static AddressRange span(List<MappedRange> ranges, long around) {
        long before = Math.min(around - ranges.getFirst().input(), MOST_BYTES);
        MappedRange last = ranges.getLast();
        // Not the end itself, which is 0 for the last page of the address space.
        long after = Math.min(last.input() - around + last.length(), MOST_BYTES);
        long start = (around - before) & -PhysicalMemory.PAGE_SIZE;
        long length = before + after & -PhysicalMemory.PAGE_SIZE;
        long end = start + length;
        // What ends with the last page of the address space ends one byte early: 2^64 is no address.
        return new AddressRange(start, Long.compareUnsigned(end, start) < 0 ? -1 : end);
    }

    private static List<HypervisorImage.Section> sections(List<MappedRange> run, AddressRange image) {
        List<HypervisorImage.Section> sections = new ArrayList<>();
        for (MappedRange range : run) {
            long start = Long.compareUnsigned(range.input(), image.start()) < 0 ? image.start() : range.input();
            long end = range.input() + range.length();
            if (end == 0 || Long.compareUnsigned(end, image.end()) > 0) {
                end = image.end();
            }
            if (Long.compareUnsigned(start, end) >= 0) {
                continue;
            }
            HypervisorImage.Section before = sections.isEmpty() ? null : sections.getLast();
            if (before != null
                    && before.rights().equals(range.rights())
                    && before.range().end() == start) {
                sections.set(
                        sections.size() - 1,
                        new HypervisorImage.Section(
                                new AddressRange(before.range().start(), end), range.rights()));
            } else if (sections.size() < MOST_SECTIONS) {
                sections.add(new HypervisorImage.Section(new AddressRange(start, end), range.rights()));
            }
        }
        return sections;
    }

    /** The bytes of an image, looked at once. */
    private static final class ImageContent {
        private static final int MOST_MARKS = 32;

        private final PhysicalMemory memory;
        private final PageWalker walker;
        private final AddressRange code;
        private final long[] histogram = new long[256];
        private final List<HypervisorImage.Mark> marks = new ArrayList<>();
        private long pages;
        private long missing;

        ImageContent(PhysicalMemory memory, PageWalker walker, AddressRange code) {
            this.memory = memory;
            this.walker = walker;
            this.code = code;
        }

        void read(AddressRange image) {
            byte[] tail = new byte[0];
            for (long at = image.start(); image.contains(at); at += PhysicalMemory.PAGE_SIZE) {
                Observed<Translation> translation = walker.translate(at);
                Observed<MemorySegment> page = translation.flatMap(found -> memory.page(found.output()));
                if (!translation.isKnown()) {
                    tail = new byte[0];
                    continue;
                }
                if (!(page instanceof Observed.Known<MemorySegment>(MemorySegment segment))) {
                    missing++;
                    tail = new byte[0];
                    continue;
                }
                pages++;
                byte[] bytes = segment.toArray(ValueLayout.JAVA_BYTE);
                if (code.contains(at)) {
                    for (byte b : bytes) {
                        histogram[b & 0xff]++;
                    }
                }
                tail = search(at, tail, bytes);
            }
        }

        /** Searches a page and the end of the one before; hands back the end of this one. */
        private byte[] search(long at, byte[] tail, byte[] bytes) {
            byte[] window = new byte[tail.length + bytes.length];
            System.arraycopy(tail, 0, window, 0, tail.length);
            System.arraycopy(bytes, 0, window, tail.length, bytes.length);
            for (HypervisorMarks.Found found : HypervisorMarks.in(window, tail.length)) {
                boolean known = marks.stream().anyMatch(mark -> mark.meaning().equals(found.meaning()));
                if (!known && marks.size() < MOST_MARKS) {
                    marks.add(
                            new HypervisorImage.Mark(at - tail.length + found.offset(), found.meaning(), found.text()));
                }
            }
            int keep = HypervisorMarks.LONGEST_TEXT;
            byte[] next = new byte[keep];
            System.arraycopy(bytes, bytes.length - keep, next, 0, keep);
            return next;
        }

        long pages() {
            return pages;
        }

        long missing() {
            return missing;
        }

        List<HypervisorImage.Mark> marks() {
            return marks;
        }

        double entropy() {
            long total = 0;
            for (long count : histogram) {
                total += count;
            }
            double bits = 0;
            for (long count : histogram) {
                if (count > 0) {
                    double share = (double) count / total;
                    bits -= share * Math.log(share) / Math.log(2);
                }
            }
            return bits;
        }
    }
}
