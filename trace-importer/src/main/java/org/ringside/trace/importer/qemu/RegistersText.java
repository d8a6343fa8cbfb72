package org.ringside.trace.importer.qemu;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.ringside.trace.MachineState;
import org.ringside.trace.importer.ImportException;

/**
 * The text of QEMU's monitor commands {@code info registers} (one or, with {@code -a}, all CPUs; 32-bit and 64-bit) and {@code xp} (dumps of
 * device registers), in any order in one file. Lines that are neither are kept as notes. MSRs, which QEMU does not show, are read from lines
 * {@code IA32_LSTAR=HEX} added by whoever made the text.
 *
 * <p>Registers get the names of {@link org.ringside.decoder.cpu.CpuRegisters}. Beside those: {@code fcw}, {@code fsw}, {@code ftw},
 * {@code mxcsr}; {@code fpr0.mantissa} and {@code fpr0.exponent}; vector registers in 64-bit parts, {@code ymm0.0} being the lowest;
 * {@code cpl}, {@code ii}, {@code a20}, {@code smm}, {@code hlt}. A CPU in a 32-bit mode shows the low halves of its general registers only:
 * they are named {@code eax}…{@code esp}.
 *
 * <p>Dumps become device registers, one per run of addresses without a gap: {@code dmar0}, {@code dmar1}… where the run looks like a VT-d
 * remapping unit, otherwise {@code mmio-} and the base in hexadecimal.
 *
 * @param state CPUs by number, devices by address
 * @param notes what was not understood or doubted, one sentence each
 */
public record RegistersText(MachineState state, List<String> notes) {
    /** Longest text that is accepted, in bytes. */
    public static final int MAXIMUM_SIZE = 16 << 20;

    public RegistersText {
        notes = List.copyOf(notes);
    }

    /**
     * Reads registers, without the notes.
     *
     * @throws ImportException as {@link #read}
     */
    public static MachineState parse(Path file) throws IOException {
        return read(file).state();
    }

    /**
     * Reads registers, with notes on what was not understood.
     *
     * @throws ImportException if it is not a text file of a sensible size, or has neither a register nor a dump in it
     */
    public static RegistersText read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new ImportException(
                    file,
                    Files.notExists(file)
                            ? "does not exist."
                            : "is not a regular file; name a text file with QEMU's info registers.");
        }
        if (Files.size(file) > MAXIMUM_SIZE) {
            throw new ImportException(
                    file, "has more than %d bytes, too many for a text of registers.".formatted(MAXIMUM_SIZE));
        }
        RegistersText result = read(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
        if (result.state().cpus().isEmpty() && result.state().devices().isEmpty()) {
            throw new ImportException(
                    file,
                    "has no register in it; expected the text of QEMU's monitor command \"info registers\" or \"xp\".");
        }
        return result;
    }

    /** Reads registers from text; an empty state if there are none. */
    public static RegistersText read(String text) {
        return new RegistersTextParser().parse(text);
    }
}
