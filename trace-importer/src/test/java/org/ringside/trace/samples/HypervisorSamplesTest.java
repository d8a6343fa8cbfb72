package org.ringside.trace.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ringside.decoder.ept.EptContext;
import org.ringside.decoder.ept.EptMap;
import org.ringside.decoder.ept.ExtendedPageTables;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.nested.Journey;
import org.ringside.decoder.nested.NestedGuests;
import org.ringside.decoder.nested.ShadowComparison;
import org.ringside.decoder.paging.PagingContext;
import org.ringside.decoder.translation.MappedRange;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.vmcs.BochsVmcsText;
import org.ringside.decoder.vmcs.CarvedRegion;
import org.ringside.decoder.vmcs.Vmcs;
import org.ringside.decoder.vmcs.VmcsCarver;
import org.ringside.decoder.vmcs.VmcsField;
import org.ringside.decoder.vmcs.VmcsLayouts;
import org.ringside.decoder.vmcs.VmxCapabilities;
import org.ringside.decoder.vmcs.VmxCapabilityText;
import org.ringside.decoder.vmcs.check.CheckResult;
import org.ringside.decoder.vmcs.check.VmEntryChecks;
import org.ringside.trace.Trace;
import org.ringside.trace.TraceFile;

/** The bundled recordings of hypervisors at work, against what the emulator's own debugger said of them. */
class HypervisorSamplesTest {
    private static final String ONE_LEVEL = "kvm-under-bochs";
    private static final String RECURSION = "kvm-in-kvm-under-bochs";
    private static final long MOST_BYTES = 4L << 20;
    private static final VmcsLayouts LAYOUTS = VmcsLayouts.shipped();

    @TempDir
    private Path directory;

    /** A memory and what was said of it. */
    private record Sample(PhysicalMemory memory, DebuggerText said) {
        Vmcs vmcs(BochsVmcsText listing) {
            return read(listing.vmcsPointer().orElseThrow(), "bochs-2");
        }

        Vmcs read(long address, String layout) {
            return Vmcs.read(memory, address, LAYOUTS.find(layout).orElseThrow())
                    .orElseThrow();
        }

        /** The VMCS of the guest that the debugger followed addresses of. */
        Vmcs running() {
            return said.listings().stream()
                    .filter(BochsVmcsText::inGuest)
                    .map(this::vmcs)
                    .findFirst()
                    .orElseThrow();
        }

        /** In the recording of two levels: the VMCS of the middle guest. */
        Vmcs outer() {
            long inner = running().address();
            return said.listings().stream()
                    .filter(listing -> listing.vmcsPointer().orElseThrow() != inner)
                    .map(this::vmcs)
                    .findFirst()
                    .orElseThrow();
        }

        List<CarvedRegion> carve() {
            return new VmcsCarver(memory, LAYOUTS, Set.of(), () -> false).scan().regions();
        }
    }

    @FunctionalInterface
    private interface Check {
        void accept(Sample sample) throws IOException;
    }

