package org.ringside.decoder.vmcs;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.ringside.decoder.cpu.CpuRegisters;
import org.ringside.decoder.cpu.ModelSpecificRegisters;

/**
 * VMX capability MSRs in text that tools print: a line with an MSR's number or name and its value, or the number alone with the value on the
 * next line, as {@code rdmsr} in a traced shell does it. Lines of {@code /proc/cpuinfo} give the physical-address width. Other lines are
 * passed over.
 *
 * @param capabilities what was found
 * @param msrs how many capability MSRs are among it, at least 1
 * @param notes what was odd, for a person
 */
public record VmxCapabilityText(VmxCapabilities capabilities, int msrs, List<String> notes) {
    private static final int FIRST = 0x480;
    private static final int LAST = 0x493;
    private static final int MOST_NOTES = 32;
    /** A longer line is no line of a register dump; also bounds the work of the patterns. */
    private static final int LONGEST_LINE = 512;

    private static final Map<String, Integer> NUMBERS = IntStream.rangeClosed(FIRST, LAST)
            .boxed()
            .collect(Collectors.toUnmodifiableMap(VmxCapabilityText::key, number -> number));

    private static final Pattern NAME = Pattern.compile("IA32_(VMX_[A-Z0-9_]+)", Pattern.CASE_INSENSITIVE);
    private static final Pattern NUMBER =
            Pattern.compile("(?<![0-9a-z.])(?:0x)?0{0,5}(4[89][0-9a-f])h?(?![0-9a-z])", Pattern.CASE_INSENSITIVE);
    /** What may stand between a name and its value: the MSR's number in brackets. */
    private static final Pattern BRACKETED =
            Pattern.compile("\\s*[(\\[](?:MSR\\s*)?(?:0x)?0{0,5}4[89][0-9a-f]h?[)\\]]", Pattern.CASE_INSENSITIVE);
    /** One word, two halves, or four quarters. */
    private static final Pattern VALUE = Pattern.compile(
            "[\\s)\\]>:=|,\"']*(?:0x)?("
                    + "[0-9a-f]{4}(?:-[0-9a-f]{4}){3}|[0-9a-f]{8}[:_`](?:0x)?[0-9a-f]{8}|[0-9a-f]{1,16})(?![0-9a-z])",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern WIDTH = Pattern.compile(
            "address sizes\\s*:\\s*(\\d{1,3}) bits physical|\\bmaxphyaddr\\s*[=:]\\s*(\\d{1,3})\\b",
            Pattern.CASE_INSENSITIVE);

    public VmxCapabilityText {
        notes = List.copyOf(notes);
    }

    /** What a text says; empty if there is no capability MSR in it. */
    public static Optional<VmxCapabilityText> parse(String text) {
        Parser parser = new Parser();
        text.lines().filter(line -> line.length() <= LONGEST_LINE).forEach(parser::line);
        return parser.result();
    }

    private static String key(int number) {
        return ModelSpecificRegisters.name(number).toLowerCase(Locale.ROOT);
    }

    private static final class Parser {
        private final SortedMap<String, Long> values = new TreeMap<>();
        private final List<String> notes = new ArrayList<>();
        private Optional<String> pending = Optional.empty();

        void line(String line) {
            Optional<String> waiting = pending;
            pending = Optional.empty();
            width(line);
            Matcher alone = VALUE.matcher(line);
            if (waiting.isPresent()
                    && alone.lookingAt()
                    && line.substring(alone.end()).isBlank()) {
                put(waiting.get(), alone.group(1));
                return;
            }
            Matcher name = NAME.matcher(line);
            if (name.find()) {
                named(line, name);
                return;
            }
            Matcher number = NUMBER.matcher(line);
            if (number.find()) {
                int register = Integer.parseInt(number.group(1), 16);
                if (register >= FIRST && register <= LAST) {
                    value(line, number.end(), key(register));
                }
            }
        }

        private void named(String line, Matcher name) {
            String key = ("ia32_" + name.group(1)).toLowerCase(Locale.ROOT);
            if (!NUMBERS.containsKey(key)) {
                note("%s is not the name of a VMX capability MSR".formatted(name.group()));
                return;
            }
            Matcher bracketed = BRACKETED.matcher(line).region(name.end(), line.length());
            value(line, bracketed.lookingAt() ? bracketed.end() : name.end(), key);
        }

        private void value(String line, int from, String key) {
            Matcher value = VALUE.matcher(line).region(from, line.length());
            if (value.lookingAt()) {
                put(key, value.group(1));
            } else if (line.substring(from).isBlank()) {
                pending = Optional.of(key);
            }
        }

        private void put(String key, String digits) {
            long value = Long.parseUnsignedLong(digits.replaceAll("0x|[-:_`]", ""), 16);
            Long before = values.putIfAbsent(key, value);
            if (before != null && before != value) {
                note("%s is 0x%x and 0x%x; the first is taken".formatted(key.toUpperCase(Locale.ROOT), before, value));
            }
        }

        private void width(String line) {
            Matcher width = WIDTH.matcher(line);
            if (!width.find()) {
                return;
            }
            int bits = Integer.parseInt(width.group(1) == null ? width.group(2) : width.group(1));
            if (bits >= 32 && bits <= 52) {
                values.putIfAbsent("maxphyaddr", (long) bits);
            } else {
                note("a physical-address width of %d bits is outside 32 to 52".formatted(bits));
            }
        }

        private void note(String note) {
            if (notes.size() < MOST_NOTES && !notes.contains(note)) {
                notes.add(note);
            }
        }

        Optional<VmxCapabilityText> result() {
            int msrs =
                    (int) values.keySet().stream().filter(NUMBERS::containsKey).count();
            return msrs == 0
                    ? Optional.empty()
                    : Optional.of(new VmxCapabilityText(new VmxCapabilities(new CpuRegisters(0, values)), msrs, notes));
        }
    }
}
