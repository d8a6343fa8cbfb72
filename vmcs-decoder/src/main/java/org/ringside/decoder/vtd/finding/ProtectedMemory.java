package org.ringside.decoder.vtd.finding;

import java.util.List;
import org.ringside.decoder.memory.AddressRange;

/**
 * Memory that no device should write.
 *
 * @param kind what it is
 * @param ranges where it lies: sorted, disjoint
 */
public record ProtectedMemory(Kind kind, List<AddressRange> ranges) {
    /** What it is. */
    public enum Kind {
        KERNEL_TEXT("kernel code", "vtd.kernel-text-writable"),
        CPU_PAGE_TABLES("the processor's page tables", "vtd.page-tables-writable"),
        IOMMU_TABLES("the remapping unit's own tables", "vtd.remapping-tables-writable"),
        HYPERVISOR("the hypervisor", "vtd.hypervisor-writable");

        private final String title;
        private final String code;

        Kind(String title, String code) {
            this.title = title;
            this.code = code;
        }

        /** For a person, within a sentence. */
        public String title() {
            return title;
        }

        /** Code of the finding that a device can write it. */
        public String code() {
            return code;
        }
    }

    public ProtectedMemory {
        ranges = List.copyOf(ranges);
    }
}
