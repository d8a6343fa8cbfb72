package org.ringside.decoder.vmcs.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.vmcs.VmcsValues;
import org.ringside.decoder.vmcs.VmxCapabilities;

/** Runs the checks of a VM entry on a VMCS, wherever its values are from. */
public final class VmEntryChecks {
    private static final List<Check> ENTRY = entryChecks();
    private static final List<Check> CONSISTENCY = MemoryConsistency.all();

    private VmEntryChecks() {}

    private static List<Check> entryChecks() {
        List<Check> checks = new ArrayList<>();
        checks.addAll(ControlChecks.all());
        checks.addAll(HostStateChecks.all());
        checks.addAll(GuestRegisterChecks.all());
        checks.addAll(GuestSegmentChecks.all());
        checks.addAll(GuestOtherChecks.all());
        checks.addAll(FredChecks.all());
        checks.addAll(MsrAreaChecks.all());
        return List.copyOf(checks);
    }

    /**
     * What chapter 27 demands, in its order; rules that do not apply to this VMCS are left out.
     *
     * @param values the VMCS
     * @param capabilities the processor's, {@link VmxCapabilities#unknown()} if they were not captured
     * @param memory host-physical memory, if there is any
     */
    public static List<CheckResult> run(
            VmcsValues values, VmxCapabilities capabilities, Optional<PhysicalMemory> memory) {
        return run(ENTRY, values, capabilities, memory);
    }

    /** Whether the VMCS agrees with the memory it points to. */
    public static List<CheckResult> consistency(
            VmcsValues values, VmxCapabilities capabilities, Optional<PhysicalMemory> memory) {
        return run(CONSISTENCY, values, capabilities, memory);
    }

    private static List<CheckResult> run(
            List<Check> checks, VmcsValues values, VmxCapabilities capabilities, Optional<PhysicalMemory> memory) {
        List<CheckResult> results = new ArrayList<>();
        for (Check check : checks) {
            check.run(new CheckInput(values, capabilities, memory)).ifPresent(results::add);
        }
        return results;
    }

    /** Every rule, to be tested. */
    static List<Check> rules() {
        List<Check> all = new ArrayList<>(ENTRY);
        all.addAll(CONSISTENCY);
        return all;
    }
}
