package org.ringside.agent.kernel.objects;

import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ringside.agent.kernel.btf.BtfMember;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;

/**
 * How this kernel's struct module is built. Up to Linux 6.3 its memory is one piece for good (core_layout) and one for initialisation; since 6.4 there
 * is one for each kind of memory (mem[]).
 */
final class ModuleForm {
    static final String MODULE = "module";

    private static final long LARGEST_AREA = 1L << 28;
    private static final int MOST_AREAS = 16;

    private final ObjectReader reader;
    private final List<String> areas;
    private final int nameLength;

    private ModuleForm(ObjectReader reader, List<String> areas, int nameLength) {
        this.reader = reader;
        this.areas = areas;
        this.nameLength = nameLength;
    }

    /** The form, or which member this kernel's types lack. */
    static Observed<ModuleForm> of(ObjectReader reader) {
        return reader.member(MODULE, "name")
                .flatMap(name -> reader.kernel().types().flatMap(types -> {
                    List<String> areas = new ArrayList<>();
                    Optional<String> single = reader.firstOf(MODULE, "core_layout", "mem");
                    if (single.isEmpty()) {
                        return new Observed.NotApplicable<>(
                                "the kernel's struct module has neither core_layout nor mem");
                    }
                    if (single.get().equals("core_layout")) {
                        areas.add("core_layout");
                    } else {
                        long count = types.elements(reader.member(MODULE, "mem")
                                .map(BtfMember::type)
                                .orElse(0));
                        for (int i = 0; i < Math.min(count, MOST_AREAS); i++) {
                            areas.add("mem[%d]".formatted(i));
                        }
                    }
                    int length = (int) Math.min(types.size(name.type()).orElse(0), 256);
                    return length < 2
                            ? new Observed.Malformed<>("module.name is of %d bytes".formatted(length))
                            : Observed.known(new ModuleForm(reader, areas, length));
                }));
    }

    /** The module's memory, what is not there left out. */
    List<AddressRange> areas(long module) {
        List<AddressRange> found = new ArrayList<>();
        for (String area : areas) {
            Observed<Long> base = reader.number(module, MODULE, area + ".base");
            Observed<Long> size = reader.number(module, MODULE, area + ".size");
            if (base instanceof Observed.Known<Long>(Long start)
                    && size instanceof Observed.Known<Long>(Long length)
                    && start < 0
                    && length > 0
                    && length <= LARGEST_AREA
                    && start + length < 0) {
                found.add(AddressRange.ofLength(start, length));
            }
        }
        return found;
    }

    /**
     * Whether something has the form of a module: a state, a name of letters with nothing but zeros after it, and memory that it lies in
     * itself, as each struct module does.
     */
    boolean fits(long module) {
        return reader.number(module, MODULE, "state")
                        .flatMap(KernelModule.State::of)
                        .isKnown()
                && name(module).isPresent()
                && areas(module).stream()
                        .anyMatch(
                                area -> area.contains(module) && (area.start() & (PhysicalMemory.PAGE_SIZE - 1)) == 0);
    }

    /** The name, if it is one. */
    Optional<String> name(long module) {
        long at = module + reader.offset(MODULE, "name").orElse(0L);
        return reader.kernel().memory().read(at, nameLength).toOptional().flatMap(bytes -> {
            byte[] characters = bytes.toArray(ValueLayout.JAVA_BYTE);
            int length = 0;
            while (length < characters.length && isNameCharacter(characters[length])) {
                length++;
            }
            for (int i = length; i < characters.length; i++) {
                if (characters[i] != 0) {
                    return Optional.empty();
                }
            }
            return length == 0 || length == characters.length
                    ? Optional.empty()
                    : Optional.of(new String(characters, 0, length, StandardCharsets.US_ASCII));
        });
    }

    static boolean isNameCharacter(byte character) {
        return (character >= 'a' && character <= 'z')
                || (character >= 'A' && character <= 'Z')
                || (character >= '0' && character <= '9')
                || character == '_'
                || character == '-'
                || character == '.';
    }
}
