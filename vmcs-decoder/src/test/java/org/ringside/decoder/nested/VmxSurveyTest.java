package org.ringside.decoder.nested;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.ringside.decoder.ept.EptContext;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.memory.Recording;
import org.ringside.decoder.memory.SparseMemory;
import org.ringside.decoder.structure.AddressSpace;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.vmcs.VmcsLayouts;

class VmxSurveyTest {
    private static VmxSurvey survey(PhysicalMemory memory) {
        return VmxSurvey.of(memory, VmcsLayouts.shipped(), Set.of(), () -> false);
    }

    private static VmxRegion at(VmxSurvey survey, long address) {
        return survey.regions().stream()
                .filter(region -> region.address() == address)
                .findFirst()
                .orElseThrow();
    }

    private static Map<String, String> kinds(VmxSurvey survey) {
        Map<String, String> kinds = new TreeMap<>();
        survey.regions()
                .forEach(region -> kinds.put(
                        "0x%x".formatted(region.address()),
                        region.kind() + " of level " + region.level().orElse(-1)));
        return kinds;
    }

    /** The debugger of the emulator says which page is the VMXON region; the rest is known from the addresses in the kernel's own structures. */
    @Test
    void eachRegionOfTheNestedRecordingBelongsToItsLevel() throws IOException, InterruptedException {
        VmxSurvey survey = survey(Recording.raw("bochs-nested-kvm.physmem"));
        assertEquals(
                Map.of(
                        "0xf001000", "VMCS of level 0",
                        "0xf023000", "VMXON of level 0",
                        "0xf0e6000", "EMPTY_VMCS of level 0",
                        "0xf0e8000", "SHADOW_VMCS of level 1",
                        "0xf07d000", "VMCS of level 1",
                        "0xb8c0000", "EMPTY_VMCS of level 1",
                        "0xba0f000", "VMXON of level 1"),
                kinds(survey));
        assertTrue(survey.complete());
        assertEquals(
                List.of(AddressSpace.physical(), new AddressSpace.GuestPhysical(0xf09805eL)),
                survey.memories().stream().map(MemorySpace::space).toList());
    }

    @Test
    void theHostsCopyOfTheMiddleGuestsVmcsSpeaksOfTheMiddleGuestsMemory() throws IOException, InterruptedException {
        VmxSurvey survey = survey(Recording.raw("bochs-nested-kvm.physmem"));
        VmxRegion copy = at(survey, 0xf07d000);
        assertEquals("VMCS12", copy.role().orElseThrow());
        assertEquals(0, copy.home().level());
        assertEquals(1, copy.owner().orElseThrow().level());
        // the same host RIP in both, but each in its own address space and its own memory
        HypervisorImage outer = survey.hypervisors().getFirst();
        HypervisorImage inner = survey.hypervisors().getLast();
        assertEquals(2, survey.hypervisors().size());
        assertEquals(List.of(0xf001000L), outer.vmcss());
        assertEquals(List.of(0xf07d000L), inner.vmcss());
        assertEquals(outer.entry(), inner.entry());
        assertEquals(0x61b0004, outer.cr3());
        assertEquals(0x6142005, inner.cr3());
    }

    @Test
    void theShadowVmcsIsTheMiddleGuests() throws IOException, InterruptedException {
        VmxRegion shadow = at(survey(Recording.raw("bochs-nested-kvm.physmem")), 0xf0e8000);
        assertEquals(1, shadow.level().orElseThrow());
        assertEquals(
                new AddressSpace.GuestPhysical(0xf09805eL),
                shadow.owner().orElseThrow().space());
        assertTrue(shadow.references().contains(0xf001610L), "the link pointer itself");
    }

    @Test
    void saysWhoseHypervisorItIs() throws IOException, InterruptedException {
        VmxSurvey survey = survey(Recording.raw("bochs-kvm-guest.physmem"));
        HypervisorImage image = survey.hypervisors().getFirst();
        CodeImage code = image.code().orElseThrow();
        assertTrue(code.code().contains(0xffffffffc035144eL));
        assertTrue(code.code().length() < 1 << 20, () -> code.code().toString());
        assertTrue(code.marks().stream().anyMatch(mark -> mark.text().startsWith("kvm_intel")));
        assertFalse(code.writableCode());
        assertEquals(0, code.missing());
        assertTrue(code.entropy() > 5 && code.entropy() < 7, () -> "entropy " + code.entropy());
        CodeImage kernel = image.kernel().orElseThrow();
        assertTrue(
                kernel.marks().stream().anyMatch(mark -> mark.text().startsWith("Linux version 6.1.0-56-amd64")),
                () -> kernel.marks().toString());
    }

