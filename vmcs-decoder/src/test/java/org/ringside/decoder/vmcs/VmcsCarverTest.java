package org.ringside.decoder.vmcs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.memory.Recording;
import org.ringside.decoder.memory.SparseMemory;

class VmcsCarverTest {
    private static VmcsCarver.Result scan(PhysicalMemory memory) {
        return new VmcsCarver(memory, VmcsLayouts.shipped(), Set.of(), () -> false).scan();
    }

    private static Map<String, String> table(VmcsCarver.Result result) {
        Map<String, String> table = new TreeMap<>();
        for (CarvedRegion region : result.regions()) {
            String layout = region.best().map(score -> score.layout().id()).orElse("");
            table.put("0x%x".formatted(region.address()), region.kind() + " " + layout);
        }
        return table;
    }

    @Test
    void findsEveryRegionOfTheNestedRecording() throws IOException, InterruptedException {
        VmcsCarver.Result result = scan(Recording.raw("bochs-nested-kvm.physmem"));
        assertEquals(
                Map.of(
                        "0xf001000", "VMCS bochs-2",
                        "0xf0e8000", "SHADOW_VMCS bochs-2",
                        "0xf023000", "HEADER_ONLY ",
                        "0xf0e6000", "HEADER_ONLY ",
                        "0xf07d000", "VMCS kvm-vmcs12",
                        "0xb8c0000", "HEADER_ONLY ",
                        "0xba0f000", "HEADER_ONLY "),
                table(result));
        assertTrue(result.complete());
    }

    @Test
    void findsEveryRegionOfTheRecordingOfASmallGuest() throws IOException, InterruptedException {
        VmcsCarver.Result result = scan(Recording.raw("bochs-kvm-guest.physmem"));
        assertEquals(Map.of("0x6353000", "VMCS bochs-2", "0x635d000", "HEADER_ONLY "), table(result));
    }

    @Test
    void aKnownVmxonRegionIsCalledSo() throws IOException, InterruptedException {
        PhysicalMemory memory = Recording.raw("bochs-kvm-guest.physmem");
        VmcsCarver.Result result =
                new VmcsCarver(memory, VmcsLayouts.shipped(), Set.of(0x635d000L), () -> false).scan();
        assertEquals("VMXON ", table(result).get("0x635d000"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ram-before.bin", "ram-after.bin"})
    void findsNothingWhereNoHypervisorRan(String image) throws IOException, InterruptedException {
        assertEquals(Map.of(), table(scan(Recording.raw(image))));
    }

    @Test
    void saysWhyALayoutWasChosenAndWhichCameNext() throws IOException, InterruptedException {
        CarvedRegion region = scan(Recording.raw("bochs-kvm-guest.physmem")).regions().stream()
                .filter(r -> r.kind() == CarvedRegion.Kind.VMCS)
                .findFirst()
                .orElseThrow();
        LayoutScore best = region.best().orElseThrow();
        assertEquals(100, best.percent(), best.explain());
        assertTrue(best.explain().contains("host CR3 maps host RIP"));
        assertEquals(VmcsLayouts.shipped().all().size() - 1, region.runnersUp().size());
        assertTrue(
                region.runnersUp().getFirst().percent() < 60,
                region.runnersUp().getFirst().explain());
    }

    /** The identifier of another processor over the same content: found by plausibility, as hypervisors do put such ids there. */
    @Test
    void anUnknownRevisionIdentifierDoesNotHideAVmcs() throws IOException, InterruptedException {
        PhysicalMemory recorded = Recording.raw("bochs-kvm-guest.physmem");
        MemorySegment copy = MemorySegment.ofArray(new byte[4096]);
        copy.copyFrom(recorded.page(0x6353000).orElseThrow());
        copy.set(PhysicalMemory.LittleEndian.INT, 0, 0x1c);
        SparseMemory memory = new SparseMemory().page(0x5000, copy.toArray(ValueLayout.JAVA_BYTE));
        CarvedRegion region = scan(memory).regions().getFirst();
        assertEquals("bochs-2", region.best().orElseThrow().layout().id());
        assertEquals(0x1c, region.revision());
    }

    @Test
    void aCancelledScanSaysThatItIsNotComplete() {
        SparseMemory memory = new SparseMemory().putInt(0x1000, 0x2b);
        VmcsCarver.Result result = new VmcsCarver(memory, VmcsLayouts.shipped(), Set.of(), () -> true).scan();
        assertFalse(result.complete());
    }
}
