package org.ringside.decoder.vtd.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.structure.BitFieldLayout;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.StructureNode;

/**
 * A descriptor in an invalidation queue.
 *
 * @param index its place in the ring
 * @param address physical address of its first byte
 * @param words its two or four quadwords
 * @param pending whether the unit has not read it yet
 */
public record InvalidationDescriptor(int index, long address, List<Long> words, boolean pending) {
    /** What it asks for. */
    @SuppressWarnings("ImmutableEnumChecker") // bit tables are not changed once they are built
    public enum Type {
        CONTEXT_CACHE(1, "context cache", DescriptorLayouts.CONTEXT, DescriptorLayouts.NOTHING),
        IOTLB(2, "IOTLB", DescriptorLayouts.IOTLB, DescriptorLayouts.PAGES),
        DEVICE_TLB(3, "device TLB", DescriptorLayouts.DEVICE_TLB, DescriptorLayouts.DEVICE_PAGES),
        INTERRUPT_ENTRY_CACHE(4, "interrupt entry cache", DescriptorLayouts.INTERRUPT, DescriptorLayouts.NOTHING),
        WAIT(5, "wait", DescriptorLayouts.WAIT, DescriptorLayouts.STATUS),
        PASID_IOTLB(6, "IOTLB of a PASID", DescriptorLayouts.PASID_IOTLB, DescriptorLayouts.PAGES),
        PASID_CACHE(7, "PASID cache", DescriptorLayouts.PASID_CACHE, DescriptorLayouts.NOTHING),
        PASID_DEVICE_TLB(
                8, "device TLB of a PASID", DescriptorLayouts.PASID_DEVICE_TLB, DescriptorLayouts.PASID_DEVICE_PAGES),
        PAGE_GROUP_RESPONSE(9, "page group response", DescriptorLayouts.PAGE_RESPONSE, DescriptorLayouts.PAGE_GROUP),
        UNKNOWN(0, "unknown type", DescriptorLayouts.UNKNOWN, DescriptorLayouts.ANYTHING);

        private final int code;
        private final String title;
        private final BitFieldLayout low;
        private final BitFieldLayout high;

        Type(int code, String title, BitFieldLayout low, BitFieldLayout high) {
            this.code = code;
            this.title = title;
            this.low = low;
            this.high = high;
        }

        /** For a person. */
        public String title() {
            return title;
        }

        static Type of(int code) {
            for (Type type : values()) {
                if (type.code == code && type != UNKNOWN) {
                    return type;
                }
            }
            return UNKNOWN;
        }
    }

    public InvalidationDescriptor {
        words = List.copyOf(words);
    }

    /** Bits 11:9 and 3:0 of the first word. */
    public int typeField() {
        long low = words.getFirst();
        return (int) (low & 0xf) | (int) (low >>> 9 & 7) << 4;
    }

    public Type type() {
        return Type.of(typeField());
    }

    /** What it asks for, in one line. */
    public String meaning() {
        long low = words.getFirst();
        long high = words.get(1);
        int granularity = (int) (low >>> 4) & 3;
        int domain = (int) (low >>> 16) & 0xffff;
        long pasid = low >>> 32 & 0xfffff;
        String what = switch (type()) {
            case CONTEXT_CACHE ->
                switch (granularity) {
                    case 1 -> "all context entries";
                    case 2 -> "context entries of domain %d".formatted(domain);
                    case 3 -> "the context entry of %s".formatted(device(low >>> 32));
                    default -> "reserved granularity";
                };
            case IOTLB ->
                switch (granularity) {
                    case 1 -> "all translations";
                    case 2 -> "translations of domain %d".formatted(domain);
                    case 3 -> "%s of domain %d".formatted(pages(high), domain);
                    default -> "reserved granularity";
                };
            case DEVICE_TLB -> "0x%x in the device TLB of %s".formatted(high & -4096L, device(low >>> 32));
            case INTERRUPT_ENTRY_CACHE ->
                (low >>> 4 & 1) == 0
                        ? "all interrupt entries"
                        : "interrupt entry %d%s"
                                .formatted(low >>> 32 & 0xffff, (low >>> 27 & 0x1f) == 0 ? "" : " and neighbours");
            case WAIT ->
                (low >>> 5 & 1) != 0
                        ? "then write 0x%x to 0x%x".formatted(low >>> 32, high & -4L)
                        : (low >>> 4 & 1) != 0 ? "then interrupt" : "wait";
            case PASID_IOTLB ->
                granularity == 3
                        ? "%s of PASID %d in domain %d".formatted(pages(high), pasid, domain)
                        : "translations of PASID %d in domain %d".formatted(pasid, domain);
            case PASID_CACHE ->
                switch (granularity) {
                    case 0 -> "PASID entries of domain %d".formatted(domain);
                    case 1 -> "PASID %d of domain %d".formatted(pasid, domain);
                    case 3 -> "all PASID entries";
                    default -> "reserved granularity";
                };
            case PASID_DEVICE_TLB ->
                "0x%x of PASID %d in the device TLB of %s".formatted(high & -4096L, pasid, device(low >>> 16));
            case PAGE_GROUP_RESPONSE ->
                "answer to page group %d of %s".formatted(high >>> 3 & 0x1ff, device(low >>> 16));
            case UNKNOWN -> "type %d".formatted(typeField());
        };
        return type().title() + ": " + what;
    }

    private static String pages(long high) {
        long mask = high & 0x3f;
        return mask == 0
                ? "the page 0x%x".formatted(high & -4096L)
                : "2^%d pages from 0x%x".formatted(mask, high & -4096L);
    }

    private static String device(long id) {
        return "%02x:%02x.%x".formatted(id >>> 8 & 0xff, id >>> 3 & 0x1f, id & 7);
    }

    /** What breaks a rule. */
    public List<Finding> findings() {
        List<Finding> findings = new ArrayList<>(type().low.check(words.getFirst(), Optional.of(word(0))));
        findings.addAll(type().high.check(words.get(1), Optional.of(word(1))));
        return findings;
    }

    private ByteSpan word(int number) {
        return ByteSpan.physical(address + 8L * number, 8);
    }

    public ByteSpan span() {
        return ByteSpan.physical(address, 8L * words.size());
    }

    /** Every bit of it. */
    public StructureNode.Structure toStructure() {
        List<StructureNode> children = new ArrayList<>();
        children.add(type().low.decode("bits 63:0", Observed.known(words.getFirst()), Optional.of(word(0))));
        children.add(type().high.decode("bits 127:64", Observed.known(words.get(1)), Optional.of(word(1))));
        for (int i = 2; i < words.size(); i++) {
            BitFieldLayout layout = type() == Type.PAGE_GROUP_RESPONSE || type() == Type.UNKNOWN
                    ? DescriptorLayouts.ANYTHING
                    : DescriptorLayouts.NOTHING;
            children.add(layout.decode(
                    "bits %d:%d".formatted(i * 64 + 63, i * 64), Observed.known(words.get(i)), Optional.of(word(i))));
        }
        return new StructureNode.Structure(
                "Descriptor " + index,
                meaning() + (pending ? " (pending)" : ""),
                Optional.of(span()),
                Optional.of(type().low.reference()),
                List.of(),
                children);
    }
}