    @Test
    void theVmxonRegionOfTheSmallGuestsHostIsFoundWithoutItsAddress() throws IOException, InterruptedException {
        assertEquals(
                Map.of("0x6353000", "VMCS of level 0", "0x635d000", "VMXON of level 0"),
                kinds(survey(Recording.raw("bochs-kvm-guest.physmem"))));
    }

    @Test
    void nothingIsFoundWhereNoHypervisorRan() throws IOException, InterruptedException {
        VmxSurvey survey = survey(Recording.raw("ram-before.bin"));
        assertEquals(List.of(), survey.regions());
        assertEquals(List.of(), survey.hypervisors());
    }

    /** Two pages with the identifier of nested KVM and nothing else, and nothing that refers to them: no telling what they are. */
    @Test
    void aHeaderThatNothingRefersToStaysUndecided() {
        SparseMemory memory = new SparseMemory().putInt(0x1000, 0x11e57ed0).putInt(0x5000, 0x11e57ed0);
        assertEquals(
                Map.of("0x1000", "HEADER_ONLY of level 0", "0x5000", "HEADER_ONLY of level 0"), kinds(survey(memory)));
    }

    @Test
    void aMassOfLookAlikesIsCutAndSaidSo() {
        SparseMemory memory = new SparseMemory();
        for (long page = 1; page <= 2000; page++) {
            memory.putInt(page << 12, 0x11e57ed0);
        }
        VmxSurvey survey = survey(memory);
        assertFalse(survey.complete());
        assertTrue(survey.regions().size() < 2000);
    }

    /** EPT02 maps pages of the guest of EPT01 at other addresses: its guest is one level further in. */
    @Test
    void mergedTablesAreToldFromThoseOfAGuest() {
        SparseMemory memory = new SparseMemory();
        tables(memory, 0x10000);
        tables(memory, 0x20000);
        for (int page = 0; page < 64; page++) {
            memory.putLong(0x13000 + 8 * page, 0x100000 + 0x1000 * page | 0x37);
        }
        for (int page = 0; page < 8; page++) {
            memory.putLong(0x23000 + 8 * page, 0x120000 + 0x1000 * page | 0x37);
        }
        MemorySpace host = MemorySpace.host(memory);
        List<MemorySpace> both = MergedTables.levels(
                host, List.of(EptContext.of(0x1005e), EptContext.of(0x2005e)), TableLimits.standard());
        assertEquals(List.of(1, 2), both.stream().map(MemorySpace::level).toList());
        // a second view of the same guest has its pages where the guest has them
        for (int page = 0; page < 8; page++) {
            memory.putLong(0x23000 + 8 * page, 0x100000 + 0x1000 * page | 0x35);
        }
        List<MemorySpace> views = MergedTables.levels(
                host, List.of(EptContext.of(0x1005e), EptContext.of(0x2005e)), TableLimits.standard());
        assertEquals(List.of(1, 1), views.stream().map(MemorySpace::level).toList());
    }

    private static void tables(SparseMemory memory, long root) {
        memory.putLong(root, root + 0x1000 | 7)
                .putLong(root + 0x1000, root + 0x2000 | 7)
                .putLong(root + 0x2000, root + 0x3000 | 7);
    }

    @Test
    void addressesAreFollowedThroughGuestsOfGuests() {
        SparseMemory memory = new SparseMemory();
        tables(memory, 0x10000);
        for (int page = 0; page < 10; page++) {
            memory.putLong(0x13000 + 8 * page, 0x100000 + 0x1000 * page | 0x37).zero(0x100000 + 0x1000 * page);
        }
        memory.putLong(0x101000, 0x2000 | 7).putLong(0x102000, 0x3000 | 7).putLong(0x103000, 0x4000 | 7);
        memory.putLong(0x104000 + 8 * 5, 0x8000 | 0x37);
        MemorySpace first = MemorySpace.host(memory).guest(EptContext.of(0x1005e), TableLimits.standard());
        MemorySpace second = first.guest(EptContext.of(0x105e), TableLimits.standard());
        assertEquals(2, second.level());
        assertEquals(List.of(0x5000L), second.addressesOf(0x108123));
        assertEquals(0x108123L, second.hostPhysical(0x5123).orElseThrow());
        assertFalse(second.hostPhysical(0x6000).isKnown());
        assertEquals(List.of(EptContext.of(0x1005e), EptContext.of(0x105e)), second.path());
    }
}
