package org.ringside.trace.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.nested.Journey;
import org.ringside.decoder.nested.NestedGuests;
import org.ringside.decoder.npt.NestedPageTables;
import org.ringside.decoder.npt.NptContext;
import org.ringside.decoder.npt.NptMap;
import org.ringside.decoder.structure.Findings;
import org.ringside.decoder.svm.CarvedVmcb;
import org.ringside.decoder.svm.GuestPaging;
import org.ringside.decoder.svm.PermissionMaps;
import org.ringside.decoder.svm.Vmcb;
import org.ringside.decoder.svm.VmcbCarver;
import org.ringside.decoder.svm.VmcbField;
import org.ringside.decoder.svm.VmcbTree;
import org.ringside.decoder.svm.check.VmrunChecks;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.translation.Translation;
import org.ringside.decoder.vmcs.check.CheckResult;
import org.ringside.trace.Trace;
import org.ringside.trace.TraceFile;

/**
 * The bundled recording of KVM on an AMD processor, compared with what the emulator, the host's kernel and KVM themselves said of that moment
 * ({@code kvm-amd.truth.txt}, written by the recorder; nothing in it is from a decoder of ours).
 */
class KvmAmdSampleTest {
    /** How the kernel calls what it read, where the name alone does not tell. */
    private static final Map<String, VmcbField> KERNEL = Map.ofEntries(
            Map.entry("pause_filter_thresh", VmcbField.PAUSE_FILTER_THRESHOLD),
            Map.entry("pause_filter_count", VmcbField.PAUSE_FILTER_COUNT),
            Map.entry("iopm_base_pa", VmcbField.IOPM_BASE_PA),
            Map.entry("msrpm_base_pa", VmcbField.MSRPM_BASE_PA),
            Map.entry("tsc_offset", VmcbField.TSC_OFFSET),
            Map.entry("asid", VmcbField.GUEST_ASID),
            Map.entry("tlb_ctl", VmcbField.TLB_CONTROL),
            Map.entry("int_state", VmcbField.INTERRUPT_STATE),
            Map.entry("exit_code", VmcbField.EXITCODE),
            Map.entry("exit_info_1", VmcbField.EXITINFO1),
            Map.entry("exit_info_2", VmcbField.EXITINFO2),
            Map.entry("nested_ctl", VmcbField.NESTED_CONTROL),
            Map.entry("avic_vapic_bar", VmcbField.AVIC_APIC_BAR),
            Map.entry("ghcb_gpa", VmcbField.GHCB_GPA),
            Map.entry("nested_cr3", VmcbField.N_CR3),
            Map.entry("virt_ext", VmcbField.VIRTUALIZATION_CONTROL),
            Map.entry("clean", VmcbField.VMCB_CLEAN),
            Map.entry("next_rip", VmcbField.NRIP),
            Map.entry("insn_len", VmcbField.INSTRUCTION_BYTES_FETCHED),
            Map.entry("avic_backing_page", VmcbField.AVIC_BACKING_PAGE),
            Map.entry("avic_logical_id", VmcbField.AVIC_LOGICAL_TABLE),
            Map.entry("avic_physical_id", VmcbField.AVIC_PHYSICAL_TABLE),
            Map.entry("vmsa_pa", VmcbField.VMSA_POINTER),
            Map.entry("last_excp_from", VmcbField.LASTEXCPFROM),
            Map.entry("last_excp_to", VmcbField.LASTEXCPTO));

    private Path directory = Path.of("");
    private List<String> truth = List.of();
    private Optional<Trace> trace = Optional.empty();

    @BeforeEach
    void open(@TempDir Path folder) throws IOException {
        directory = samples();
        truth = Files.readAllLines(directory.resolve("kvm-amd.truth.txt"));
        Path copy = folder.resolve("kvm-amd.ringside");
        Files.copy(directory.resolve("kvm-amd.ringside"), copy, StandardCopyOption.REPLACE_EXISTING);
        trace = Optional.of(TraceFile.open(copy));
    }

