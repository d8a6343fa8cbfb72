package org.ringside.trace.importer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.ringside.trace.importer.MemoryMap.Region;
import org.ringside.trace.importer.mapped.ExtentPlan;
import org.ringside.trace.importer.mapped.Notes;

/** Reads the text of a {@link MemoryMap}. Used once. */
final class MemoryMapParser {
    private static final int MAXIMUM_REGIONS = 65_536;
    private static final int MAXIMUM_LINE = 4096;

    private static final String HEX = "(?:0x)?([0-9a-fA-F]{1,16})";
    private static final Pattern RANGE = Pattern.compile(HEX + "\\s*-\\s*" + HEX + "(?:\\s*@\\s*" + HEX + ")?");
    private static final Pattern IOMEM = Pattern.compile("(\\s*)([0-9a-fA-F]{1,16})-([0-9a-fA-F]{1,16}) : (.*)");
    private static final Pattern MTREE = Pattern.compile(
            "\\s*([0-9a-fA-F]{1,16})-([0-9a-fA-F]{1,16}) \\(prio -?\\d{1,9}, ([a-z/]{1,20})\\): (.*?)(?: @([0-9a-fA-F]{1,16}))?(?: KVM)?");
    private static final Pattern FLAT_VIEW = Pattern.compile("\\s*FlatView #\\d+.*");
    private static final Pattern MTREE_OTHER = Pattern.compile(
            "\\s*(?:AS \"|Root memory region:|Dispatch|No rendered FlatView|address-space:|\\(qemu\\)).*");

    private final Path file;
    private final Notes notes = new Notes();
    private final List<Region> regions = new ArrayList<>();
    private final Map<String, List<Region>> blocks = new LinkedHashMap<>();
    private int blockRegions;
    private boolean anyView;
    private boolean memoryView;
    private boolean memoryViewDone;

    MemoryMapParser(Path file) {
        this.file = file;
    }

    MemoryMap parse(String text) throws ImportException {
        int number = 0;
        for (Iterator<String> lines = text.lines().iterator(); lines.hasNext(); ) {
            number++;
            String line = lines.next();
            if (line.length() > MAXIMUM_LINE) {
                throw bad(number, "has more than %d characters".formatted(MAXIMUM_LINE));
            }
            line(line, number);
        }
        if (regions.isEmpty()) {
            takeLargestBlock();
        } else if (!blocks.isEmpty()) {
            throw new ImportException(file, "mixes ranges with QEMU's memory tree; keep one of them.");
        }
        if (regions.isEmpty()) {
            throw new ImportException(
                    file,
                    "names no memory; expected lines \"FIRST-LAST @OFFSET\", /proc/iomem's \"System RAM\" or QEMU's info mtree -f.");
        }
        requireDisjoint();
        requireAlike();
        return new MemoryMap(String.valueOf(file.getFileName()), regions, notes.list());
    }

    private void line(String line, int number) throws ImportException {
        Matcher mtree = MTREE.matcher(line);
        Matcher iomem = IOMEM.matcher(line);
        if (FLAT_VIEW.matcher(line).matches()) {
            anyView = true;
            memoryViewDone |= memoryView;
            memoryView = false;
        } else if (line.strip().startsWith("AS \"memory\"")) {
            memoryView = !memoryViewDone;
        } else if (mtree.matches()) {
            mtreeLine(mtree, number);
        } else if (iomem.matches()) {
            // Indented lines are parts of the line above them.
            if (iomem.group(1).isEmpty() && iomem.group(4).strip().equals("System RAM")) {
                regions.add(region(iomem.group(2), iomem.group(3), null, number));
            }
        } else if (!MTREE_OTHER.matcher(line).matches()) {
            ownLine(line, number);
        }
        if (regions.size() > MAXIMUM_REGIONS || blockRegions > MAXIMUM_REGIONS) {
            throw bad(number, "is one of more than %d ranges, more than is plausible".formatted(MAXIMUM_REGIONS));
        }
    }

    private void ownLine(String line, int number) throws ImportException {
        int comment = line.indexOf('#');
        String content = (comment < 0 ? line : line.substring(0, comment)).strip();
        if (content.isEmpty()) {
            return;
        }
        Matcher range = RANGE.matcher(content);
        if (!range.matches()) {
            throw bad(
                    number,
                    "\"%s\" is not \"FIRST-LAST @OFFSET\" in hexadecimal"
                            .formatted(content.length() > 60 ? content.substring(0, 60) + "…" : content));
        }
        regions.add(region(range.group(1), range.group(2), range.group(3), number));
    }

    private void mtreeLine(Matcher line, int number) throws ImportException {
        String type = line.group(3);
        boolean inView = !anyView || memoryView;
        if (!inView || !(type.equals("ram") || type.equals("rom"))) {
            return;
        }
        blockRegions++;
        String offset = line.group(5) == null ? "0" : line.group(5);
        blocks.computeIfAbsent(line.group(4), name -> new ArrayList<>())
                .add(region(line.group(1), line.group(2), offset, number));
    }

    private void takeLargestBlock() {
        Comparator<List<Region>> bySize = Comparator.comparingLong(
                block -> block.stream().mapToLong(Region::length).sum());
        blocks.entrySet().stream().max(Map.Entry.comparingByValue(bySize)).ifPresent(largest -> {
            regions.addAll(largest.getValue());
            notes.add("The image is taken to be the RAM block \"%s\" of the memory tree.".formatted(largest.getKey()));
            blocks.keySet().stream()
                    .filter(name -> !name.equals(largest.getKey()))
                    .forEach(name ->
                            notes.add("RAM block \"%s\" of the memory tree is not in the image.".formatted(name)));
        });
    }

    private Region region(String first, String last, @Nullable String offset, int number) throws ImportException {
        long start = Long.parseUnsignedLong(first, 16);
        long end = Long.parseUnsignedLong(last, 16);
        if (start == 0 && end == 0) {
            throw bad(number, "runs from 0 to 0: /proc/iomem shows addresses to root only; read it as root");
        }
        if (start < 0 || end < 0 || end >= ExtentPlan.ADDRESS_LIMIT) {
            throw bad(number, "goes past the 52 bits of a physical address");
        }
        if (end < start) {
            throw bad(number, "ends before it starts");
        }
        OptionalLong at = offset == null ? OptionalLong.empty() : OptionalLong.of(Long.parseUnsignedLong(offset, 16));
        if (at.orElse(0) < 0) {
            throw bad(number, "has an offset that no file reaches");
        }
        return new Region(start, end - start + 1, at, number);
    }

    private void requireDisjoint() throws ImportException {
        List<Region> sorted = new ArrayList<>(regions);
        sorted.sort(Comparator.comparingLong(Region::start));
        for (int i = 1; i < sorted.size(); i++) {
            Region before = sorted.get(i - 1);
            if (sorted.get(i).start() < before.end()) {
                throw bad(sorted.get(i).line(), "overlaps the range of line " + before.line());
            }
        }
    }

    private void requireAlike() throws ImportException {
        boolean withOffset = regions.getFirst().offset().isPresent();
        for (Region region : regions) {
            if (region.offset().isPresent() != withOffset) {
                throw bad(
                        region.line(),
                        withOffset
                                ? "has no offset, but the lines before it have; give all or none"
                                : "has an offset, but the lines before it have none; give all or none");
            }
        }
    }

    private ImportException bad(int line, String problem) {
        return new ImportException(file, "line %d %s.".formatted(line, problem));
    }
}
