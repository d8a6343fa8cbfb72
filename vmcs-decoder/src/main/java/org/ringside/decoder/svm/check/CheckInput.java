package org.ringside.decoder.svm.check;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.ringside.decoder.cpu.CpuRegisters;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.svm.Apm;
import org.ringside.decoder.svm.VmcbField;
import org.ringside.decoder.svm.VmcbValues;
import org.ringside.decoder.vmcs.check.CheckResult;

/**
 * What one check reads. It remembers what was read, to be shown, and what was asked for and is not known: then the check could not be
 * evaluated, whatever it says. For one check.
 */
final class CheckInput {
    /** All processors with SVM have at least this many physical-address bits. */
    private static final int LEAST_WIDTH = 40;

    private static final int MOST_WIDTH = 52;

    private final VmcbValues values;
    private final Optional<CpuRegisters> host;
    private final Optional<PhysicalMemory> memory;
    private final Set<String> missing = new LinkedHashSet<>();
    private final Set<String> read = new LinkedHashSet<>();

    CheckInput(VmcbValues values, Optional<CpuRegisters> host, Optional<PhysicalMemory> memory) {
        this.values = values;
        this.host = host;
        this.memory = memory;
    }

    /** The field's value, 0 if it is not known. */
    long get(VmcbField field) {
        long value = take(values.get(field));
        read.add("%s 0x%x".formatted(field.title(), value));
        return value;
    }

    boolean bit(VmcbField field, int bit) {
        return (get(field) >>> bit & 1) != 0;
    }

    VmcbValues values() {
        return values;
    }

    /** An observation, 0 if it is not known. */
    long take(Observed<Long> observed) {
        if (observed instanceof Observed.Known<Long>(Long value)) {
            return value;
        }
        missing.add(observed.reason());
        return 0;
    }

    /** A register of the host when it executed VMRUN, 0 if it is not known. */
    long host(String register) {
        if (host.isEmpty()) {
            missing.add("the host's " + register + " was not captured");
            return 0;
        }
        long value = take(host.get().get(register));
        read.add("host %s 0x%x".formatted(register, value));
        return value;
    }

    /** Whether {@code bytes} from the page of {@code address} on lie below the highest physical address. */
    boolean withinWidth(long address, int bytes) {
        long last = (address & -PhysicalMemory.PAGE_SIZE) + bytes - 1;
        if (last >>> MOST_WIDTH != 0) {
            return false;
        }
        if (last >>> LEAST_WIDTH != 0) {
            missing.add("the processor's physical-address width was not captured");
        }
        return true;
    }

    /** The memory, if there is any; else the check cannot be evaluated. */
    Optional<PhysicalMemory> memory() {
        if (memory.isEmpty()) {
            missing.add("no memory was given");
        }
        return memory;
    }

    /** Whether all of {@code bytes} from the page of {@code address} on were captured. */
    boolean captured(long address, int bytes) {
        if (memory().isEmpty()) {
            return false;
        }
        for (long offset = 0; offset < bytes; offset += PhysicalMemory.PAGE_SIZE) {
            if (!memory.get()
                    .page((address & -PhysicalMemory.PAGE_SIZE) + offset)
                    .isKnown()) {
                note("0x%x is not in memory".formatted((address & -PhysicalMemory.PAGE_SIZE) + offset));
                return false;
            }
        }
        return true;
    }

    /** Something to show beside the result. */
    void note(String what) {
        read.add(what);
    }

    /** Says that evidence is missing: the check cannot be evaluated. */
    void lacks(String what) {
        missing.add(what);
    }

    boolean complete() {
        return missing.isEmpty();
    }

    CheckResult result(String id, String section, String rule, boolean holds) {
        CheckResult.Outcome outcome = !complete()
                ? CheckResult.Outcome.NOT_EVALUABLE
                : holds ? CheckResult.Outcome.PASS : CheckResult.Outcome.FAIL;
        return new CheckResult(
                Apm.DOCUMENT,
                id,
                section,
                rule,
                outcome,
                complete() ? String.join(", ", read) : String.join("; ", missing));
    }
}
