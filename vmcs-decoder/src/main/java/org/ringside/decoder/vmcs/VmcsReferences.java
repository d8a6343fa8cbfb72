package org.ringside.decoder.vmcs;

import java.util.ArrayList;
import java.util.List;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.structure.StructureNode;

/** The structures that the controls of a VMCS put to use, decoded: bitmaps, areas, logs. */
public final class VmcsReferences {
    private VmcsReferences() {}

    /**
     * Those in use, in the order of the specification.
     *
     * @param memory what the addresses in the VMCS are addresses of
     */
    public static List<StructureNode> of(PhysicalMemory memory, VmcsValues vmcs) {
        List<StructureNode> found = new ArrayList<>();
        if (vmcs.isOn(VmxControl.USE_MSR_BITMAPS)
                && vmcs.get(VmcsField.MSR_BITMAP) instanceof Observed.Known<Long>(Long address)) {
            found.add(VmcsBitmaps.msrs(memory, address));
        }
        if (vmcs.isOn(VmxControl.USE_IO_BITMAPS)
                && vmcs.get(VmcsField.IO_BITMAP_A) instanceof Observed.Known<Long>(Long low)
                && vmcs.get(VmcsField.IO_BITMAP_B) instanceof Observed.Known<Long>(Long high)) {
            found.add(VmcsBitmaps.ports(memory, low, high));
        }
        if (vmcs.isOn(VmxControl.VMCS_SHADOWING)) {
            vmcs.get(VmcsField.VMREAD_BITMAP)
                    .toOptional()
                    .ifPresent(address -> found.add(VmcsBitmaps.fields(memory, address, "VMREAD bitmap")));
            vmcs.get(VmcsField.VMWRITE_BITMAP)
                    .toOptional()
                    .ifPresent(address -> found.add(VmcsBitmaps.fields(memory, address, "VMWRITE bitmap")));
        }
        area(found, memory, vmcs, VmcsField.VM_ENTRY_MSR_LOAD_COUNT, VmcsField.VM_ENTRY_MSR_LOAD_ADDR);
        area(found, memory, vmcs, VmcsField.VM_EXIT_MSR_STORE_COUNT, VmcsField.VM_EXIT_MSR_STORE_ADDR);
        area(found, memory, vmcs, VmcsField.VM_EXIT_MSR_LOAD_COUNT, VmcsField.VM_EXIT_MSR_LOAD_ADDR);
        if (vmcs.isOn(VmxControl.ENABLE_PML)
                && vmcs.get(VmcsField.PML_ADDRESS) instanceof Observed.Known<Long>(Long log)
                && vmcs.get(VmcsField.GUEST_PML_INDEX) instanceof Observed.Known<Long>(Long index)) {
            found.add(VmcsBitmaps.pageModificationLog(memory, log, index.intValue()));
        }
        if (vmcs.isOn(VmxControl.PROCESS_POSTED_INTERRUPTS)
                && vmcs.get(VmcsField.POSTED_INTR_DESC_ADDR) instanceof Observed.Known<Long>(Long descriptor)) {
            found.add(VmcsBitmaps.postedInterrupts(memory, descriptor));
        }
        return found;
    }

    private static void area(
            List<StructureNode> found, PhysicalMemory memory, VmcsValues vmcs, VmcsField count, VmcsField address) {
        if (vmcs.get(count) instanceof Observed.Known<Long>(Long entries)
                && entries != 0
                && vmcs.get(address) instanceof Observed.Known<Long>(Long start)) {
            found.add(VmcsBitmaps.msrArea(memory, address.title(), start, entries));
        }
    }
}
