package org.ringside.agent.extract;

import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.BooleanSupplier;
import org.ringside.decoder.ept.GuestPhysicalMemory;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.npt.NestedPageTables;
import org.ringside.decoder.npt.NptContext;
import org.ringside.decoder.paging.PageWalker;
import org.ringside.decoder.paging.PagingContext;
import org.ringside.decoder.svm.CarvedVmcb;
import org.ringside.decoder.svm.GuestPaging;
import org.ringside.decoder.svm.PermissionMaps;
import org.ringside.decoder.svm.Vmcb;
import org.ringside.decoder.svm.VmcbCarver;
import org.ringside.decoder.svm.VmcbField;
import org.ringside.decoder.svm.VmcbValues;
import org.ringside.decoder.translation.TableLimits;

/**
 * Reads all that AMD's VMCBs and their guests are made of, so that {@link ReadPages} notes it: the VMCBs, the maps they point to, the tables of
 * guests and hosts, and the code where each of them was left.
 */
final class NestedPagingPages {
    private static final TableLimits TABLES = TableLimits.standard().withTables(1 << 16);

    /** Pages of code kept on either side of where a host or a guest goes on. */
    private static final int CODE_PAGES = 16;

    private final PhysicalMemory plain;
    private final PhysicalMemory noted;
    private final BooleanSupplier cancelled;

    private NestedPagingPages(PhysicalMemory plain, PhysicalMemory noted, BooleanSupplier cancelled) {
        this.plain = plain;
        this.noted = noted;
        this.cancelled = cancelled;
    }

    /** Adds the pages of {@code memory} that matter to {@code kept}. */
    static void read(PhysicalMemory memory, ConcurrentSkipListSet<Long> kept, BooleanSupplier cancelled) {
        NestedPagingPages pages = new NestedPagingPages(memory, new ReadPages(memory, kept), cancelled);
        for (CarvedVmcb found : new VmcbCarver(memory, cancelled).scan().vmcbs()) {
            Vmcb.read(pages.noted, found.address()).toOptional().ifPresent(vmcb -> {
                switch (found.kind()) {
                    case VMCB, VMCB_ENCRYPTED_STATE -> pages.readGuest(vmcb);
                    // A host's state has the form of a guest's: its registers lead to its tables and its code.
                    case HOST_SAVE_AREA -> pages.readSoftware(pages.noted, vmcb);
                }
            });
        }
    }

    private void readGuest(Vmcb vmcb) {
        readMap(vmcb.element(VmcbField.IOPM_BASE_PA, 0), PermissionMaps.PORT_MAP_BYTES);
        readMap(vmcb.element(VmcbField.MSRPM_BASE_PA, 0), PermissionMaps.MSR_MAP_BYTES);
        if (!(NptContext.of(vmcb, plain) instanceof Observed.Known<NptContext>(NptContext context))) {
            return;
        }
        NestedPageTables tables = new NestedPageTables(noted, context);
        // Its listing reads all nested tables.
        PhysicalMemory guest = new GuestPhysicalMemory(noted, tables, TABLES.cancelledBy(cancelled));
        readSoftware(guest, vmcb);
    }

    private void readMap(long address, int bytes) {
        for (long offset = 0; offset < bytes; offset += PhysicalMemory.PAGE_SIZE) {
            noted.page((address & -PhysicalMemory.PAGE_SIZE) + offset);
        }
    }

    /** Reads all tables of an address space, its descriptor tables, and the executable pages around where it goes on. */
    private void readSoftware(PhysicalMemory memory, VmcbValues state) {
        if (!(GuestPaging.of(state) instanceof Observed.Known<PagingContext>(PagingContext context))) {
            return;
        }
        PageWalker walker = new PageWalker(memory, context);
        walker.ranges(TABLES.cancelledBy(cancelled)).forEachRemaining(range -> {});
        for (VmcbField table : new VmcbField[] {VmcbField.GDTR_BASE, VmcbField.IDTR_BASE, VmcbField.TR_BASE}) {
            walker.translate(state.get(table).orElse(0L))
                    .toOptional()
                    .ifPresent(translation -> memory.page(translation.output()));
        }
        long next = state.get(VmcbField.RIP).orElse(0L)
                + state.get(VmcbField.CS_BASE).orElse(0L);
        for (int page = -CODE_PAGES; page <= CODE_PAGES; page++) {
            long address = (next & -PhysicalMemory.PAGE_SIZE) + (long) page * PhysicalMemory.PAGE_SIZE;
            walker.translate(address)
                    .toOptional()
                    .filter(translation -> translation.rights().execute())
                    .ifPresent(translation -> memory.page(translation.output()));
        }
    }
}
