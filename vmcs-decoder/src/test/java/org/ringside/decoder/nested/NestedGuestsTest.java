package org.ringside.decoder.nested;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.ringside.decoder.ept.EptContext;
import org.ringside.decoder.ept.ExtendedPageTables;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.memory.Recording;
import org.ringside.decoder.memory.SparseMemory;
import org.ringside.decoder.paging.PagingContext;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.vmcs.Vmcs;
import org.ringside.decoder.vmcs.VmcsField;
import org.ringside.decoder.vmcs.VmcsLayouts;

class NestedGuestsTest {
    private static final long KVM_EXIT_ENTRY = 0xffffffffc035144eL;

    private static NestedGuests recorded(PhysicalMemory host) {
        return new NestedGuests(host, List.of(EptContext.of(0xf09805eL)), TableLimits.standard());
    }

    /** Host and middle guest run the same kernel with the same module at the same place: the same code on both ways. */
    @Test
    void aKernelAddressOfTheMiddleGuestLeadsToItsCode() throws IOException, InterruptedException {
        PhysicalMemory host = Recording.raw("bochs-nested-kvm.physmem");
        NestedGuests nested = recorded(host);
        Vmcs outer = Vmcs.read(
                        host, 0xf001000, VmcsLayouts.shipped().find("bochs-2").orElseThrow())
                .orElseThrow();
        long hostCr3 = outer.get(VmcsField.HOST_CR3).orElseThrow();
        long guestCr3 = outer.get(VmcsField.GUEST_CR3).orElseThrow();
        Journey inHost = nested.virtual(0, PagingContext.fourLevel(hostCr3), KVM_EXIT_ENTRY);
        Journey inGuest = nested.virtual(1, PagingContext.fourLevel(guestCr3), KVM_EXIT_ENTRY);
        assertEquals(1, inHost.stages().size());
        assertEquals(2, inGuest.stages().size());
        long first = inHost.hostPhysical().orElseThrow();
        long second = inGuest.hostPhysical().orElseThrow();
        assertTrue(first != second);
        byte[] code = host.read(first, 64).orElseThrow().toArray(ValueLayout.JAVA_BYTE);
        byte[] guestCode = host.read(second, 64).orElseThrow().toArray(ValueLayout.JAVA_BYTE);
        assertEquals(HexFormat.of().formatHex(code), HexFormat.of().formatHex(guestCode));
        // every entry of the guest's page tables has its place in host memory
        for (Journey.Entry entry : inGuest.stages().getFirst().entries()) {
            long at = entry.hostAddress().orElseThrow();
            assertEquals(entry.step().raw(), host.readLong(at));
        }
    }

    @Test
    void theMiddleGuestsVmcsIsFoundAtItsGuestPhysicalAddress() throws IOException, InterruptedException {
        PhysicalMemory host = Recording.raw("bochs-nested-kvm.physmem");
        NestedGuests nested = recorded(host);
        List<Long> places = nested.tables(1).map(TableLimits.standard()).guestAddressesOf(0xb8c0000);
        assertEquals(1, places.size());
        assertEquals(0x11e57ed0, nested.memory(1).readInt(places.getFirst()).orElseThrow());
        assertEquals(
                0xb8c0000L, nested.physical(1, places.getFirst()).hostPhysical().orElseThrow());
    }

    /** Host at 0x10000, EPT01 maps L1 0x0..0x9fff to 0x100000.., EPT12 in L1 memory maps L2 0x5000 to L1 0x8000. */
    private static SparseMemory twoLevels() {
        SparseMemory memory = new SparseMemory()
                .putLong(0x10000, 0x11000 | 7)
                .putLong(0x11000, 0x12000 | 7)
                .putLong(0x12000, 0x13000 | 7);
        for (int page = 0; page < 10; page++) {
            memory.putLong(0x13000 + 8 * page, 0x100000 + 0x1000 * page | 0x37);
            memory.zero(0x100000 + 0x1000 * page);
        }
        return memory.putLong(0x101000, 0x2000 | 7)
                .putLong(0x102000, 0x3000 | 7)
                .putLong(0x103000, 0x4000 | 7)
                .putLong(0x104000 + 8 * 5, 0x8000 | 0x35)
                .putLong(0x104000 + 8 * 6, 0x9000 | 0x37)
                .putLong(0x108010, 0x1234);
    }

    private static NestedGuests two(SparseMemory memory) {
        return new NestedGuests(memory, List.of(EptContext.of(0x1005e), EptContext.of(0x105e)), TableLimits.standard());
    }

    @Test
    void twoLevelsOfTables() {
        NestedGuests nested = two(twoLevels());
        Journey journey = nested.physical(2, 0x5010);
        assertEquals(2, journey.stages().size());
        assertEquals(0x108010L, journey.hostPhysical().orElseThrow());
        assertEquals(0x1234L, nested.memory(2).readLong(0x5010).orElseThrow());
        // the root entry of EPT12 is at 0x1000 of L1, which is 0x101000 of the host
        Journey.Entry root = journey.stages().getFirst().entries().getFirst();
        assertEquals(0x1000, root.step().entryAddress());
        assertEquals(0x101000L, root.hostAddress().orElseThrow());
        Journey lost = nested.physical(2, 0x7000);
        assertFalse(lost.hostPhysical().isKnown());
        assertEquals(1, lost.stages().size());
        assertTrue(lost.toStructure().meaning().contains("not present"));
    }

    @Test
    void aShadowIsComparedWithTheComposition() {
        SparseMemory memory = twoLevels()
                .putLong(0x20000, 0x21000 | 7)
                .putLong(0x21000, 0x22000 | 7)
                .putLong(0x22000, 0x23000 | 7)
                .putLong(0x23000 + 8 * 5, 0x108000 | 0x35);
        ExtendedPageTables shadow = new ExtendedPageTables(memory, EptContext.of(0x2005e));
        ShadowComparison fine = ShadowComparison.of(two(memory), shadow, 1000, () -> false);
        assertEquals(1, fine.pages());
        assertEquals(1, fine.equal());
        assertEquals(1, fine.missing());
        assertEquals(List.of(), fine.differences());
        assertTrue(fine.complete());
        assertEquals(
                List.of(ShadowComparison.Verdict.AGREES, ShadowComparison.Verdict.MISSING),
                fine.ranges().stream().map(ShadowComparison.Range::verdict).toList());
        memory.putLong(0x23000 + 8 * 5, 0x108000 | 0x37)
                .putLong(0x23000 + 8 * 6, 0x107000 | 0x37)
                .putLong(0x23000 + 8 * 7, 0x106000 | 0x37);
        ShadowComparison wrong = ShadowComparison.of(two(memory), shadow, 1000, () -> false);
        assertEquals(
                List.of(
                        ShadowComparison.Kind.MORE_RIGHTS,
                        ShadowComparison.Kind.ELSEWHERE,
                        ShadowComparison.Kind.ADDED),
                wrong.differences().stream()
                        .map(ShadowComparison.Difference::kind)
                        .toList());
    }
}
