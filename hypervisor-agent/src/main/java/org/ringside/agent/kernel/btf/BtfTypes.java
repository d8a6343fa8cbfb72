package org.ringside.agent.kernel.btf;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory.LittleEndian;
import org.ringside.decoder.structure.SpecificationReference;

/**
 * The types of a kernel, out of its {@code .BTF} section: sizes of structures, offsets of their members. Kept as the bytes they are, with an index
 * of where each type begins. Immutable; safe for several threads. Types that refer to each other in circles, or say they are larger than
 * anything, cost bounded work and give no answer.
 */
public final class BtfTypes {
    /** Where the format is described. */
    public static final SpecificationReference REFERENCE =
            new SpecificationReference("Linux documentation", "bpf/btf.rst");

    static final int MAGIC = 0xeb9f;
    private static final int HEADER_BYTES = 24;
    private static final int TYPE_BYTES = 12;
    private static final int MOST_BYTES = 1 << 25;
    private static final int DEEPEST = 32;
    private static final int LONGEST_NAME = 512;
    private static final int MOST_ANONYMOUS = 64;

    private final MemorySegment types;
    private final byte[] strings;
    /** Of each type the offset of its description; index 0 is no type. */
    private final int[] starts;

    private final int[] firstOfHash;
    private final int[] nextOfHash;

    private BtfTypes(MemorySegment types, byte[] strings, int[] starts) {
        this.types = types;
        this.strings = strings;
        this.starts = starts;
        this.firstOfHash = new int[Integer.highestOneBit(Math.max(1, starts.length)) << 1];
        this.nextOfHash = new int[starts.length];
        hashNames();
    }

    /**
     * Reads a whole {@code .BTF} section: every type in it must be of a known kind and lie inside.
     *
     * @param section its bytes, from the header on; not changed afterwards
     * @return the types, or which rule of the format the bytes break
     */
    public static Observed<BtfTypes> parse(byte[] section) {
        MemorySegment all = MemorySegment.ofArray(section);
        if (section.length < HEADER_BYTES || (all.get(LittleEndian.SHORT, 0) & 0xffff) != MAGIC) {
            return new Observed.Malformed<>("does not begin with a header of BTF");
        }
        if (section.length > MOST_BYTES || section[2] != 1) {
            return new Observed.Malformed<>("BTF of version %d, %d bytes".formatted(section[2], section.length));
        }
        long header = u32(all, 4);
        long typeStart = header + u32(all, 8);
        long typeLength = u32(all, 12);
        long stringStart = header + u32(all, 16);
        long stringLength = u32(all, 20);
        if (header < HEADER_BYTES
                || typeStart + typeLength > section.length
                || stringStart + stringLength > section.length
                || stringLength < 1
                || (typeLength & 3) != 0
                || section[(int) stringStart] != 0
                || section[(int) (stringStart + stringLength - 1)] != 0) {
            return new Observed.Malformed<>(
                    "BTF whose header places %d bytes of types at 0x%x and %d of strings at 0x%x, in %d bytes"
                            .formatted(typeLength, typeStart, stringLength, stringStart, section.length));
        }
        MemorySegment types = all.asSlice(typeStart, typeLength);
        byte[] strings = Arrays.copyOfRange(section, (int) stringStart, (int) (stringStart + stringLength));
        return starts(types, strings).map(starts -> new BtfTypes(types.asReadOnly(), strings, starts));
    }

    private static Observed<int[]> starts(MemorySegment types, byte[] strings) {
        int[] starts = new int[1 << 10];
        int count = 1;
        long at = 0;
        while (at < types.byteSize()) {
            if (at + TYPE_BYTES > types.byteSize()) {
                return new Observed.Malformed<>("BTF type %d is cut off".formatted(count));
            }
            int info = types.get(LittleEndian.INT, at + 4);
            Optional<BtfKind> kind = BtfKind.of(info >>> 24 & 0x1f);
            if (kind.isEmpty() || kind.get() == BtfKind.VOID || u32(types, at) >= strings.length) {
                return new Observed.Malformed<>("BTF type %d at offset 0x%x is of kind %d, named at 0x%x of 0x%x bytes"
                        .formatted(count, at, info >>> 24 & 0x1f, u32(types, at), strings.length));
            }
            if (count == starts.length) {
                starts = Arrays.copyOf(starts, count * 2);
            }
            starts[count++] = (int) at;
            at += TYPE_BYTES + kind.get().further(info & 0xffff);
        }
        return at == types.byteSize()
                ? Observed.known(Arrays.copyOf(starts, count))
                : new Observed.Malformed<>("BTF type %d is cut off".formatted(count - 1));
    }

