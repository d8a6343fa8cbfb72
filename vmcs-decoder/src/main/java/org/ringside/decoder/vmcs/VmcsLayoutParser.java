package org.ringside.decoder.vmcs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the text form of a layout: one directive a line. For one file. */
final class VmcsLayoutParser {
    private static final int MOST_LINES = 10_000;

    private final String file;
    private int lineNumber;

    private @Nullable String id;
    private @Nullable String title;
    private String verified = "not said";
    private String source = "not said";
    private VmcsLayout.Keeper keeper = VmcsLayout.Keeper.PROCESSOR;
    private final Set<Integer> revisions = new HashSet<>();
    private final List<String> notes = new ArrayList<>();
    private VmcsLayout.@Nullable LaunchState launch;
    private final Map<VmcsField, VmcsLayout.Slot> slots = new EnumMap<>(VmcsField.class);

    private VmcsLayoutParser(String file) {
        this.file = file;
    }

    /**
     * @param file name of the file, for messages
     * @throws IllegalArgumentException naming file, line and rule, if the text is not a layout
     */
    static VmcsLayout parse(String file, String text) {
        VmcsLayoutParser parser = new VmcsLayoutParser(file);
        List<String> lines = text.lines().limit(MOST_LINES + 1L).toList();
        if (lines.size() > MOST_LINES) {
            throw new IllegalArgumentException("%s: more than %d lines".formatted(file, MOST_LINES));
        }
        for (String line : lines) {
            parser.lineNumber++;
            String content = line.strip();
            if (!content.isEmpty() && !content.startsWith("#")) {
                parser.directive(content);
            }
        }
        return parser.finish();
    }

    private void directive(String line) {
        String[] words = line.split("\\s+", 2);
        String rest = words.length > 1 ? words[1] : "";
        switch (words[0]) {
            case "layout" -> id = once(id, rest);
            case "title" -> title = once(title, rest);
            case "keeper" -> keeper = keeper(rest);
            case "verified" -> verified = rest;
            case "source" -> source = rest;
            case "note" -> notes.add(rest);
            case "revision" -> revisions.add((int) number(rest, 0, 0x7fff_ffffL));
            case "launch" -> launchState(rest.split("\\s+"));
            case "group" -> group(rest.split("\\s+"));
            case "field" -> field(rest.split("\\s+"));
            case "rotated" -> rotated(rest.split("\\s+"));
            default -> throw error("there is no directive \"" + words[0] + "\"");
        }
    }

    private String once(@Nullable String before, String value) {
        if (before != null || value.isEmpty()) {
            throw error(before != null ? "given twice" : "a value is missing");
        }
        return value;
    }

    private VmcsLayout.Keeper keeper(String word) {
        return switch (word) {
            case "processor" -> VmcsLayout.Keeper.PROCESSOR;
            case "hypervisor" -> VmcsLayout.Keeper.HYPERVISOR;
            default -> throw error("the keeper is processor or hypervisor, not \"" + word + "\"");
        };
    }

    private void launchState(String[] words) {
        expect(words, 2, 3, "launch OFFSET BYTES [launched=VALUE]");
        int bytes = (int) number(words[1], 1, 8);
        long launched = 1;
        if (words.length == 3) {
            if (!words[2].startsWith("launched=")) {
                throw error("expected launched=VALUE, not \"" + words[2] + "\"");
            }
            launched = number(words[2].substring("launched=".length()), 1, 0xffff_ffffL);
        }
        launch = new VmcsLayout.LaunchState(offset(words[0], bytes), bytes, launched);
    }

    /** All fields of one width and group: the encoding's bits 9:0, times a step, after a base. */
    private void group(String[] words) {
        expect(words, 5, 5, "group WIDTH GROUP BASE STEP ENCODINGS");
        VmcsFieldWidth width = switch (words[0]) {
            case "16" -> VmcsFieldWidth.WORD;
            case "32" -> VmcsFieldWidth.DOUBLEWORD;
            case "64" -> VmcsFieldWidth.QUADWORD;
            case "natural" -> VmcsFieldWidth.NATURAL;
            default -> throw error("the width is 16, 32, 64 or natural, not \"" + words[0] + "\"");
        };
        VmcsFieldGroup group = Arrays.stream(VmcsFieldGroup.values())
                .filter(g -> g.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(words[1]))
                .findFirst()
                .orElseThrow(() -> error("the group is control, read-only, guest or host, not \"" + words[1] + "\""));
        int base = (int) number(words[2], 0, VmcsLayout.REGION_SIZE);
        int step = (int) number(words[3], 1, 64);
        int encodings = (int) number(words[4], 1, 1024);
        for (VmcsField field : VmcsField.values()) {
            int low = field.encoding() & 0x3ff;
            if (field.width() == width && field.group() == group && low < encodings) {
                int bytes = width.bytes();
                int offset = base + step * low;
                // The revision identifier and the abort indicator are nobody's fields.
                if (offset >= 8 && offset + bytes <= VmcsLayout.REGION_SIZE) {
                    slots.put(field, new VmcsLayout.Slot(offset, bytes, 0));
                }
            }
        }
    }

    private void field(String[] words) {
        expect(words, 2, 3, "field NAME OFFSET [BYTES]");
        VmcsField field = named(words[0]);
        int bytes =
                words.length == 3 ? (int) number(words[2], 1, 8) : field.width().bytes();
        slots.put(field, new VmcsLayout.Slot(offset(words[1], bytes), bytes, 0));
    }

    private void rotated(String[] words) {
        expect(words, 2, 2, "rotated NAME BITS");
        VmcsField field = named(words[0]);
        VmcsLayout.Slot slot = slots.get(field);
        if (slot == null) {
            throw error(field.name() + " has no place yet: give it one before saying that it is rotated");
        }
        int bits = (int) number(words[1], 1, slot.bytes() * 8L - 1);
        slots.put(field, new VmcsLayout.Slot(slot.offset(), slot.bytes(), bits));
    }

    private VmcsLayout finish() {
        if (id == null || title == null) {
            throw new IllegalArgumentException(file + ": \"layout\" and \"title\" are both needed");
        }
        if (slots.isEmpty()) {
            throw new IllegalArgumentException(file + ": no field has a place");
        }
        return new VmcsLayout(
                id, title, keeper, revisions, verified, source, notes, Optional.ofNullable(launch), slots);
    }

    private VmcsField named(String word) {
        Optional<VmcsField> field = VmcsField.ofSymbol(word);
        if (field.isEmpty() && word.startsWith("0x")) {
            field = VmcsField.ofEncoding((int) number(word, 0, 0xffff));
        }
        return field.orElseThrow(() -> error("there is no VMCS field \"" + word + "\""));
    }

    private int offset(String word, int bytes) {
        return (int) number(word, 8, VmcsLayout.REGION_SIZE - (long) bytes);
    }

    private long number(String word, long least, long most) {
        long value;
        try {
            value = Long.decode(word);
        } catch (NumberFormatException e) {
            throw error("\"" + word + "\" is not a number");
        }
        if (value < least || value > most) {
            throw error("0x%x is not in 0x%x..0x%x".formatted(value, least, most));
        }
        return value;
    }

    private void expect(String[] words, int least, int most, String form) {
        if (words.length < least || words.length > most) {
            throw error("expected: " + form);
        }
    }

    private IllegalArgumentException error(String message) {
        return new IllegalArgumentException("%s, line %d: %s".formatted(file, lineNumber, message));
    }
}
