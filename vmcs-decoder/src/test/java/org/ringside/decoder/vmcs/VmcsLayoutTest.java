package org.ringside.decoder.vmcs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class VmcsLayoutTest {
    static List<VmcsLayout> shipped() {
        return VmcsLayouts.shipped().all();
    }

    @Test
    void shipsTheLayoutsThatArePublic() {
        assertEquals(
                List.of(
                        "bochs-2",
                        "bochs-3",
                        "kvm-vmcs12",
                        "xen-vvmcs",
                        "hyperv-evmcs",
                        "virtualbox",
                        "acrn-vmcs12",
                        "penryn",
                        "nehalem",
                        "westmere",
                        "sandy-bridge",
                        "haswell"),
                shipped().stream().map(VmcsLayout::id).toList());
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void fieldsDoNotOverlapAndStayInTheRegion(VmcsLayout layout) {
        Map<Integer, VmcsField> owner = new HashMap<>();
        layout.slots().forEach((field, slot) -> {
            assertTrue(slot.offset() >= 8, field + " overlaps the header");
            assertTrue(slot.offset() + slot.bytes() <= VmcsLayout.REGION_SIZE, field.name());
            for (int i = 0; i < slot.bytes(); i++) {
                VmcsField other = owner.put(slot.offset() + i, field);
                assertTrue(other == null, field + " overlaps " + other + " in " + layout.id());
            }
        });
        layout.launchState().ifPresent(launch -> assertFalse(owner.containsKey(launch.offset())));
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void saysHowItWasVerifiedAndHasWhatMatters(VmcsLayout layout) {
        assertTrue(
                layout.verified().startsWith("real image")
                        || layout.verified().startsWith("public table")
                        || layout.verified().startsWith("formula"),
                layout.verified());
        assertFalse(layout.source().isEmpty());
        assertTrue(layout.slots()
                .keySet()
                .containsAll(Set.of(
                        VmcsField.HOST_CR3,
                        VmcsField.HOST_RIP,
                        VmcsField.GUEST_CR3,
                        VmcsField.GUEST_RIP,
                        VmcsField.PIN_BASED_VM_EXEC_CONTROL,
                        VmcsField.VM_EXIT_CONTROLS,
                        VmcsField.VMCS_LINK_POINTER,
                        VmcsField.EXIT_REASON)));
    }

    /** Offsets that the sources of the layouts state. */
    @ParameterizedTest
    @CsvSource({
        "kvm-vmcs12, EPT_POINTER, 120",
        "kvm-vmcs12, VMCS_LINK_POINTER, 176",
        "kvm-vmcs12, GUEST_CR3, 432",
        "kvm-vmcs12, HOST_RIP, 672",
        "kvm-vmcs12, GUEST_PML_INDEX, 996",
        "xen-vvmcs, GUEST_CR3, 0xe08",
        "xen-vvmcs, VIRTUAL_PROCESSOR_ID, 0x1f8",
        "virtualbox, EXIT_REASON, 0x05c",
        "virtualbox, PIN_BASED_VM_EXEC_CONTROL, 0x1d0",
        "virtualbox, HLAT_POINTER, 0x340",
        "virtualbox, GUEST_SSP, 0x9e8",
        "haswell, EPT_POINTER, 0x140",
        "haswell, HOST_RIP, 0x308",
        "nehalem, GUEST_CR3, 0x2e0",
        "penryn, GUEST_RIP, 0x338",
        "bochs-2, HOST_CR3, 0xf18",
        "bochs-3, HOST_CR3, 0xc98",
    })
    void publishedOffsets(String id, VmcsField field, String offset) {
        VmcsLayout layout = VmcsLayouts.shipped().find(id).orElseThrow();
        VmcsLayout.Slot slot = layout.slots().get(field);
        assertEquals(
                Optional.of(Integer.decode(offset)), Optional.ofNullable(slot).map(VmcsLayout.Slot::offset));
    }

    @Test
    void aRotatedSlotIsTurnedBack() {
        assertEquals(0xa09bL, new VmcsLayout.Slot(8, 4, 8).value(0xa09b00L));
        assertEquals(0x12345678L, new VmcsLayout.Slot(8, 4, 8).value(0x34567812L));
        assertEquals(0x8000_0000_0000_0000L, new VmcsLayout.Slot(8, 8, 1).value(1));
    }

    @Test
    void aUsersLayoutIsReadFromItsDirectory(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("mine.vmcs"), """
                # a comment
                layout   mine
                title    My hypervisor
                revision 0x1234
                verified real image: tried on one
                source   measured
                note     to be refined
                launch   0x10 4 launched=3
                field    HOST_RIP 0x20
                field    0x6802   0x28 8
                field    GUEST_CS_ACCESS_RIGHTS 0x30
                rotated  GUEST_CS_ACCESS_RIGHTS 8
                """);
        VmcsLayouts layouts = VmcsLayouts.shipped().with(directory);
        VmcsLayout mine = layouts.find("mine").orElseThrow();
        assertEquals(shipped().size() + 1, layouts.all().size());
        assertTrue(mine.expects(0x1234));
        assertEquals(
                Set.of(VmcsField.HOST_RIP, VmcsField.GUEST_CR3, VmcsField.GUEST_CS_ACCESS_RIGHTS),
                mine.slots().keySet());
        assertEquals(Optional.of(new VmcsLayout.LaunchState(0x10, 4, 3)), mine.launchState());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "layout x",
                "layout x\ntitle y",
                "layout x\nlayout z",
                "layout x\ntitle y\nfield NO_SUCH_FIELD 0x10",
                "layout x\ntitle y\nfield HOST_RIP 0x4",
                "layout x\ntitle y\nfield HOST_RIP 0xffc",
                "layout x\ntitle y\nfield HOST_RIP 99999999999999999999",
                "layout x\ntitle y\nfield HOST_RIP",
                "layout x\ntitle y\nfield HOST_RIP 0x10 9",
                "layout x\ntitle y\ngroup 16 nothing 0x10 4 64",
                "layout x\ntitle y\ngroup 17 guest 0x10 4 64",
                "layout x\ntitle y\nrotated HOST_RIP 8",
                "layout x\ntitle y\nlaunch 0x10",
                "layout x\ntitle y\nlaunch 0x10 4 launched",
                "layout x\ntitle y\nnonsense",
                "layout x\ntitle y\nrevision 0x80000001",
            })
    void saysWhatIsWrongWithAFile(String text) {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> VmcsLayouts.parse("test.vmcs", text));
        assertTrue(e.getMessage() != null && e.getMessage().startsWith("test.vmcs"), e.getMessage());
    }
}
