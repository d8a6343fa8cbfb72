package org.ringside.trace;

import java.util.List;
import org.ringside.decoder.cpu.CpuRegisters;
import org.ringside.decoder.cpu.DeviceRegisters;

/**
 * What a snapshot holds beside memory. An empty list means that nothing was captured.
 *
 * @param cpus one per virtual CPU, by number
 * @param devices captured device registers, for example DMAR units
 */
public record MachineState(List<CpuRegisters> cpus, List<DeviceRegisters> devices) {
    public MachineState {
        cpus = List.copyOf(cpus);
        devices = List.copyOf(devices);
    }

    public static MachineState none() {
        return new MachineState(List.of(), List.of());
    }
}
