package org.ringside.app.memory;

import java.util.Locale;
import java.util.OptionalLong;
import org.ringside.app.workspace.AddressExpression;
import org.ringside.decoder.cpu.CpuRegisters;
import org.ringside.trace.MachineState;

/**
 * Registers as names: {@code rip} of the first CPU, {@code cpu1.rip} of another; case does not count.
 *
 * @param state the registers
 */
record RegisterNames(MachineState state) implements AddressExpression.Names {
    @Override
    public OptionalLong value(String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        for (int i = 0; i < state.cpus().size(); i++) {
            CpuRegisters cpu = state.cpus().get(i);
            String prefix = "cpu" + cpu.vcpu() + ".";
            String register = wanted.startsWith(prefix) ? wanted.substring(prefix.length()) : i == 0 ? wanted : "";
            Long value = cpu.values().get(register);
            if (value != null) {
                return OptionalLong.of(value);
            }
        }
        return OptionalLong.empty();
    }
}
