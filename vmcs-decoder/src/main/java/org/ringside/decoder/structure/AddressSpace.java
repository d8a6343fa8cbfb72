package org.ringside.decoder.structure;

/** Which memory an address is an address of. */
public sealed interface AddressSpace {
    /** Host-physical memory of the captured machine. */
    record Physical() implements AddressSpace {
        @Override
        public String toString() {
            return "physical";
        }
    }

    /**
     * Virtual memory of one address space.
     *
     * @param cr3 the page-table root, as in CR3
     */
    record Virtual(long cr3) implements AddressSpace {
        @Override
        public String toString() {
            return "virtual (CR3 0x%x)".formatted(cr3);
        }
    }

    /**
     * Memory as a guest sees it, below an extended page table or a nested page table.
     *
     * @param eptPointer the EPTP, or N_CR3 of AMD's nested paging
     */
    record GuestPhysical(long eptPointer) implements AddressSpace {
        @Override
        public String toString() {
            return "guest-physical (tables 0x%x)".formatted(eptPointer);
        }
    }

    /**
     * Memory as a device behind an IOMMU sees it.
     *
     * @param unit physical base of the remapping unit's registers
     * @param source requester id: bus (15:8), device (7:3), function (2:0)
     */
    record DeviceVisible(long unit, int source) implements AddressSpace {
        @Override
        public String toString() {
            return "device %02x:%02x.%x (unit 0x%x)"
                    .formatted(source >> 8 & 0xff, source >> 3 & 0x1f, source & 7, unit);
        }
    }

    /**
     * A register bank that is not memory: a vCPU's registers or a device's captured registers.
     *
     * @param bank for example {@code "vcpu0"}
     */
    record Registers(String bank) implements AddressSpace {
        @Override
        public String toString() {
            return bank;
        }
    }

    static AddressSpace physical() {
        return new Physical();
    }
}
