package org.ringside.decoder.svm.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ringside.decoder.cpu.CpuRegisters;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.svm.VmcbValues;
import org.ringside.decoder.vmcs.check.CheckResult;

/** Runs the consistency checks of VMRUN on a VMCB, wherever its values are from. */
public final class VmrunChecks {
    private static final List<Check> CONSISTENCY = consistencyChecks();
    private static final List<Check> MEMORY = agreementChecks();

    private VmrunChecks() {}

    private static List<Check> consistencyChecks() {
        List<Check> checks = new ArrayList<>();
        checks.addAll(ControlChecks.all());
        checks.addAll(StateChecks.all());
        return List.copyOf(checks);
    }

    private static List<Check> agreementChecks() {
        List<Check> checks = new ArrayList<>(MemoryChecks.all());
        checks.addAll(StateChecks.canonicalBases());
        return List.copyOf(checks);
    }

    /**
     * What VMRUN demands, or else leaves at once with VMEXIT_INVALID (15.5.1, 15.20, 15.21.10, 15.25.4, 15.29, 15.34.3, 15.35.2); rules that do
     * not apply to this VMCB are left out.
     *
     * @param values the VMCB
     * @param host the registers of the host when it executed VMRUN, if they were captured
     * @param memory system-physical memory, if there is any
     */
    public static List<CheckResult> run(
            VmcbValues values, Optional<CpuRegisters> host, Optional<PhysicalMemory> memory) {
        return run(CONSISTENCY, values, host, memory);
    }

    /** Whether the VMCB agrees with the memory it points to, and holds what a processor leaves there: not demanded, but true of every VMCB at work. */
    public static List<CheckResult> consistency(
            VmcbValues values, Optional<CpuRegisters> host, Optional<PhysicalMemory> memory) {
        return run(MEMORY, values, host, memory);
    }

    private static List<CheckResult> run(
            List<Check> checks, VmcbValues values, Optional<CpuRegisters> host, Optional<PhysicalMemory> memory) {
        List<CheckResult> results = new ArrayList<>();
        for (Check check : checks) {
            check.run(new CheckInput(values, host, memory)).ifPresent(results::add);
        }
        return results;
    }
}
