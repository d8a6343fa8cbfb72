package org.ringside.agent.kernel.image;

import java.util.List;
import java.util.Optional;
import org.ringside.decoder.paging.PagingContext;

/**
 * Where a kernel's image is supposed to lie, and what speaks for it.
 *
 * @param virtualBase virtual address of its first byte ({@code _text})
 * @param physicalBase physical address of its first byte, a multiple of 2 MiB
 * @param size bytes of the image, to {@code _end}; 0 where it is not known
 * @param paging the kernel's own page tables, or where these were not captured those of a processor; empty where neither is there
 * @param pageOffset virtual address at which the direct map of physical memory begins; empty where it is not known
 * @param banner the version banner without its line end; empty where it was not found
 * @param evidence what was looked at
 */
public record KernelPlace(
        long virtualBase,
        long physicalBase,
        long size,
        Optional<PagingContext> paging,
        Optional<Long> pageOffset,
        Optional<String> banner,
        List<Evidence> evidence) {
    /** Where an image lies that was not moved (__START_KERNEL_map + CONFIG_PHYSICAL_START, as x86-64 has it by default). */
    public static final long DEFAULT_BASE = 0xffff_ffff_8100_0000L;

    /** The direct map without KASLR, 4-level paging. */
    public static final long DEFAULT_PAGE_OFFSET = 0xffff_8880_0000_0000L;

    /** The direct map without KASLR, 5-level paging. */
    public static final long DEFAULT_PAGE_OFFSET_5 = 0xff11_0000_0000_0000L;

    public KernelPlace {
        evidence = List.copyOf(evidence);
    }

    /** How far KASLR moved the image from {@link #DEFAULT_BASE}, in bytes. */
    public long slide() {
        return virtualBase - DEFAULT_BASE;
    }

    /** The weights of what holds, less those of what fails. */
    public int score() {
        return evidence.stream()
                .mapToInt(item -> switch (item.verdict()) {
                    case HOLDS -> item.weight();
                    case FAILS -> -item.weight();
                    case UNKNOWN -> 0;
                })
                .sum();
    }

    /** Whether an address lies in the image. */
    public boolean contains(long address) {
        return Long.compareUnsigned(address - virtualBase, size) < 0;
    }

    /** Physical address of an address in the image, as it was loaded. */
    public long physical(long address) {
        return address - virtualBase + physicalBase;
    }
}
