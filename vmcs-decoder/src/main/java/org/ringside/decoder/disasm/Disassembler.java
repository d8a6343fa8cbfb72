package org.ringside.decoder.disasm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.ringside.decoder.memory.Observed;

/**
 * Disassembles x86 code. Confined to the thread that opened it: any other gets a {@link WrongThreadException}. Close it: it holds native
 * memory.
 */
public final class Disassembler implements AutoCloseable {
    /** The most code looked at in one call, in bytes. */
    public static final int MAXIMUM_CODE = 1 << 20;

    private static final int ARCHITECTURE_X86 = 3;
    private static final int OPTION_SKIPDATA = 5;
    private static final long OPTION_ON = 3;
    private static final int LONGEST_INSTRUCTION = 15;

    /** Width of the code, as CS.L and CS.D select it. */
    public enum Mode {
        BITS_16(1 << 1),
        BITS_32(1 << 2),
        BITS_64(1 << 3);

        private final int capstoneMode;

        Mode(int capstoneMode) {
            this.capstoneMode = capstoneMode;
        }
    }

    private final Capstone capstone;
    private final Arena arena;
    private final long handle;
    private final MemorySegment insn;
    private final MemorySegment handlePointer;
    private final MemorySegment cursor;
    private final MemorySegment remaining;
    private final MemorySegment position;
    private MemorySegment buffer;
    private boolean closed;

    private Disassembler(Capstone capstone, Arena arena, MemorySegment handlePointer, MemorySegment insn) {
        this.capstone = capstone;
        this.arena = arena;
        this.handlePointer = handlePointer;
        this.handle = handlePointer.get(ValueLayout.JAVA_LONG, 0);
        this.insn = insn;
        this.cursor = arena.allocate(ValueLayout.ADDRESS);
        this.remaining = arena.allocate(ValueLayout.JAVA_LONG);
        this.position = arena.allocate(ValueLayout.JAVA_LONG);
        this.buffer = arena.allocate(4096);
    }

    /** A disassembler of 64-bit code by the system's library; else a message that says what to install. */
    public static Observed<Disassembler> open() {
        return open(Mode.BITS_64);
    }

    /** {@link #open()} for another width. */
    public static Observed<Disassembler> open(Mode mode) {
        return Capstone.load().flatMap(capstone -> capstone.open(mode));
    }

    @SuppressWarnings({"restricted", "MustBeClosedChecker"})
    static Observed<Disassembler> open(Capstone capstone, Mode mode) {
        Arena arena = Arena.ofConfined();
        boolean opened = false;
        try {
            MemorySegment handlePointer = arena.allocate(ValueLayout.JAVA_LONG);
            int error = (int) capstone.open.invokeExact(ARCHITECTURE_X86, mode.capstoneMode, handlePointer);
            long handle = handlePointer.get(ValueLayout.JAVA_LONG, 0);
            if (error != 0 || handle == 0) {
                return new Observed.Unreadable<>(
                        "%s does not disassemble x86 (cs_open: error %d)".formatted(capstone.description(), error));
            }
            int skip = (int) capstone.option.invokeExact(handle, OPTION_SKIPDATA, OPTION_ON);
            MemorySegment insn = (MemorySegment) capstone.malloc.invokeExact(handle);
            if (skip != 0 || insn.address() == 0) {
                int ignored = (int) capstone.close.invokeExact(handlePointer);
                return new Observed.Unreadable<>("%s could not be set up (cs_option: error %d, close: %d)"
                        .formatted(capstone.description(), skip, ignored));
            }
            MemorySegment sized = insn.reinterpret(capstone.layout().size());
            Disassembler result = new Disassembler(capstone, arena, handlePointer, sized);
            opened = true;
            return Observed.known(result);
        } catch (Throwable e) {
            throw Capstone.rethrow(e);
        } finally {
            if (!opened) {
                arena.close();
            }
        }
    }

    /** The library that does the work, for example {@code "Capstone 4.0 (libcapstone.so.4)"}. */
    public String description() {
        return capstone.description();
    }

    /**
     * The instructions in {@code code}, one after the other; a byte that starts none becomes {@code .byte}. Bytes of an instruction that
     * {@code code} cuts off at its end are shown so too.
     *
     * @param code at most the first {@link #MAXIMUM_CODE} bytes of it are looked at
     * @param address of its first byte
     * @param most instructions at most
     * @throws WrongThreadException if another thread opened this
     * @throws IllegalStateException if this is closed, or Capstone reports an error
     */
    public List<Instruction> disassemble(MemorySegment code, long address, int most) {
        if (closed) {
            throw new IllegalStateException("the disassembler is closed");
        }
        long length = Math.min(Math.min(code.byteSize(), MAXIMUM_CODE), Math.max(0L, most) * LONGEST_INSTRUCTION);
        if (length > buffer.byteSize()) {
            buffer = arena.allocate(MAXIMUM_CODE);
        }
        MemorySegment.copy(code, 0, buffer, 0, length);
        cursor.set(ValueLayout.ADDRESS, 0, buffer);
        remaining.set(ValueLayout.JAVA_LONG, 0, length);
        position.set(ValueLayout.JAVA_LONG, 0, address);
        List<Instruction> instructions = new ArrayList<>();
        while (instructions.size() < most && remaining.get(ValueLayout.JAVA_LONG, 0) > 0 && step()) {
            instructions.add(capstone.layout().read(insn));
        }
        return instructions;
    }

    private boolean step() {
        try {
            boolean found = (boolean) capstone.iterate.invokeExact(handle, cursor, remaining, position, insn);
            if (!found) {
                int error = (int) capstone.errno.invokeExact(handle);
                if (error != 0) {
                    throw new IllegalStateException("%s failed with error %d at 0x%x"
                            .formatted(capstone.description(), error, position.get(ValueLayout.JAVA_LONG, 0)));
                }
            }
            return found;
        } catch (Throwable e) {
            throw Capstone.rethrow(e);
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        // A confined arena refuses the wrong thread before anything is freed.
        cursor.get(ValueLayout.ADDRESS, 0);
        closed = true;
        try {
            capstone.free.invokeExact(insn, 1L);
            int ignored = (int) capstone.close.invokeExact(handlePointer);
            if (ignored != 0) {
                throw new IllegalStateException("cs_close: error " + ignored);
            }
        } catch (Throwable e) {
            throw Capstone.rethrow(e);
        } finally {
            arena.close();
        }
    }
}
