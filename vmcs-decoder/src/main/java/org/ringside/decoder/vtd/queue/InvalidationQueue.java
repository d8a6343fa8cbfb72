package org.ringside.decoder.vtd.queue;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.memory.PhysicalMemory.LittleEndian;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.FindingCollector;
import org.ringside.decoder.structure.Severity;
import org.ringside.decoder.structure.StructureNode;
import org.ringside.decoder.vtd.UnitRegisters;
import org.ringside.decoder.vtd.VtdSpecification;

/**
 * An invalidation queue: a ring of at most 32,768 descriptors.
 *
 * @param base physical address
 * @param size descriptors that fit
 * @param descriptorBytes 16 or 32
 * @param head index of the next descriptor that the unit reads
 * @param tail index of the next descriptor that software writes
 * @param descriptors those that are not all zero, by index: pending ones, and old ones that were not overwritten yet
 * @param findings what was odd
 */
public record InvalidationQueue(
        long base,
        int size,
        int descriptorBytes,
        int head,
        int tail,
        List<InvalidationDescriptor> descriptors,
        List<Finding> findings) {
    private static final int MOST_FINDINGS = 64;
    private static final long WIDE = 1 << 11;

    public InvalidationQueue {
        descriptors = List.copyOf(descriptors);
        findings = List.copyOf(findings);
    }

    /**
     * Reads the queue.
     *
     * @param address IQA_REG
     * @param headRegister IQH_REG
     * @param tailRegister IQT_REG
     * @return the queue, or why nothing of it could be read
     */
    public static Observed<InvalidationQueue> read(
            PhysicalMemory memory, long address, long headRegister, long tailRegister) {
        long base = address & -PhysicalMemory.PAGE_SIZE;
        int descriptorBytes = (address & WIDE) != 0 ? 32 : 16;
        int pages = 1 << (address & 7);
        int size = pages * (PhysicalMemory.PAGE_SIZE / descriptorBytes);
        int head = (int) (headRegister & 0x7fff0) / descriptorBytes;
        int tail = (int) (tailRegister & 0x7fff0) / descriptorBytes;
        FindingCollector findings = new FindingCollector(VtdSpecification.AREA, MOST_FINDINGS);
        if (head >= size || tail >= size) {
            findings.add(new Finding(
                    Severity.WARNING,
                    "vtd.queue-index-outside",
                    "the invalidation queue has %d descriptors, but head is %d and tail %d".formatted(size, head, tail),
                    Optional.empty(),
                    Optional.of(VtdSpecification.section("6.5.2"))));
        }
        List<InvalidationDescriptor> found = new ArrayList<>();
        int missing = 0;
        Observed<MemorySegment> firstMissing = Observed.known(MemorySegment.NULL);
        for (int page = 0; page < pages; page++) {
            Observed<MemorySegment> bytes = memory.page(base + (long) page * PhysicalMemory.PAGE_SIZE);
            if (bytes instanceof Observed.Known<MemorySegment>(MemorySegment known)) {
                collect(known, base, page, descriptorBytes, head, tail, found, findings);
            } else {
                firstMissing = missing++ == 0 ? bytes : firstMissing;
            }
        }
        if (missing == pages) {
            return firstMissing.map(
                    none -> new InvalidationQueue(base, size, descriptorBytes, head, tail, List.of(), List.of()));
        }
        if (missing > 0) {
            findings.add(new Finding(
                    Severity.INFORMATION,
                    "vtd.queue-not-captured",
                    "%d of %d pages of the invalidation queue were not captured: %s"
                            .formatted(missing, pages, firstMissing.reason()),
                    Optional.empty(),
                    Optional.empty()));
        }
        return Observed.known(new InvalidationQueue(base, size, descriptorBytes, head, tail, found, findings.toList()));
    }

    /**
     * The queue of a unit, or why there is none: it is off, registers or queue were not captured. In scalable mode descriptors have 256 bits, or
     * the unit stops with an error; where it did not, they are read so even if IQA_REG reads as 128 bits, as some emulators let it.
     */
    public static Observed<InvalidationQueue> of(PhysicalMemory memory, UnitRegisters registers) {
        return registers
                .queuedInvalidationEnabled()
                .flatMap(on -> on
                        ? registers
                                .queueAddress()
                                .flatMap(address -> registers
                                        .queueHead()
                                        .flatMap(head -> registers
                                                .queueTail()
                                                .flatMap(tail -> read(memory, registers, address, head, tail))))
                        : new Observed.NotApplicable<>("queued invalidation is off (GSTS.QIES = 0)"));
    }

    private static Observed<InvalidationQueue> read(
            PhysicalMemory memory, UnitRegisters registers, long address, long head, long tail) {
        boolean scalable =
                registers.rootTableAddress().map(root -> (root >>> 10 & 3) == 1).orElse(false);
        boolean stopped =
                registers.faultStatus().map(status -> (status >>> 4 & 1) != 0).orElse(false);
        if (!scalable || stopped || (address & WIDE) != 0) {
            return read(memory, address, head, tail);
        }
        return read(memory, address | WIDE, head, tail).map(queue -> {
            List<Finding> findings = new ArrayList<>(queue.findings());
            findings.add(new Finding(
                    Severity.INFORMATION,
                    "vtd.queue-width",
                    "IQA_REG reads as 128-bit descriptors, but the unit works in scalable mode, which needs 256-bit ones: they are read as these",
                    Optional.empty(),
                    Optional.of(VtdSpecification.section("6.5.2"))));
            return new InvalidationQueue(
                    queue.base(),
                    queue.size(),
                    queue.descriptorBytes(),
                    queue.head(),
                    queue.tail(),
                    queue.descriptors(),
                    findings);
        });
    }

    private static void collect(
            MemorySegment bytes,
            long base,
            int page,
            int descriptorBytes,
            int head,
            int tail,
            List<InvalidationDescriptor> found,
            FindingCollector findings) {
        int each = PhysicalMemory.PAGE_SIZE / descriptorBytes;
        for (int i = 0; i < each; i++) {
            int index = page * each + i;
            List<Long> words = new ArrayList<>();
            long any = 0;
            for (int word = 0; word < descriptorBytes / 8; word++) {
                long value = bytes.get(LittleEndian.LONG, (long) i * descriptorBytes + word * 8L);
                words.add(value);
                any |= value;
            }
            boolean pending = head <= tail ? index >= head && index < tail : index >= head || index < tail;
            if (any != 0 || pending) {
                InvalidationDescriptor descriptor =
                        new InvalidationDescriptor(index, base + (long) index * descriptorBytes, words, pending);
                found.add(descriptor);
                if (findings.isFull()) {
                    findings.count();
                } else {
                    findings.addAll(descriptor.findings());
                    unknown(descriptor).ifPresent(findings::add);
                }
            }
        }
    }

    private static Optional<Finding> unknown(InvalidationDescriptor descriptor) {
        return descriptor.type() != InvalidationDescriptor.Type.UNKNOWN
                ? Optional.empty()
                : Optional.of(new Finding(
                        Severity.WARNING,
                        "vtd.descriptor-type",
                        "invalidation descriptor %d at 0x%x has the unknown type %d%s"
                                .formatted(
                                        descriptor.index(),
                                        descriptor.address(),
                                        descriptor.typeField(),
                                        descriptor.pending() ? ": the unit stops there" : ""),
                        Optional.of(descriptor.span()),
                        Optional.of(VtdSpecification.section("6.5.2"))));
    }

    /** Those that the unit has not read yet, in the order in which it will. */
    public List<InvalidationDescriptor> pending() {
        List<InvalidationDescriptor> pending = new ArrayList<>();
        descriptors.stream().filter(one -> one.pending() && one.index() >= head).forEach(pending::add);
        descriptors.stream().filter(one -> one.pending() && one.index() < head).forEach(pending::add);
        return pending;
    }

    /** Those that the unit has read, most recent first. */
    public List<InvalidationDescriptor> done() {
        List<InvalidationDescriptor> done = new ArrayList<>();
        descriptors.stream()
                .filter(one -> !one.pending() && one.index() >= head)
                .forEach(done::add);
        descriptors.stream().filter(one -> !one.pending() && one.index() < head).forEach(done::add);
        return done.reversed();
    }

    /** The queue: what is pending, then what was done. */
    public StructureNode.Structure toStructure() {
        List<InvalidationDescriptor> pending = pending();
        List<InvalidationDescriptor> done = done();
        return new StructureNode.Structure(
                "Invalidation Queue",
                "%,d of %,d descriptors pending, %d bytes each".formatted(pending.size(), size, descriptorBytes),
                Optional.of(ByteSpan.physical(base, (long) size * descriptorBytes)),
                Optional.of(VtdSpecification.section("6.5.2")),
                findings,
                List.of(
                        list("Pending", "in the order in which the unit will read them", pending),
                        list("Done", "most recent first", done)));
    }

    private static StructureNode list(String name, String order, List<InvalidationDescriptor> descriptors) {
        return new StructureNode.Structure(
                name,
                "%,d, %s".formatted(descriptors.size(), order),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                descriptors.stream()
                        .<StructureNode>map(InvalidationDescriptor::toStructure)
                        .toList());
    }
}