    @AfterEach
    void close() throws IOException {
        if (trace.isPresent()) {
            trace.get().close();
        }
    }

    private static Path samples() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("sample-traces"))) {
            folder = Optional.ofNullable(folder.getParent()).orElseThrow();
        }
        return folder.resolve("sample-traces");
    }

    private PhysicalMemory memory() throws IOException {
        Trace open = trace.orElseThrow();
        return open.memory(open.snapshots().getFirst().id());
    }

    /** The words of the lines that begin so, without that beginning. */
    private List<String[]> said(String beginning) {
        return truth.stream()
                .filter(line -> line.startsWith(beginning + " "))
                .map(line -> line.substring(beginning.length() + 1).split(" ", -1))
                .toList();
    }

    private long vmcbAddress() {
        return number(said("QEMU vmrun").getFirst()[0]);
    }

    private Vmcb vmcb() throws IOException {
        return Vmcb.read(memory(), vmcbAddress()).orElseThrow();
    }

    private static String word(Map<String, String> said, String name) {
        return Optional.ofNullable(said.get(name)).orElseThrow(() -> new AssertionError(name + " was not said"));
    }

    private static long number(String text) {
        return Long.parseUnsignedLong(text.substring(2), 16);
    }

    @Test
    void findsTheVmcbAndTheHostsStateAndNothingElse() throws IOException {
        VmcbCarver.Result result = new VmcbCarver(memory(), () -> false).scan();
        Map<Long, CarvedVmcb.Kind> found = new TreeMap<>();
        result.vmcbs().forEach(one -> found.put(one.address(), one.kind()));
        assertEquals(
                Map.of(
                        vmcbAddress(), CarvedVmcb.Kind.VMCB,
                        number(said("VMCB host_save_area").getFirst()[0]), CarvedVmcb.Kind.HOST_SAVE_AREA),
                found);
        assertEquals(List.of(), result.runnersUp());
        assertEquals(List.of(vmcb().element(VmcbField.N_CR3, 0)), result.nestedRoots());
        assertTrue(result.complete());
        assertEquals(100, result.vmcbs().getFirst().score().percent());
    }

    @Test
    void theBytesAreThoseThatTheEmulatorsMonitorShowed() throws IOException {
        List<String[]> lines = said("QEMU xp");
        assertEquals(256, lines.size());
        for (String[] line : lines) {
            long address = number(line[0]);
            assertEquals(number(line[1]), memory().readLong(address).orElseThrow(), line[0]);
            assertEquals(number(line[2]), memory().readLong(address + 8).orElseThrow(), line[0]);
        }
    }

    @Test
    void everyFieldThatTheKernelReadAgrees() throws IOException {
        Vmcb vmcb = vmcb();
        Map<String, String> differences = new TreeMap<>();
        int compared = 0;
        for (String[] line : said("VMCB")) {
            if (line[0].equals("address") || line[0].equals("host_save_area")) {
                continue;
            }
            compared++;
            long ours = kernelName(vmcb, line[0]);
            if (ours != number(line[1])) {
                differences.put(line[0], "kernel %s, decoded 0x%x".formatted(line[1], ours));
            }
        }
        assertEquals(Map.of(), differences);
        assertEquals(105, compared);
    }

    private static long kernelName(Vmcb vmcb, String name) {
        if (name.startsWith("intercepts[")) {
            return intercepts(vmcb, name.charAt("intercepts[".length()) - '0');
        }
        VmcbField known = KERNEL.get(name);
        if (known != null) {
            return vmcb.element(known, 0);
        }
        return switch (name) {
            case "int_ctl" -> vmcb.element(VmcbField.VIRTUAL_INTERRUPT_CONTROL, 0) & 0xffff_ffffL;
            case "int_vector" -> vmcb.element(VmcbField.VIRTUAL_INTERRUPT_CONTROL, 0) >>> 32;
            case "exit_int_info" -> vmcb.element(VmcbField.EXITINTINFO, 0) & 0xffff_ffffL;
            case "exit_int_info_err" -> vmcb.element(VmcbField.EXITINTINFO, 0) >>> 32;
            case "event_inj" -> vmcb.element(VmcbField.EVENTINJ, 0) & 0xffff_ffffL;
            case "event_inj_err" -> vmcb.element(VmcbField.EVENTINJ, 0) >>> 32;
            default -> {
                String symbol =
                        name.replace(".attrib", "_attributes").replace('.', '_').replace('_', '-');
                yield vmcb.element(
                        VmcbField.ofSymbol(symbol).orElseThrow(() -> new AssertionError("not known: " + name)), 0);
            }
        };
    }

    private static long intercepts(Vmcb vmcb, int word) {
        return switch (word) {
            case 0 ->
                (vmcb.element(VmcbField.INTERCEPT_CR_WRITES, 0) << 16) | vmcb.element(VmcbField.INTERCEPT_CR_READS, 0);
            case 1 ->
                (vmcb.element(VmcbField.INTERCEPT_DR_WRITES, 0) << 16) | vmcb.element(VmcbField.INTERCEPT_DR_READS, 0);
            case 2 -> vmcb.element(VmcbField.INTERCEPT_EXCEPTIONS, 0);
            case 3 -> vmcb.element(VmcbField.INTERCEPT_VECTOR_3, 0);
            case 4 -> vmcb.element(VmcbField.INTERCEPT_VECTOR_4, 0);
            default -> vmcb.element(VmcbField.INTERCEPT_VECTOR_5, 0);
        };
    }

    @Test
    void theExitIsTheOneThatTheEmulatorLogged() throws IOException {
        String[] exit = said("QEMU vmexit").getFirst();
        Vmcb vmcb = vmcb();
        assertEquals(number(exit[0]), vmcb.element(VmcbField.EXITCODE, 0));
        assertEquals(number(exit[1]), vmcb.element(VmcbField.EXITINFO1, 0));
        assertEquals(number(exit[2]), vmcb.element(VmcbField.EXITINFO2, 0));
        assertEquals(number(exit[3]), vmcb.element(VmcbField.RIP, 0));
    }

    @Test
    void theGuestsRegistersAreThoseThatKvmReported() throws IOException {
        Vmcb vmcb = vmcb();
        List<String> names = List.of("rip", "rsp", "rax", "rflags", "cr0", "cr2", "cr3", "cr4", "dr6", "dr7");
        for (String name : names) {
            VmcbField field = VmcbField.ofSymbol(name).orElseThrow();
            assertEquals(number(said("VMM " + name).getFirst()[0]), vmcb.element(field, 0), name);
        }
        // KVM hides SVME from a guest that it does not offer SVM to.
        assertEquals(number(said("VMM efer").getFirst()[0]) | (1 << 12), vmcb.element(VmcbField.EFER, 0));
        for (String name : List.of("es", "cs", "ss", "ds", "fs", "gs", "ldtr")) {
            Map<String, String> said = new TreeMap<>();
            String[] words = said("VMM " + name).getFirst();
            for (int i = 0; i < words.length; i += 2) {
                said.put(words[i], words[i + 1]);
            }
            long attributes =
                    vmcb.element(VmcbField.ofSymbol(name + "-attributes").orElseThrow(), 0);
            assertEquals(number(word(said, "type")), attributes & 0xf, name);
            assertEquals(Long.parseLong(word(said, "s")), attributes >>> 4 & 1, name);
            assertEquals(Long.parseLong(word(said, "dpl")), attributes >>> 5 & 3, name);
            assertEquals(Long.parseLong(word(said, "present")), attributes >>> 7 & 1, name);
            assertEquals(Long.parseLong(word(said, "l")), attributes >>> 9 & 1, name);
            assertEquals(Long.parseLong(word(said, "db")), attributes >>> 10 & 1, name);
            assertEquals(
                    number(word(said, "base")),
                    vmcb.element(VmcbField.ofSymbol(name + "-base").orElseThrow(), 0),
                    name);
        }
    }

    @Test
    void theNestedTablesLeadWhereTheHostsKernelKeepsTheGuest() throws IOException {
        PhysicalMemory memory = memory();
        NptContext context = NptContext.of(vmcb(), memory).orElseThrow();
        assertEquals(5, context.levels());
        NestedPageTables tables = new NestedPageTables(memory, context);
        int mapped = 0;
        List<String> differences = new ArrayList<>();
        for (String[] page : said("VMM page")) {
            Observed<Translation> translation = tables.translate(number(page[0]));
            // The host may have a page that the guest has not touched through the nested tables yet.
            if (translation instanceof Observed.Known<Translation>(Translation known)) {
                mapped++;
                if (known.output() != number(page[1])) {
                    differences.add(page[0] + " is at " + page[1] + ", not at 0x%x".formatted(known.output()));
                }
            }
        }
        assertEquals(List.of(), differences);
        assertTrue(mapped > 100, mapped + " pages compared");
        NptMap map = tables.map(TableLimits.standard());
        assertTrue(map.summary().complete());
        assertEquals(List.of(), map.summary().findings());
    }

    @Test
    void linearAddressesOfTheGuestGoWhereKvmTranslatesThem() throws IOException {
        PhysicalMemory memory = memory();
        Vmcb vmcb = vmcb();
        NptContext context = NptContext.of(vmcb, memory).orElseThrow();
        NestedGuests nested = NestedGuests.ofNestedPaging(memory, List.of(context), TableLimits.standard());
        List<String[]> lines = said("VMM linear");
        assertEquals(5, lines.size());
        for (String[] line : lines) {
            Journey journey = nested.virtual(1, GuestPaging.of(vmcb).orElseThrow(), number(line[0]));
            assertEquals(2, journey.stages().size());
            assertEquals(number(line[1]), journey.stages().getFirst().output().orElseThrow(), line[0]);
            assertTrue(journey.hostPhysical().isKnown(), line[0]);
            assertTrue(Stream.of(journey.stages().getFirst())
                    .flatMap(stage -> stage.entries().stream())
                    .allMatch(entry -> entry.hostAddress().isKnown()));
        }
    }

    @Test
    void vmrunWouldTakeItAndItAgreesWithItsMemory() throws IOException {
        Vmcb vmcb = vmcb();
        List<CheckResult> results = new ArrayList<>(VmrunChecks.run(vmcb, Optional.empty(), Optional.of(memory())));
        results.addAll(VmrunChecks.consistency(vmcb, Optional.empty(), Optional.of(memory())));
        assertEquals(
                List.of("nested-paging.host", "state.long-mode.support"),
                results.stream()
                        .filter(result -> result.outcome() == CheckResult.Outcome.NOT_EVALUABLE)
                        .map(CheckResult::id)
                        .toList());
        assertEquals(
                List.of(),
                results.stream()
                        .filter(result -> result.outcome() == CheckResult.Outcome.FAIL)
                        .map(CheckResult::toString)
                        .toList());
        assertTrue(results.stream().anyMatch(result -> result.id().equals("memory.guest-rip")));
        assertEquals(List.of(), Findings.of(VmcbTree.of(vmcb)));
    }

    @Test
    void theMapsSayWhatTheGuestMayDoItself() throws IOException {
        Vmcb vmcb = vmcb();
        long map = vmcb.element(VmcbField.MSRPM_BASE_PA, 0);
        int lstar = 0xc000_0082;
        int efer = 0xc000_0080;
        assertEquals(Observed.known(false), PermissionMaps.intercepts(memory(), map, lstar, true));
        assertEquals(Observed.known(true), PermissionMaps.intercepts(memory(), map, efer, true));
        assertEquals(Observed.known(true), PermissionMaps.intercepts(memory(), map, 0x4000_0000, false));
        assertEquals(
                "all 65536",
                PermissionMaps.ports(memory(), vmcb.element(VmcbField.IOPM_BASE_PA, 0))
                        .children()
                        .getFirst()
                        .meaning());
    }
}
