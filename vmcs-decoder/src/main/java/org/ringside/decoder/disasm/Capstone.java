package org.ringside.decoder.disasm;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ringside.decoder.memory.Observed;

/**
 * The system's Capstone library, version 4 or 5, found at run time. Immutable and safe for several threads; each thread opens its own
 * {@link Disassembler} from it. The library stays loaded as long as this object or a disassembler from it is reachable.
 */
public final class Capstone {
    /** System property with the path of the library to use instead of the system's. */
    public static final String PATH_PROPERTY = "ringside.capstone";

    private static final List<String> NAMES = List.of("libcapstone.so.5", "libcapstone.so.4");
    private static final String INSTALL =
            "install it with: apt install libcapstone5 (Debian 13 or newer) or apt install libcapstone4 (Debian 12),"
                    + " or set -D" + PATH_PROPERTY + "=/path/to/libcapstone.so";
    private static final ValueLayout.OfLong SIZE_T = ValueLayout.JAVA_LONG;
    private static final AddressLayout POINTER = ValueLayout.ADDRESS;

    private final Arena arena;
    private final String library;
    private final int major;
    private final int minor;
    private final InstructionLayout layout;
    final MethodHandle open;
    final MethodHandle close;
    final MethodHandle option;
    final MethodHandle malloc;
    final MethodHandle free;
    final MethodHandle iterate;
    final MethodHandle errno;

    private Capstone(Arena arena, String library, SymbolLookup symbols, int version) {
        this.arena = arena;
        this.library = library;
        this.major = version >>> 8;
        this.minor = version & 0xff;
        this.layout = major == 4 ? InstructionLayout.VERSION_4 : InstructionLayout.VERSION_5;
        ValueLayout.OfInt integer = ValueLayout.JAVA_INT;
        this.open = function(symbols, "cs_open", FunctionDescriptor.of(integer, integer, integer, POINTER));
        this.close = function(symbols, "cs_close", FunctionDescriptor.of(integer, POINTER));
        this.option = function(symbols, "cs_option", FunctionDescriptor.of(integer, SIZE_T, integer, SIZE_T));
        this.malloc = function(symbols, "cs_malloc", FunctionDescriptor.of(POINTER, SIZE_T));
        this.free = function(symbols, "cs_free", FunctionDescriptor.ofVoid(POINTER, SIZE_T));
        this.iterate = function(
                symbols,
                "cs_disasm_iter",
                FunctionDescriptor.of(ValueLayout.JAVA_BOOLEAN, SIZE_T, POINTER, POINTER, POINTER, POINTER));
        this.errno = function(symbols, "cs_errno", FunctionDescriptor.of(integer, SIZE_T));
    }

    /** The library that {@value #PATH_PROPERTY} names, else the system's; else a message that says what to install. */
    public static Observed<Capstone> load() {
        String path = System.getProperty(PATH_PROPERTY, "");
        return path.isEmpty() ? loadFirst(NAMES) : load(path);
    }

    static Observed<Capstone> loadFirst(List<String> names) {
        List<String> reasons = new ArrayList<>();
        for (String name : names) {
            switch (load(name)) {
                case Observed.Known<Capstone> known -> {
                    return known;
                }
                case Observed<Capstone> missing -> reasons.add(missing.reason());
            }
        }
        return new Observed.Unreadable<>("no disassembly: %s; %s".formatted(String.join("; ", reasons), INSTALL));
    }

    /**
     * @param library a file name that the system's loader finds, or a path
     */
    @SuppressWarnings("restricted")
    static Observed<Capstone> load(String library) {
        Arena arena = Arena.ofAuto();
        try {
            SymbolLookup symbols = library.contains("/")
                    ? SymbolLookup.libraryLookup(Path.of(library), arena)
                    : SymbolLookup.libraryLookup(library, arena);
            MethodHandle version =
                    function(symbols, "cs_version", FunctionDescriptor.of(ValueLayout.JAVA_INT, POINTER, POINTER));
            int number = (int) version.invokeExact(MemorySegment.NULL, MemorySegment.NULL);
            if (number >>> 8 != 4 && number >>> 8 != 5) {
                return new Observed.Unreadable<>("%s is Capstone %d.%d, but only versions 4 and 5 are known"
                        .formatted(library, number >>> 8, number & 0xff));
            }
            return Observed.known(new Capstone(arena, library, symbols, number));
        } catch (IllegalArgumentException e) {
            return new Observed.Unreadable<>("%s could not be loaded".formatted(library));
        } catch (MissingFunction e) {
            return new Observed.Unreadable<>("%s has no function %s".formatted(library, e.getMessage()));
        } catch (IllegalCallerException e) {
            return new Observed.Unreadable<>(
                    "native access is not enabled: start Java with --enable-native-access=org.ringside.decoder");
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    /** For example {@code "Capstone 4.0 (libcapstone.so.4)"}. */
    public String description() {
        return "Capstone %d.%d (%s)".formatted(major, minor, library);
    }

    /**
     * A disassembler of this library for the calling thread.
     *
     * @param mode width of the code
     */
    public Observed<Disassembler> open(Disassembler.Mode mode) {
        return Disassembler.open(this, mode);
    }

    InstructionLayout layout() {
        return layout;
    }

    /** Keeps the library loaded for as long as whoever asks. */
    Arena arena() {
        return arena;
    }

    @SuppressWarnings("restricted")
    private static MethodHandle function(SymbolLookup symbols, String name, FunctionDescriptor descriptor) {
        MemorySegment address = symbols.find(name).orElseThrow(() -> new MissingFunction(name));
        return Linker.nativeLinker().downcallHandle(address, descriptor);
    }

    /** What a call through a method handle threw: none of the functions here declares anything. */
    static RuntimeException rethrow(Throwable thrown) {
        return switch (thrown) {
            case RuntimeException e -> e;
            case Error e -> throw e;
            default -> new IllegalStateException(thrown);
        };
    }

    private static final class MissingFunction extends RuntimeException {
        private static final long serialVersionUID = 1L;

        MissingFunction(String name) {
            super(name);
        }
    }
}