    private static Path samples() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("sample-traces"))) {
            folder = Optional.ofNullable(folder.getParent()).orElseThrow();
        }
        return folder.resolve("sample-traces");
    }

    /** Works on a copy, as opening a trace may leave files beside it. */
    private void on(String name, Check check) throws IOException {
        Path copy = directory.resolve("sample.ringside");
        Files.copy(samples().resolve(name + ".ringside"), copy, StandardCopyOption.REPLACE_EXISTING);
        DebuggerText said = DebuggerText.read(samples().resolve(name + ".vmx.txt"));
        try (Trace trace = TraceFile.open(copy)) {
            check.accept(new Sample(trace.memory(trace.snapshots().getFirst().id()), said));
        }
    }

    private static long value(Vmcs vmcs, VmcsField field) {
        return vmcs.get(field).orElseThrow();
    }

    private static EptContext ept(Vmcs vmcs) {
        return EptContext.of(value(vmcs, VmcsField.EPT_POINTER));
    }

    private static PagingContext guestPaging(Vmcs vmcs) {
        return PagingContext.fourLevel(value(vmcs, VmcsField.GUEST_CR3));
    }

    @ParameterizedTest
    @ValueSource(strings = {ONE_LEVEL, RECURSION})
    void isSmall(String name) throws IOException {
        assertTrue(Files.size(samples().resolve(name + ".ringside")) <= MOST_BYTES);
    }

    @ParameterizedTest
    @ValueSource(strings = {ONE_LEVEL, RECURSION})
    void everyFieldTheDebuggerListsAgrees(String name) throws IOException {
        on(name, sample -> {
            Map<String, String> differences = new TreeMap<>();
            assertTrue(sample.said().listings().size() >= 2);
            for (BochsVmcsText listing : sample.said().listings()) {
                Vmcs vmcs = sample.vmcs(listing);
                assertTrue(listing.fields().size() > 50, "only " + listing.fields());
                for (VmcsField field : listing.fields()) {
                    long theirs = listing.get(field).orElseThrow();
                    long ours = value(vmcs, field);
                    if (ours != theirs) {
                        differences.put(
                                "0x%x %s".formatted(vmcs.address(), field),
                                "debugger 0x%x, decoded 0x%x".formatted(theirs, ours));
                    }
                }
            }
            assertEquals(Map.of(), differences);
        });
    }

    /** The emulated processor entered guests with them. */
    @ParameterizedTest
    @ValueSource(strings = {ONE_LEVEL, RECURSION})
    void noCheckOfAVmEntryFails(String name) throws IOException {
        on(name, sample -> {
            for (BochsVmcsText listing : sample.said().listings()) {
                Optional<PhysicalMemory> memory = Optional.of(sample.memory());
                List<CheckResult> results = new ArrayList<>();
                results.addAll(VmEntryChecks.run(sample.vmcs(listing), VmxCapabilities.unknown(), memory));
                results.addAll(VmEntryChecks.consistency(sample.vmcs(listing), VmxCapabilities.unknown(), memory));
                List<CheckResult> passed = results.stream()
                        .filter(result -> result.outcome() == CheckResult.Outcome.PASS)
                        .toList();
                assertTrue(passed.size() > 80, "only " + passed.size());
                assertEquals(
                        List.of(),
                        results.stream()
                                .filter(result -> result.outcome() == CheckResult.Outcome.FAIL)
                                .toList());
            }
        });
    }

    /** With what the emulated processor says it can do, every rule of a VM entry is decided. */
    @ParameterizedTest
    @ValueSource(strings = {ONE_LEVEL, RECURSION})
    void theControlsAreWhatTheProcessorAllows(String name) throws IOException {
        String text = Files.readString(samples().resolve(name + ".capabilities.txt"));
        VmxCapabilities capabilities =
                VmxCapabilityText.parse(text).orElseThrow().capabilities();
        on(name, sample -> {
            for (BochsVmcsText listing : sample.said().listings()) {
                List<CheckResult> results =
                        VmEntryChecks.run(sample.vmcs(listing), capabilities, Optional.of(sample.memory()));
                assertEquals(
                        List.of(),
                        results.stream()
                                .filter(result -> result.outcome() == CheckResult.Outcome.FAIL
                                        || result.outcome() == CheckResult.Outcome.NOT_EVALUABLE)
                                .map(CheckResult::toString)
                                .toList());
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {ONE_LEVEL, RECURSION})
    void theVmxRegionsAreFound(String name) throws IOException {
        on(name, sample -> {
            List<Long> found =
                    sample.carve().stream().map(CarvedRegion::address).toList();
            for (BochsVmcsText listing : sample.said().listings()) {
                assertTrue(found.contains(listing.vmcsPointer().orElseThrow()), found::toString);
                assertTrue(found.contains(listing.vmxonPointer().orElseThrow()), found::toString);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {ONE_LEVEL, RECURSION})
    void everyWalkOfTheDebuggerAgreesEntryByEntry(String name) throws IOException {
        on(name, sample -> {
            Vmcs running = sample.running();
            NestedGuests guests = new NestedGuests(sample.memory(), List.of(ept(running)), TableLimits.standard());
            assertTrue(sample.said().walks().size() >= 4);
            for (DebuggerText.Walk walk : sample.said().walks()) {
                Journey journey = guests.virtual(1, guestPaging(running), walk.linear());
                assertEquals(walk.guestEntries(), entries(journey.stages().getFirst()));
                if (walk.hostPage().isPresent()) {
                    assertEquals(walk.lastEptEntries(), entries(journey.stages().getLast()));
                }
                assertEquals(
                        walk.hostPage(),
                        journey.hostPhysical().toOptional().map(address -> address & -PhysicalMemory.PAGE_SIZE),
                        () -> "0x%x".formatted(walk.linear()));
            }
        });
    }

    private static List<Long> entries(Journey.Stage stage) {
        return stage.entries().stream()
                .map(entry -> entry.step().raw().orElseThrow())
                .toList();
    }

    /** The small guest's page tables and everything it maps and touched: no page more is in the tables that run it. */
    @Test
    void theShadowsLeavesAreThoseOfTheDebuggersTable() throws IOException {
        on(RECURSION, sample -> {
            Vmcs running = sample.running();
            EptMap map = new ExtendedPageTables(sample.memory(), ept(running)).map(TableLimits.standard());
            Set<Long> expected = new HashSet<>(sample.said().table().values());
            NestedGuests guests = new NestedGuests(sample.memory(), List.of(ept(running)), TableLimits.standard());
            Journey journey = guests.virtual(
                    1, guestPaging(running), sample.said().table().firstKey());
            for (Journey.Entry entry : journey.stages().getFirst().entries()) {
                expected.add(entry.hostAddress().orElseThrow() & -PhysicalMemory.PAGE_SIZE);
            }
            assertEquals(expected, pages(map));
            assertEquals(expected.size(), map.summary().leaves());
            assertEquals(List.of(), map.summary().findings());
        });
    }

    private static Set<Long> pages(EptMap map) {
        Set<Long> pages = new HashSet<>();
        for (MappedRange range : map.ranges()) {
            for (long offset = 0; offset < range.length(); offset += PhysicalMemory.PAGE_SIZE) {
                pages.add(range.output() + offset);
            }
        }
        return pages;
    }

    /** The middle guest's VMCSs, as KVM keeps them in that guest's memory; the host's own copy of one lies elsewhere. */
    private static List<Vmcs> ofTheMiddleGuest(Sample sample) {
        EptMap outer = new ExtendedPageTables(sample.memory(), ept(sample.outer())).map(TableLimits.standard());
        return sample.carve().stream()
                .filter(region -> region.kind() == CarvedRegion.Kind.VMCS)
                .filter(region -> region.best().orElseThrow().layout().id().equals("kvm-vmcs12"))
                .filter(region -> !outer.guestAddressesOf(region.address()).isEmpty())
                .map(region -> sample.read(region.address(), "kvm-vmcs12"))
                .toList();
    }

    private static NestedGuests nested(Sample sample, Vmcs inner) {
        return new NestedGuests(sample.memory(), List.of(ept(sample.outer()), ept(inner)), TableLimits.standard());
    }

    private static ShadowComparison compare(Sample sample, Vmcs inner) {
        ExtendedPageTables shadow = new ExtendedPageTables(sample.memory(), ept(sample.running()));
        return ShadowComparison.of(nested(sample, inner), shadow, Integer.MAX_VALUE, () -> false);
    }

    /** Of the middle guest's VMCSs, the one whose guest was running. */
    private static Vmcs runningInTheMiddle(Sample sample) {
        List<Vmcs> equal = ofTheMiddleGuest(sample).stream()
                .filter(vmcs -> compare(sample, vmcs).equal() > 0)
                .toList();
        assertEquals(1, equal.size());
        return equal.getFirst();
    }

    @Test
    void twoGuestsOfTheMiddleGuestAndTheTablesOfOneAreTheShadow() throws IOException {
        on(RECURSION, sample -> {
            List<Vmcs> inner = ofTheMiddleGuest(sample);
            assertEquals(2, inner.size());
            Vmcs running = runningInTheMiddle(sample);
            for (Vmcs vmcs : inner) {
                ShadowComparison comparison = compare(sample, vmcs);
                assertTrue(comparison.complete());
                if (vmcs.address() == running.address()) {
                    assertEquals(comparison.pages(), comparison.equal());
                    assertEquals(List.of(), comparison.differences());
                } else {
                    // the same addresses within the guest, in other memory
                    assertEquals(0, comparison.equal());
                    assertEquals(
                            Set.of(ShadowComparison.Kind.ELSEWHERE),
                            Set.copyOf(comparison.differences().stream()
                                    .map(ShadowComparison.Difference::kind)
                                    .toList()));
                }
            }
        });
    }

    /** Through the tables of the innermost guest, of its hypervisor and of the host: where the processor, with the shadow, says it is. */
    @Test
    void journeysThroughBothLevelsEndWhereTheProcessorSays() throws IOException {
        on(RECURSION, sample -> {
            Vmcs inner = runningInTheMiddle(sample);
            NestedGuests nested = nested(sample, inner);
            Map<Long, Long> journeys = new TreeMap<>();
            for (long linear : sample.said().table().keySet()) {
                Journey journey = nested.virtual(2, guestPaging(inner), linear);
                assertEquals(3, journey.stages().size());
                journeys.put(linear, journey.hostPhysical().orElseThrow());
            }
            assertFalse(journeys.isEmpty());
            assertEquals(sample.said().table(), journeys);
        });
    }

    @Test
    void theVmcsThatRunsTheInnermostGuestIsMadeOfTheOtherTwo() throws IOException {
        on(RECURSION, sample -> {
            Vmcs vmcs01 = sample.outer();
            Vmcs vmcs02 = sample.running();
            Vmcs vmcs12 = runningInTheMiddle(sample);
            for (VmcsField field : List.of(
                    VmcsField.GUEST_CR3,
                    VmcsField.GUEST_IA32_EFER,
                    VmcsField.GUEST_CS_SELECTOR,
                    VmcsField.GUEST_CS_ACCESS_RIGHTS,
                    VmcsField.GUEST_GDTR_BASE)) {
                assertEquals(value(vmcs12, field), value(vmcs02, field), field::name);
            }
            for (VmcsField field : List.of(VmcsField.HOST_RIP, VmcsField.HOST_CR3, VmcsField.HOST_CR4)) {
                assertEquals(value(vmcs01, field), value(vmcs02, field), field::name);
            }
            Set<Long> roots = Set.of(
                    value(vmcs01, VmcsField.EPT_POINTER),
                    value(vmcs12, VmcsField.EPT_POINTER),
                    value(vmcs02, VmcsField.EPT_POINTER));
            assertEquals(3, roots.size());
        });
    }

    /** Host and middle guest run the same module: the code that the innermost guest's exits lead to is in both, at another place. */
    @Test
    void theMiddleGuestsOwnExitHandlerIsFound() throws IOException {
        on(RECURSION, sample -> {
            Vmcs inner = runningInTheMiddle(sample);
            NestedGuests nested = nested(sample, inner);
            long entry = value(inner, VmcsField.HOST_RIP);
            Journey inMiddle = nested.virtual(1, PagingContext.fourLevel(value(inner, VmcsField.HOST_CR3)), entry);
            Journey inHost = nested.virtual(
                    0,
                    PagingContext.fourLevel(value(sample.outer(), VmcsField.HOST_CR3)),
                    value(sample.outer(), VmcsField.HOST_RIP));
            List<List<Byte>> code = new ArrayList<>();
            for (Journey journey : List.of(inMiddle, inHost)) {
                List<Byte> bytes = new ArrayList<>();
                byte[] read = sample.memory()
                        .read(journey.hostPhysical().orElseThrow(), 32)
                        .orElseThrow()
                        .toArray(ValueLayout.JAVA_BYTE);
                for (byte b : read) {
                    bytes.add(b);
                }
                code.add(bytes);
            }
            assertEquals(code.getFirst(), code.getLast());
            assertFalse(inMiddle.hostPhysical().equals(inHost.hostPhysical()));
        });
    }

    @Test
    void whatWasLeftOutIsNotCapturedAndNotZero() throws IOException {
        on(ONE_LEVEL, sample -> {
            EptMap map = new ExtendedPageTables(sample.memory(), ept(sample.running())).map(TableLimits.standard());
            Optional<Long> missing = map.ranges().stream()
                    .map(MappedRange::output)
                    .filter(address -> !sample.memory().page(address).isKnown())
                    .findFirst();
            assertTrue(missing.isPresent());
            assertTrue(map.summary().complete());
        });
    }
}