    /** How many types there are, numbered from 1 to this. */
    public int count() {
        return starts.length - 1;
    }

    /** The kind of a type; {@link BtfKind#VOID} for number 0 and for numbers that no type has. */
    public BtfKind kind(int type) {
        return isType(type) ? BtfKind.of(info(type) >>> 24 & 0x1f).orElse(BtfKind.VOID) : BtfKind.VOID;
    }

    /** The name of a type; empty for those that have none. */
    public String name(int type) {
        return isType(type) ? string(u32(types, starts[type])) : "";
    }

    /** The number of the structure, union, enumeration, typedef or other type of this kind and name; the first of several. */
    public Optional<Integer> find(BtfKind kind, String name) {
        byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
        for (int i = firstOfHash[hash(wanted, 0, wanted.length)]; i > 0; i = nextOfHash[i]) {
            if (kind(i) == kind && name(i).equals(name)) {
                return Optional.of(i);
            }
        }
        return Optional.empty();
    }

    /** The structure of this name, else the union. */
    public Optional<Integer> composite(String name) {
        return find(BtfKind.STRUCT, name).or(() -> find(BtfKind.UNION, name));
    }

    /** The type under typedefs, qualifiers and tags; 0 where they lead nowhere. */
    public int resolve(int type) {
        int at = type;
        for (int depth = 0; depth < DEEPEST; depth++) {
            if (!kind(at).isTransparent()) {
                return at;
            }
            at = sizeOrType(at);
        }
        return 0;
    }

    /** Bytes of a value of the type; empty for functions, unfinished types, and arrays too large to be. */
    public OptionalLong size(int type) {
        long factor = 1;
        int at = type;
        for (int depth = 0; depth < DEEPEST; depth++) {
            at = resolve(at);
            switch (kind(at)) {
                case INT, STRUCT, UNION, ENUM, ENUM64, FLOAT, DATA_SECTION -> {
                    long size = sizeOrType(at) & 0xffff_ffffL;
                    long all = size * factor;
                    return size != 0 && all / size != factor ? OptionalLong.empty() : OptionalLong.of(all);
                }
                case POINTER -> {
                    return OptionalLong.of(Long.BYTES * factor);
                }
                case ARRAY -> {
                    factor *= elements(at);
                    if (factor > Integer.MAX_VALUE) {
                        return OptionalLong.empty();
                    }
                    at = types.get(LittleEndian.INT, starts[at] + 12L);
                }
                case VARIABLE -> at = sizeOrType(at);
                default -> {
                    return OptionalLong.empty();
                }
            }
        }
        return OptionalLong.empty();
    }

    /** The type that an array has elements of, a pointer points to, or a variable or function is of; 0 for others. */
    public int target(int type) {
        int at = resolve(type);
        return switch (kind(at)) {
            case ARRAY -> types.get(LittleEndian.INT, starts[at] + 12L);
            case POINTER, VARIABLE, FUNCTION, DECLARATION_TAG -> sizeOrType(at);
            default -> 0;
        };
    }

    /** Elements of an array type; 0 for other types. */
    public long elements(int type) {
        int at = resolve(type);
        return kind(at) == BtfKind.ARRAY ? u32(types, starts[at] + 20L) : 0;
    }

