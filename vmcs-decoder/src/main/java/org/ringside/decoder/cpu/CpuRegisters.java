package org.ringside.decoder.cpu;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.ringside.decoder.memory.Observed;

/**
 * The registers of one virtual CPU, as far as they were captured.
 *
 * @param vcpu number of the virtual CPU, from 0
 * @param values lower-case name to value: {@code rax}…{@code r15}, {@code rip}, {@code rflags}, {@code cr0}, {@code cr2}, {@code cr3},
 *     {@code cr4}, {@code efer}, {@code dr0}…; segments as {@code cs.selector}, {@code cs.base}, {@code cs.limit}, {@code cs.access};
 *     tables as {@code gdtr.base}, {@code gdtr.limit}, {@code idtr.base}, {@code idtr.limit}; model-specific registers by the SDM's name
 *     in lower case, for example {@code ia32_lstar}
 */
public record CpuRegisters(int vcpu, SortedMap<String, Long> values) {
    public CpuRegisters {
        values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    }

    /** The register's value, or that it was not captured. */
    public Observed<Long> get(String name) {
        Long value = values.get(name);
        return value == null
                ? new Observed.Unreadable<>("register " + name + " of vCPU " + vcpu + " was not captured")
                : Observed.known(value);
    }
}
