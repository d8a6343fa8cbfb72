package org.ringside.decoder.ept;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.structure.AddressSpace;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.Severity;
import org.ringside.decoder.structure.StructureNode;
import org.ringside.decoder.translation.GuestTables;
import org.ringside.decoder.translation.MappedRange;
import org.ringside.decoder.translation.TableFormat;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.translation.TableRanges;
import org.ringside.decoder.translation.TableWalk;
import org.ringside.decoder.translation.TableWalker;
import org.ringside.decoder.translation.Translation;
import org.ringside.decoder.vmcs.TranslationLayouts;

/** The guest-physical memory of one EPTP: single addresses, the whole map, the effect of an access. Immutable. */
public final class ExtendedPageTables implements GuestTables {
    private static final int LIST_ENTRIES = 512;

    private final PhysicalMemory memory;
    private final AddressSpace space;
    private final EptContext context;
    private final EptFormat format;

    /** Tables in {@code memory}, which is host-physical. */
    public ExtendedPageTables(PhysicalMemory memory, EptContext context) {
        this(memory, AddressSpace.physical(), context);
    }

    /**
     * @param memory holds the tables
     * @param space what its addresses are: a guest hypervisor keeps its tables in its own guest-physical memory
     */
    public ExtendedPageTables(PhysicalMemory memory, AddressSpace space, EptContext context) {
        this.memory = memory;
        this.space = space;
        this.context = context;
        this.format = new EptFormat(context);
    }

    public EptContext context() {
        return context;
    }

    public TableFormat format() {
        return format;
    }

    @Override
    public AddressSpace guestSpace() {
        return new AddressSpace.GuestPhysical(context.pointer().raw());
    }

    /** The way of a guest-physical address through the tables, every entry decoded. */
    @Override
    public TableWalk walk(long guestPhysical) {
        return walker().walk(guestPhysical);
    }

    /** The host-physical address of a guest-physical one, or why there is none. */
    @Override
    public Observed<Translation> translate(long guestPhysical) {
        return walker().translate(guestPhysical);
    }

    /** All mappings, merged, in the order of guest-physical addresses, read as they are asked for. */
    @Override
    public TableRanges ranges(TableLimits limits) {
        return new TableRanges(memory, space, format, context.pointer().root(), limits);
    }

    /** The whole map. */
    public EptMap map(TableLimits limits) {
        TableRanges ranges = ranges(limits);
        List<MappedRange> all = ranges.drain();
        return new EptMap(context.pointer(), all, ranges.summary());
    }

    /** What {@code access} to {@code guestPhysical} does, and why. */
    public EptOutcome outcome(long guestPhysical, EptAccess access) {
        return new EptDecision(context, format, space, walk(guestPhysical), access).outcome();
    }

    /** Whether guest paging may update the page (bit 58 of the entry that maps it); false where it is not mapped. */
    public boolean isPagingWrite(long guestPhysical) {
        TableWalk walk = walk(guestPhysical);
        return walk.stop().isEmpty() && (walk.steps().getLast().raw().orElse(0L) & EptFormat.PAGING_WRITE) != 0;
    }

    /** The EPTPs of an EPTP list, with a finding for each that VMFUNC would refuse (SDM vol. 3, 26.5.6.3). */
    public static StructureNode.Structure list(PhysicalMemory memory, long address) {
        List<StructureNode> children = new ArrayList<>();
        Observed<MemorySegment> page = memory.page(address);
        if (page instanceof Observed.Known<MemorySegment>(MemorySegment bytes)) {
            for (int i = 0; i < LIST_ENTRIES; i++) {
                long eptp = bytes.get(PhysicalMemory.LittleEndian.LONG, 8L * i);
                if (eptp != 0) {
                    children.add(entry(i, eptp, ByteSpan.physical((address & -PhysicalMemory.PAGE_SIZE) + 8L * i, 8)));
                }
            }
        }
        return new StructureNode.Structure(
                "EPTP list",
                page.isKnown() ? children.size() + " of 512 entries are not 0" : page.reason(),
                Optional.of(ByteSpan.physical(address & -PhysicalMemory.PAGE_SIZE, PhysicalMemory.PAGE_SIZE)),
                Optional.of(EptLayouts.REFERENCE),
                List.of(),
                children);
    }

    private static StructureNode entry(int index, long eptp, ByteSpan span) {
        StructureNode.Field field =
                TranslationLayouts.EPT_POINTER.decode("EPTP " + index, Observed.known(eptp), Optional.of(span));
        if (new ExtendedPageTablePointer(eptp).isValid()) {
            return field;
        }
        Finding finding = new Finding(
                Severity.WARNING,
                "ept.invalid-pointer",
                "entry %d of the EPTP list, 0x%x, would make VMFUNC cause a VM exit".formatted(index, eptp),
                Optional.of(span),
                Optional.of(EptLayouts.REFERENCE));
        return new StructureNode.Structure(
                field.name(), field.meaning(), field.span(), field.reference(), List.of(finding), field.children());
    }

    private TableWalker walker() {
        return new TableWalker(memory, space, format, context.pointer().root());
    }
}