    /** The members of a structure or union, as they are declared; none for other types. */
    public List<BtfMember> members(int type) {
        int at = resolve(type);
        if (!kind(at).isComposite()) {
            return List.of();
        }
        int count = info(at) & 0xffff;
        List<BtfMember> members = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            members.add(member(at, i));
        }
        return members;
    }

    /** The values of an enumeration by name, as they are declared; none for other types. */
    public List<BtfEnumerator> enumerators(int type) {
        int at = resolve(type);
        BtfKind kind = kind(at);
        if (kind != BtfKind.ENUM && kind != BtfKind.ENUM64) {
            return List.of();
        }
        int count = info(at) & 0xffff;
        boolean signed = info(at) < 0;
        List<BtfEnumerator> values = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long item = starts[at] + TYPE_BYTES + (kind == BtfKind.ENUM ? 8L : 12L) * i;
            long low = types.get(LittleEndian.INT, item + 4);
            long value = kind == BtfKind.ENUM64
                    ? (u32(types, item + 8) << 32) | (low & 0xffff_ffffL)
                    : signed ? low : low & 0xffff_ffffL;
            values.add(new BtfEnumerator(string(u32(types, item)), value));
        }
        return values;
    }

    /**
     * The place that a path leads to, through structures within structures, through members without a name, and into arrays: for example
     * {@code "tasks.next"} or {@code "mem[0].base"}.
     *
     * @param type number of a structure or union
     * @param path names separated by dots, each with an index in brackets if it is an array
     * @return the place, counted from the start of {@code type}; empty if there is no such member
     */
    public Optional<BtfMember> member(int type, String path) {
        long bits = 0;
        int width = 0;
        int at = type;
        for (String step : path.split("\\.", -1)) {
            int bracket = step.indexOf('[');
            String name = bracket < 0 ? step : step.substring(0, bracket);
            Optional<BtfMember> found = name.isEmpty() ? Optional.empty() : search(at, name, 0, new HashSet<>());
            if (found.isEmpty()) {
                return Optional.empty();
            }
            bits += found.get().bitOffset();
            width = found.get().bits();
            at = found.get().type();
            if (bracket >= 0) {
                OptionalLong index = index(step.substring(bracket));
                OptionalLong size = size(target(at));
                if (index.isEmpty() || size.isEmpty() || index.getAsLong() >= elements(at)) {
                    return Optional.empty();
                }
                bits += index.getAsLong() * size.getAsLong() * Byte.SIZE;
                at = target(at);
            }
        }
        return Optional.of(new BtfMember(path, bits, width, at));
    }

    /** {@link #member(int, String)} of the structure or union of that name. */
    public Optional<BtfMember> member(String structure, String path) {
        return composite(structure).flatMap(type -> member(type, path));
    }

    /** Bytes of the structure or union of that name. */
    public OptionalLong size(String structure) {
        return composite(structure).map(this::size).orElse(OptionalLong.empty());
    }

    private static OptionalLong index(String brackets) {
        if (!brackets.matches("\\[\\d{1,9}]")) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(Long.parseLong(brackets.substring(1, brackets.length() - 1)));
    }

    /** Also in members without a name, whose members count as the structure's own. */
    private Optional<BtfMember> search(int type, String name, int depth, Set<Integer> seen) {
        int at = resolve(type);
        if (!kind(at).isComposite() || depth > DEEPEST || seen.size() > MOST_ANONYMOUS || !seen.add(at)) {
            return Optional.empty();
        }
        int count = info(at) & 0xffff;
        for (int i = 0; i < count; i++) {
            BtfMember member = member(at, i);
            if (member.name().equals(name)) {
                return Optional.of(member);
            }
            if (member.name().isEmpty()) {
                Optional<BtfMember> inner = search(member.type(), name, depth + 1, seen);
                if (inner.isPresent()) {
                    BtfMember found = inner.get();
                    return Optional.of(new BtfMember(
                            found.name(), member.bitOffset() + found.bitOffset(), found.bits(), found.type()));
                }
            }
        }
        return Optional.empty();
    }

    private BtfMember member(int type, int index) {
        long item = starts[type] + TYPE_BYTES + 12L * index;
        int offset = types.get(LittleEndian.INT, item + 8);
        // With the kind flag set the offset's top byte is the width of a bit field.
        boolean flag = info(type) < 0;
        return new BtfMember(
                string(u32(types, item)),
                flag ? offset & 0xff_ffff : offset & 0xffff_ffffL,
                flag ? offset >>> 24 : 0,
                types.get(LittleEndian.INT, item + 4));
    }

    private boolean isType(int type) {
        return type > 0 && type < starts.length;
    }

    private int info(int type) {
        return types.get(LittleEndian.INT, starts[type] + 4L);
    }

    private int sizeOrType(int type) {
        return types.get(LittleEndian.INT, starts[type] + 8L);
    }

    private String string(long offset) {
        if (offset >= strings.length) {
            return "";
        }
        int start = (int) offset;
        return new String(strings, start, stringLength(start), StandardCharsets.UTF_8);
    }

    private int stringLength(int start) {
        int end = start;
        while (strings[end] != 0 && end - start < LONGEST_NAME) {
            end++;
        }
        return end - start;
    }

    private void hashNames() {
        for (int i = starts.length - 1; i > 0; i--) {
            int start = (int) u32(types, starts[i]);
            if (strings[start] != 0) {
                int hash = hash(strings, start, stringLength(start));
                nextOfHash[i] = firstOfHash[hash];
                firstOfHash[hash] = i;
            }
        }
    }

    private int hash(byte[] text, int start, int length) {
        int hash = 0;
        for (int i = start; i < start + length; i++) {
            hash = 31 * hash + text[i];
        }
        return (hash ^ hash >>> 16) & (firstOfHash.length - 1);
    }

    private static long u32(MemorySegment bytes, long at) {
        return bytes.get(LittleEndian.INT, at) & 0xffff_ffffL;
    }
}
