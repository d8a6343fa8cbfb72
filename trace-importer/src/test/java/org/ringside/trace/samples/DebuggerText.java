package org.ringside.trace.samples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ringside.decoder.vmcs.BochsVmcsText;

/**
 * What the debugger of the emulator said while a sample was recorded.
 *
 * @param listings the current VMCS, at each moment it was asked
 * @param walks translations of a running guest's linear addresses
 * @param table all linear pages of a running guest, with the host-physical pages they lead to; empty if it was not asked
 */
record DebuggerText(List<BochsVmcsText> listings, List<Walk> walks, SortedMap<Long, Long> table) {
    private static final Pattern ASKED = Pattern.compile("# page 0x([0-9a-f]+)");
    private static final Pattern ENTRY = Pattern.compile(" *(EPT)? *(?:PML4|PDPE|PDE|PTE): 0x([0-9a-f]{16}) .*");
    private static final Pattern ANSWER = Pattern.compile("linear page 0x\\w+ maps to physical page 0x([0-9a-f]+)");
    private static final Pattern RANGE = Pattern.compile("0x([0-9a-f]+)-0x([0-9a-f]+) -> 0x([0-9a-f]+)-0x([0-9a-f]+)");

    /**
     * A walk in two dimensions.
     *
     * @param linear the address
     * @param guestEntries the guest's entries, from the root
     * @param lastEptEntries those that translated the last guest-physical address, from the root
     * @param hostPage where the page is; empty if it is not mapped
     */
    record Walk(long linear, List<Long> guestEntries, List<Long> lastEptEntries, Optional<Long> hostPage) {}

    static DebuggerText read(Path file) throws IOException {
        String text = Files.readString(file);
        List<Walk> walks = new ArrayList<>();
        SortedMap<Long, Long> table = new TreeMap<>();
        Optional<Long> asked = Optional.empty();
        List<Long> guest = new ArrayList<>();
        List<Long> ept = new ArrayList<>();
        for (String line : text.lines().toList()) {
            Matcher entry = ENTRY.matcher(line);
            Matcher answer = ANSWER.matcher(line);
            Matcher range = RANGE.matcher(line);
            Matcher question = ASKED.matcher(line);
            if (question.matches()) {
                asked = Optional.of(Long.parseUnsignedLong(question.group(1), 16));
                guest.clear();
                ept.clear();
            } else if (entry.matches() && entry.group(1) != null) {
                ept.add(Long.parseUnsignedLong(entry.group(2), 16));
            } else if (entry.matches()) {
                guest.add(Long.parseUnsignedLong(entry.group(2), 16));
                ept.clear();
            } else if (asked.isPresent() && (answer.matches() || line.startsWith("physical address not available"))) {
                Optional<Long> page =
                        answer.matches() ? Optional.of(Long.parseUnsignedLong(answer.group(1), 16)) : Optional.empty();
                walks.add(new Walk(asked.get(), List.copyOf(guest), List.copyOf(ept), page));
                asked = Optional.empty();
            } else if (range.matches()) {
                long first = Long.parseUnsignedLong(range.group(1), 16);
                long last = Long.parseUnsignedLong(range.group(2), 16);
                long host = Long.parseUnsignedLong(range.group(3), 16);
                for (long offset = 0; first + offset <= last; offset += 4096) {
                    table.put(first + offset, host + offset);
                }
            }
        }
        return new DebuggerText(BochsVmcsText.parse(text), List.copyOf(walks), table);
    }
}
