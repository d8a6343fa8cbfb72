package org.ringside.trace.importer.qemu;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ringside.decoder.cpu.CpuRegisters;
import org.ringside.trace.MachineState;
import org.ringside.trace.importer.mapped.Notes;

/** Reads the lines of {@link RegistersText}. Used once. */
final class RegistersTextParser {
    private static final int MAXIMUM_CPUS = 4096;
    private static final int MAXIMUM_LINE = 4096;

    /** Of all CPUs together; QEMU shows about 100 of each. */
    private static final int MAXIMUM_REGISTERS = 1 << 19;

    private static final Pattern CPU = Pattern.compile("CPU#(\\d{1,9})");
    private static final Pattern ASSIGNMENT =
            Pattern.compile("(IA32_[A-Z0-9_]{1,27}|[A-Z][A-Z0-9]{1,7}) ?=([0-9a-fA-F]{1,16})(?![0-9a-fA-F])");
    private static final Pattern SEGMENT = Pattern.compile(
            "(ES|CS|SS|DS|FS|GS|LDT|TR) *=([0-9a-fA-F]{1,4}) ([0-9a-fA-F]{8,16}) ([0-9a-fA-F]{8}) ([0-9a-fA-F]{8})(?: .*)?");
    private static final Pattern TABLE = Pattern.compile("(GDT|IDT) *= +([0-9a-fA-F]{8,16}) ([0-9a-fA-F]{8})");
    private static final Pattern DUMP = Pattern.compile("([0-9a-fA-F]{8,16}):((?: 0x[0-9a-fA-F]{1,16})+)");
    private static final Pattern FLAGS = Pattern.compile("\\[[^\\]]{0,80}\\]");
    private static final Pattern FPR = Pattern.compile("FPR(\\d)=([0-9a-fA-F]{16}) ([0-9a-fA-F]{4})");
    private static final Pattern VECTOR =
            Pattern.compile("([XYZ]MM)(\\d{2})=([0-9a-fA-F]{16,32}(?: [0-9a-fA-F]{16,32}){0,7})");

    private static final Map<String, String> NAMES =
            Map.of("rfl", "rflags", "efl", "rflags", "eip", "rip", "ldt", "ldtr");

    private final Notes notes = new Notes();
    private final SortedMap<Integer, SortedMap<String, Long>> cpus = new TreeMap<>();
    private final DeviceDumps dumps = new DeviceDumps();
    private Optional<Integer> cpu = Optional.empty();
    private boolean skipping;
    private int registers;

    RegistersText parse(String text) {
        int number = 0;
        // One line at a time: a list of a hostile text's lines takes many times its size.
        for (Iterator<String> lines = text.lines().iterator(); lines.hasNext(); ) {
            number++;
            String stripped = lines.next().strip();
            if (!stripped.isEmpty() && !understood(stripped, number)) {
                notes.add("Line %d was not understood: %s"
                        .formatted(
                                number,
                                printable(stripped.length() > 80 ? stripped.substring(0, 80) + "…" : stripped)));
            }
        }
        List<CpuRegisters> result = new ArrayList<>();
        cpus.forEach((vcpu, values) -> result.add(new CpuRegisters(vcpu, values)));
        return new RegistersText(new MachineState(result, dumps.build(notes)), notes.list());
    }

    private boolean understood(String line, int number) {
        if (line.length() > MAXIMUM_LINE) {
            return false;
        }
        Matcher heading = CPU.matcher(line);
        if (heading.matches()) {
            begin(Integer.parseInt(heading.group(1)), number);
            return true;
        }
        Matcher dump = DUMP.matcher(line);
        if (dump.matches()) {
            return dumps.add(
                    Long.parseUnsignedLong(dump.group(1), 16), dump.group(2).strip());
        }
        Matcher segment = SEGMENT.matcher(line);
        if (segment.matches()) {
            segment(segment);
            return true;
        }
        Matcher table = TABLE.matcher(line);
        if (table.matches()) {
            String name = table.group(1).toLowerCase(Locale.ROOT) + "r";
            put(name + ".base", table.group(2));
            put(name + ".limit", table.group(3));
            return true;
        }
        return vectors(line) || assignments(line);
    }

    private void begin(int vcpu, int number) {
        skipping = cpus.containsKey(vcpu) || cpus.size() >= MAXIMUM_CPUS || registers > MAXIMUM_REGISTERS;
        if (skipping) {
            notes.add("Line %d begins CPU#%d %s; these registers were left out."
                    .formatted(number, vcpu, cpus.containsKey(vcpu) ? "a second time" : "beyond what can be read"));
        } else {
            cpus.put(vcpu, new TreeMap<>());
            cpu = Optional.of(vcpu);
        }
    }

    private void put(String name, String hex) {
        put(name, Long.parseUnsignedLong(hex, 16));
    }

    private void put(String name, long value) {
        if (skipping) {
            return;
        }
        if (++registers > MAXIMUM_REGISTERS) {
            notes.add("More than %d registers; the rest was left out.".formatted(MAXIMUM_REGISTERS));
            skipping = true;
            return;
        }
        int current = cpu.orElse(0);
        cpu = Optional.of(current);
        cpus.computeIfAbsent(current, ignored -> new TreeMap<>()).putIfAbsent(name, value);
    }

    private void segment(Matcher segment) {
        String written = segment.group(1).toLowerCase(Locale.ROOT);
        String name = NAMES.getOrDefault(written, written);
        put(name + ".selector", segment.group(2));
        put(name + ".base", segment.group(3));
        put(name + ".limit", segment.group(4));
        // QEMU shows the descriptor's upper half; the SDM's access rights are its bits 8..15 and 20..23, moved down by
        // 8.
        put(name + ".access", (Long.parseLong(segment.group(5), 16) >>> 8) & 0xf0ff);
    }

    private boolean vectors(String line) {
        Matcher fpr = FPR.matcher(line);
        boolean any = false;
        while (fpr.find()) {
            put("fpr" + fpr.group(1) + ".mantissa", fpr.group(2));
            put("fpr" + fpr.group(1) + ".exponent", fpr.group(3));
            any = true;
        }
        Matcher vector = VECTOR.matcher(line);
        while (vector.find()) {
            String name = vector.group(1).toLowerCase(Locale.ROOT) + Integer.parseInt(vector.group(2));
            String digits = vector.group(3).replace(" ", "");
            for (int part = 0; (part + 1) * 16 <= digits.length(); part++) {
                int end = digits.length() - part * 16;
                put(name + "." + part, digits.substring(end - 16, end));
            }
            any = true;
        }
        return any;
    }

    /** Lines of {@code NAME=HEX}, in any number, with flags in brackets between them; all of the line must be such. */
    private boolean assignments(String line) {
        String plain = FLAGS.matcher(line).replaceAll(" ");
        Matcher assignment = ASSIGNMENT.matcher(plain);
        int at = 0;
        List<String[]> found = new ArrayList<>();
        while (assignment.find()) {
            if (!plain.substring(at, assignment.start()).isBlank()) {
                return false;
            }
            found.add(new String[] {assignment.group(1), assignment.group(2)});
            at = assignment.end();
        }
        if (found.isEmpty() || !plain.substring(at).isBlank()) {
            return false;
        }
        for (String[] pair : found) {
            String name = pair[0].toLowerCase(Locale.ROOT);
            put(NAMES.getOrDefault(name, name), pair[1]);
        }
        return true;
    }

    private static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}
