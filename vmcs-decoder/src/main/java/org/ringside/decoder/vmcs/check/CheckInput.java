package org.ringside.decoder.vmcs.check;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.ringside.decoder.ept.EptContext;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.vmcs.ControlWord;
import org.ringside.decoder.vmcs.VmcsField;
import org.ringside.decoder.vmcs.VmcsValues;
import org.ringside.decoder.vmcs.VmxCapabilities;
import org.ringside.decoder.vmcs.VmxControl;

/**
 * What one check reads. It remembers what was read, to be shown, and what was asked for and is not known: then the check could not be
 * evaluated, whatever it says. For one check.
 */
final class CheckInput {
    /** All processors with VMX have at least this many physical-address bits. */
    private static final int LEAST_WIDTH = 36;

    private final VmcsValues values;
    private final VmxCapabilities capabilities;
    private final Optional<PhysicalMemory> memory;
    private final Set<String> missing = new LinkedHashSet<>();
    private final Set<String> read = new LinkedHashSet<>();

    CheckInput(VmcsValues values, VmxCapabilities capabilities, Optional<PhysicalMemory> memory) {
        this.values = values;
        this.capabilities = capabilities;
        this.memory = memory;
    }

    /** The field's value, 0 if it is not known. */
    long get(VmcsField field) {
        long value = take(values.get(field));
        read.add("%s 0x%x".formatted(field.title(), value));
        return value;
    }

    boolean bit(VmcsField field, int bit) {
        return (get(field) >>> bit & 1) != 0;
    }

    /** Whether a control is in effect, false if that is not known. */
    boolean on(VmxControl control) {
        return switch (values.control(control)) {
            case Observed.Known<Boolean>(Boolean set) -> {
                read.add("\"%s\" is %d".formatted(control.title(), set ? 1 : 0));
                yield set;
            }
            case Observed<Boolean> unknown -> {
                missing.add(unknown.reason());
                yield false;
            }
        };
    }

    boolean off(VmxControl control) {
        return !on(control);
    }

    /** Bits of a control word that the processor does not allow as they are. */
    long forbidden(ControlWord word) {
        long value = get(word.field());
        return switch (capabilities.allowed(word)) {
            case Observed.Known<VmxCapabilities.Allowed>(VmxCapabilities.Allowed allowed) ->
                allowed.mustBeZero(value) | allowed.mustBeOne(value);
            case Observed<VmxCapabilities.Allowed> unknown -> {
                missing.add(unknown.reason());
                yield 0;
            }
        };
    }

    VmxCapabilities capabilities() {
        return capabilities;
    }

    /** A capability or other observation, 0 if it is not known. */
    long take(Observed<Long> observed) {
        if (observed instanceof Observed.Known<Long>(Long value)) {
            return value;
        }
        missing.add(observed.reason());
        return 0;
    }

    /** The word at a physical address; 0 if it is not known. */
    long memory(long address) {
        if (memory.isEmpty()) {
            missing.add("no memory was given");
            return 0;
        }
        long value = take(memory.get().readLong(address));
        read.add("memory at 0x%x 0x%x".formatted(address, value));
        return value;
    }

    Optional<PhysicalMemory> memory() {
        return memory;
    }

    /** Whether {@code address} has no bits beyond the processor's physical-address width. */
    boolean withinWidth(long address) {
        if (address >>> 52 != 0) {
            return false;
        }
        if (address >>> LEAST_WIDTH == 0) {
            return true;
        }
        return switch (capabilities.physicalAddressBits()) {
            case Observed.Known<Integer>(Integer bits) -> address >>> bits == 0;
            case Observed<Integer> unknown -> {
                missing.add("the physical-address width: " + unknown.reason());
                yield true;
            }
        };
    }

    /** Whether a field is an address with {@code zeroBits} low bits clear and within the physical-address width. */
    boolean aligned(VmcsField field, int zeroBits) {
        long address = get(field);
        return (address & ((1L << zeroBits) - 1)) == 0 && withinWidth(address);
    }

    /** Whether {@code address} is canonical: in 57 bits with 5-level paging of the host, else in 48. */
    boolean canonical(long address) {
        long cr4 = values.get(VmcsField.HOST_CR4).orElse(0L)
                | values.get(VmcsField.GUEST_CR4).orElse(0L);
        int unused = (cr4 >>> 12 & 1) != 0 ? 7 : 16;
        return address << unused >> unused == address;
    }

    /** Something to show beside the result. */
    void note(String what) {
        read.add(what);
    }

    /** How guest-physical addresses are translated. */
    Observed<EptContext> eptContext() {
        return EptContext.of(values, capabilities);
    }

    /** Says that evidence is missing: the check cannot be evaluated. */
    void lacks(String what) {
        missing.add(what);
    }

    CheckResult result(String id, String section, String rule, boolean holds) {
        if (!missing.isEmpty()) {
            return new CheckResult(id, section, rule, CheckResult.Outcome.NOT_EVALUABLE, String.join("; ", missing));
        }
        return new CheckResult(
                id,
                section,
                rule,
                holds ? CheckResult.Outcome.PASS : CheckResult.Outcome.FAIL,
                String.join(", ", read));
    }

    boolean complete() {
        return missing.isEmpty();
    }
}
