package org.ringside.app.vmcs;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.ringside.decoder.ept.ExtendedPageTables;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.structure.StructureNode;
import org.ringside.decoder.vmcs.Vmcs;
import org.ringside.decoder.vmcs.VmcsBitmaps;
import org.ringside.decoder.vmcs.VmcsField;
import org.ringside.decoder.vmcs.VmxControl;

/** The structures in memory that the fields of a VMCS point to, as far as the controls put them to use. */
final class PointedTo {
    private final Vmcs vmcs;
    private final PhysicalMemory memory;
    private final HostAddresses host;
    private final Map<VmcsField, List<StructureNode>> found = new EnumMap<>(VmcsField.class);

    private PointedTo(Vmcs vmcs, PhysicalMemory memory, HostAddresses host) {
        this.vmcs = vmcs;
        this.memory = memory;
        this.host = host;
    }

    /**
     * Reads them; blocks.
     *
     * @param memory that the addresses in the VMCS are addresses of
     * @param host leads from there to host-physical memory
     */
    static Map<VmcsField, List<StructureNode>> of(Vmcs vmcs, PhysicalMemory memory, HostAddresses host) {
        PointedTo all = new PointedTo(vmcs, memory, host);
        all.read();
        return all.found;
    }

    private void read() {
        if (vmcs.isOn(VmxControl.USE_MSR_BITMAPS)) {
            address(VmcsField.MSR_BITMAP, at -> VmcsBitmaps.msrs(memory, at));
        }
        if (vmcs.isOn(VmxControl.USE_IO_BITMAPS)) {
            ports();
        }
        if (vmcs.isOn(VmxControl.VMCS_SHADOWING)) {
            address(VmcsField.VMREAD_BITMAP, at -> VmcsBitmaps.fields(memory, at, "VMREAD bitmap"));
            address(VmcsField.VMWRITE_BITMAP, at -> VmcsBitmaps.fields(memory, at, "VMWRITE bitmap"));
        }
        if (vmcs.isOn(VmxControl.VIRTUAL_INTERRUPT_DELIVERY)) {
            put(VmcsField.EOI_EXIT_BITMAP0, VmcsBitmaps.eoiExits(vmcs));
        }
        if (vmcs.isOn(VmxControl.EPTP_SWITCHING)) {
            address(VmcsField.EPTP_LIST_ADDRESS, at -> ExtendedPageTables.list(memory, at));
        }
        if (vmcs.isOn(VmxControl.PROCESS_POSTED_INTERRUPTS)) {
            address(VmcsField.POSTED_INTR_DESC_ADDR, at -> VmcsBitmaps.postedInterrupts(memory, at));
        }
        if (vmcs.isOn(VmxControl.ENABLE_PML)
                && vmcs.get(VmcsField.GUEST_PML_INDEX) instanceof Observed.Known<Long>(Long index)) {
            address(VmcsField.PML_ADDRESS, at -> VmcsBitmaps.pageModificationLog(memory, at, (int) index.longValue()));
        }
        area(VmcsField.VM_EXIT_MSR_STORE_ADDR, VmcsField.VM_EXIT_MSR_STORE_COUNT, "VM-exit MSR-store area");
        area(VmcsField.VM_EXIT_MSR_LOAD_ADDR, VmcsField.VM_EXIT_MSR_LOAD_COUNT, "VM-exit MSR-load area");
        area(VmcsField.VM_ENTRY_MSR_LOAD_ADDR, VmcsField.VM_ENTRY_MSR_LOAD_COUNT, "VM-entry MSR-load area");
    }

    private void ports() {
        if (vmcs.get(VmcsField.IO_BITMAP_A) instanceof Observed.Known<Long>(Long first)
                && vmcs.get(VmcsField.IO_BITMAP_B) instanceof Observed.Known<Long>(Long second)) {
            List<StructureNode> halves =
                    VmcsBitmaps.ports(memory, first, second).children();
            put(VmcsField.IO_BITMAP_A, halves.getFirst());
            put(VmcsField.IO_BITMAP_B, halves.getLast());
        }
    }

    private void area(VmcsField address, VmcsField count, String name) {
        if (vmcs.get(count) instanceof Observed.Known<Long>(Long entries) && entries != 0) {
            address(address, at -> VmcsBitmaps.msrArea(memory, name, at, entries));
        }
    }

    private void address(VmcsField field, java.util.function.LongFunction<StructureNode> decode) {
        vmcs.get(field).toOptional().ifPresent(at -> put(field, decode.apply(at)));
    }

    private void put(VmcsField field, StructureNode node) {
        found.put(field, List.of(host.inHost(node)));
    }
}
