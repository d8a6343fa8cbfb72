package org.ringside.decoder.vmcs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.memory.Recording;

class VmcsDiffAndDiscoveryTest {
    private static final VmcsLayout BOCHS =
            VmcsLayouts.shipped().find("bochs-2").orElseThrow();
    private static final VmcsLayout KVM =
            VmcsLayouts.shipped().find("kvm-vmcs12").orElseThrow();

    @Test
    void aVmcsDoesNotDifferFromItself() throws IOException, InterruptedException {
        Vmcs vmcs = Vmcs.read(Recording.raw("bochs-nested-kvm.physmem"), 0xf001000, BOCHS)
                .orElseThrow();
        assertEquals(List.of(), VmcsDiff.compare(vmcs, vmcs));
    }

    @Test
    void changedBitsAreNamed() {
        VmcsValues left = field -> Observed.known(field == VmcsField.SECONDARY_VM_EXEC_CONTROL ? 0x2L : 0L);
        VmcsValues right = field -> switch (field) {
            case SECONDARY_VM_EXEC_CONTROL -> Observed.known(0x20L);
            case GUEST_RIP -> new Observed.Unreadable<>("not read");
            default -> Observed.known(0L);
        };
        List<VmcsDiff.Difference> differences = VmcsDiff.compare(left, right);
        assertEquals(2, differences.size());
        assertEquals(
                List.of("\"Enable EPT\" cleared", "\"Enable VPID\" set"),
                differences.getFirst().changes());
        assertTrue(differences.getFirst().isChange());
        assertEquals(VmcsField.GUEST_RIP, differences.getLast().field());
    }

    @Test
    void levelsOfTheRecordingSideBySide() throws IOException, InterruptedException {
        PhysicalMemory memory = Recording.raw("bochs-nested-kvm.physmem");
        Vmcs outer = Vmcs.read(memory, 0xf001000, BOCHS).orElseThrow();
        Vmcs inner = Vmcs.read(memory, 0xf07d000, KVM).orElseThrow();
        List<VmcsDiff.Difference> differences = VmcsDiff.compare(outer, inner);
        // the same kernel runs on both levels: the same entry point
        assertTrue(differences.stream().noneMatch(d -> d.field() == VmcsField.HOST_RIP));
        assertTrue(differences.stream().anyMatch(d -> d.field() == VmcsField.EPT_POINTER));
    }

    /** Regions made with a known layout and random values: each field must be found where that layout has it. */
    @Test
    void findsTheOffsetsAgain() {
        Random random = new Random(42);
        List<LayoutDiscovery.Sample> samples = List.of(sample(KVM, random), sample(KVM, random), sample(KVM, random));
        List<LayoutDiscovery.Place> places = LayoutDiscovery.places(samples);
        assertEquals(KVM.slots().size(), places.size());
        for (LayoutDiscovery.Place place : places) {
            VmcsLayout.Slot slot = KVM.slots().get(place.field());
            assertTrue(slot != null && place.offsets().equals(List.of(slot.offset())), place.toString());
            assertTrue(place.confidence() >= 80, place.toString());
        }
        VmcsLayout found = LayoutDiscovery.layout("mine", samples, 80).orElseThrow();
        assertEquals(KVM.slots(), found.slots());
        assertEquals(
                found.slots(),
                VmcsLayouts.parse("mine.vmcs", LayoutDiscovery.text(found)).slots());
    }

    /** One real region alone: fields with telling values are found, zeros stay open. */
    @Test
    void oneRealRegionTellsWhatIsUnique() throws IOException, InterruptedException {
        Vmcs vmcs = Vmcs.read(Recording.raw("bochs-kvm-guest.physmem"), 0x6353000, BOCHS)
                .orElseThrow();
        Map<VmcsField, Long> values = new EnumMap<>(VmcsField.class);
        BOCHS.slots().forEach((field, slot) -> {
            if (slot.rotatedLeft() == 0) {
                values.put(field, vmcs.get(field).orElseThrow());
            }
        });
        List<LayoutDiscovery.Place> places =
                LayoutDiscovery.places(List.of(new LayoutDiscovery.Sample(vmcs.region(), values)));
        for (LayoutDiscovery.Place place : places) {
            if (place.offset().isPresent() && place.confidence() >= 90) {
                VmcsLayout.Slot slot = BOCHS.slots().get(place.field());
                assertEquals(place.offset().get(), slot == null ? -1 : slot.offset(), place.toString());
            }
        }
        assertTrue(places.stream().anyMatch(p -> p.field() == VmcsField.HOST_RIP && p.confidence() >= 90));
        assertTrue(places.stream().anyMatch(p -> p.offsets().size() > 100));
    }

    private static LayoutDiscovery.Sample sample(VmcsLayout layout, Random random) {
        MemorySegment region = MemorySegment.ofArray(new byte[VmcsLayout.REGION_SIZE]);
        Map<VmcsField, Long> values = new EnumMap<>(VmcsField.class);
        layout.slots().forEach((field, slot) -> {
            long value = random.nextLong();
            switch (slot.bytes()) {
                case 8 -> region.set(PhysicalMemory.LittleEndian.LONG, slot.offset(), value);
                case 4 -> region.set(PhysicalMemory.LittleEndian.INT, slot.offset(), (int) value);
                default -> region.set(PhysicalMemory.LittleEndian.SHORT, slot.offset(), (short) value);
            }
            int bits = slot.bytes() * 8;
            values.put(field, bits == 64 ? value : value & ((1L << bits) - 1));
        });
        return new LayoutDiscovery.Sample(region, values);
    }
}
