package org.ringside.decoder.svm.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.ringside.decoder.cpu.CpuRegisters;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.SparseMemory;
import org.ringside.decoder.svm.Apm;
import org.ringside.decoder.svm.VmcbField;
import org.ringside.decoder.svm.VmcbValues;
import org.ringside.decoder.vmcs.check.CheckResult;

class VmrunChecksTest {
    private static final CpuRegisters HOST =
            new CpuRegisters(0, new TreeMap<>(Map.of("cr0", 0x80050033L, "efer", 0x1d01L)));

    /** A 64-bit guest that VMRUN takes, in nested paging. */
    private static Map<VmcbField, Long> guest() {
        Map<VmcbField, Long> values = new EnumMap<>(VmcbField.class);
        for (VmcbField field : VmcbField.values()) {
            values.put(field, 0L);
        }
        values.put(VmcbField.INTERCEPT_VECTOR_3, 0x1800_0003L);
        values.put(VmcbField.INTERCEPT_VECTOR_4, 1L);
        values.put(VmcbField.GUEST_ASID, 1L);
        values.put(VmcbField.IOPM_BASE_PA, 0x2000L);
        values.put(VmcbField.MSRPM_BASE_PA, 0x5000L);
        values.put(VmcbField.NESTED_CONTROL, 1L);
        values.put(VmcbField.N_CR3, 0x10000L);
        values.put(VmcbField.G_PAT, 0x0007_0406_0007_0406L);
        values.put(VmcbField.EFER, 0x1d01L);
        values.put(VmcbField.CR0, 0x8005_0033L);
        values.put(VmcbField.CR3, 0x1000L);
        values.put(VmcbField.CR4, 0xa0L);
        values.put(VmcbField.DR6, 0xffff_0ff0L);
        values.put(VmcbField.DR7, 0x400L);
        values.put(VmcbField.RFLAGS, 2L);
        values.put(VmcbField.CS_ATTRIBUTES, 0xa9bL);
        return values;
    }

    private static VmcbValues of(Map<VmcbField, Long> values) {
        return field -> {
            Long value = values.get(field);
            return value == null ? new Observed.Unreadable<>(field + " was not read") : Observed.known(value);
        };
    }

    @ParameterizedTest
    @CsvFileSource(resources = "checks.csv", delimiter = '|')
    void checksEachVector(String changes, String id, String expected) {
        Map<VmcbField, Long> values = guest();
        if (!changes.equals("-")) {
            for (String change : changes.split(" ", -1)) {
                String[] parts = change.split("=", -1);
                VmcbField field = VmcbField.valueOf(parts[0]);
                if (parts[1].equals("?")) {
                    values.remove(field);
                } else {
                    values.put(
                            field,
                            parts[1].startsWith("0x")
                                    ? Long.parseUnsignedLong(parts[1].substring(2), 16)
                                    : Long.parseLong(parts[1]));
                }
            }
        }
        List<CheckResult> results = new ArrayList<>(VmrunChecks.run(of(values), Optional.of(HOST), Optional.empty()));
        results.addAll(VmrunChecks.consistency(of(values), Optional.of(HOST), Optional.empty()));
        String outcome = results.stream()
                .filter(result -> result.id().equals(id))
                .map(result -> result.outcome().word())
                .findFirst()
                .orElse("absent");
        assertEquals(expected, outcome, results::toString);
    }

    @Test
    void aGuestThatVmrunTakesPassesEverything() {
        List<CheckResult> results = VmrunChecks.run(of(guest()), Optional.of(HOST), Optional.empty());
        Set<String> ids = new HashSet<>();
        for (CheckResult result : results) {
            assertEquals(CheckResult.Outcome.PASS, result.outcome(), result::toString);
            assertEquals(Apm.DOCUMENT, result.reference().document());
            assertFalse(result.section().isEmpty());
            assertTrue(ids.add(result.id()), result.id() + " is there twice");
        }
        assertEquals(20, results.size());
    }

    @Test
    void withoutTheHostsRegistersWhatHangsOnThemIsNotEvaluable() {
        List<String> open = VmrunChecks.run(of(guest()), Optional.empty(), Optional.empty()).stream()
                .filter(result -> result.outcome() == CheckResult.Outcome.NOT_EVALUABLE)
                .map(CheckResult::id)
                .toList();
        assertEquals(List.of("nested-paging.host", "state.long-mode.support"), open);
    }

    /** Nested tables at 0x10000 that map 0 to 0x7fff to 0x100000 on; the guest's tables map its 0x400000 to its 0x5000. */
    private static SparseMemory memory() {
        SparseMemory memory = new SparseMemory()
                .putLong(0x10000, 0x11007)
                .putLong(0x11000, 0x12007)
                .putLong(0x12000, 0x13007);
        for (int page = 0; page < 8; page++) {
            memory.putLong(0x13000 + 8 * page, 0x100000 + 0x1000 * page | 7);
            for (int word = 0; word < 512; word++) {
                // A guest's memory is not full of zeros: what leads nowhere tells its pages from tables.
                memory.putLong(0x100000 + 0x1000 * page + 8 * word, page > 4 ? 0xffff_8880_0000_0003L : 0);
            }
        }
        for (long map = 0x2000; map < 0x7000; map += 0x1000) {
            memory.zero(map);
        }
        return memory.putLong(0x101000, 0x2007)
                .putLong(0x102000, 0x3007)
                .putLong(0x103010, 0x4007)
                .putLong(0x104000, 0x5007);
    }

    private static Map<String, CheckResult.Outcome> consistency(Map<VmcbField, Long> values, SparseMemory memory) {
        Map<String, CheckResult.Outcome> outcomes = new TreeMap<>();
        VmrunChecks.consistency(of(values), Optional.empty(), Optional.of(memory)).stream()
                .filter(result -> result.id().startsWith("memory."))
                .forEach(result -> outcomes.put(result.id(), result.outcome()));
        return outcomes;
    }

    @Test
    void aVmcbIsComparedWithTheMemoryItPointsTo() {
        Map<VmcbField, Long> values = guest();
        values.put(VmcbField.RIP, 0x400123L);
        assertEquals(
                Map.of(
                        "memory.iopm", CheckResult.Outcome.PASS,
                        "memory.msrpm", CheckResult.Outcome.PASS,
                        "memory.nested-tables", CheckResult.Outcome.PASS,
                        "memory.guest-rip", CheckResult.Outcome.PASS),
                consistency(values, memory()));
        values.put(VmcbField.RIP, 0x600123L);
        values.put(VmcbField.MSRPM_BASE_PA, 0x9000L);
        Map<String, CheckResult.Outcome> wrong = consistency(values, memory());
        assertEquals(CheckResult.Outcome.FAIL, wrong.get("memory.guest-rip"));
        assertEquals(CheckResult.Outcome.FAIL, wrong.get("memory.msrpm"));
        values.put(VmcbField.N_CR3, 0x50000L);
        assertEquals(CheckResult.Outcome.FAIL, consistency(values, memory()).get("memory.nested-tables"));
    }

    @Test
    void withoutMemoryNothingAboutItIsClaimed() {
        List<CheckResult.Outcome> outcomes = new ArrayList<>();
        VmrunChecks.consistency(of(guest()), Optional.empty(), Optional.empty()).stream()
                .filter(result -> result.id().startsWith("memory."))
                .forEach(result -> outcomes.add(result.outcome()));
        assertEquals(Set.of(CheckResult.Outcome.NOT_EVALUABLE), Set.copyOf(outcomes));
    }
}
