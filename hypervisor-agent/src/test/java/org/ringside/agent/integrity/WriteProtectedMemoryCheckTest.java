package org.ringside.agent.integrity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.ringside.agent.integrity.SmallMachine.KERNEL;
import static org.ringside.agent.integrity.SmallMachine.NO_EXECUTE;
import static org.ringside.agent.integrity.SmallMachine.PRESENT;
import static org.ringside.agent.integrity.SmallMachine.USER;
import static org.ringside.agent.integrity.SmallMachine.WRITE;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.trace.MachineState;
import org.ringside.trace.ProgressMonitor;
import org.ringside.trace.SnapshotId;
import org.ringside.trace.snapshot.PageRun;
import org.ringside.trace.snapshot.SnapshotDiff;

final class WriteProtectedMemoryCheckTest {
    private static final long CODE = 0x10000;
    private static final long CONSTANTS = 0x11000;
    private static final long VARIABLES = 0x12000;
    private static final long FREE = 0x13000;

    private final SmallMachine before = new SmallMachine()
            .map(0, CODE, PRESENT)
            .map(1, CONSTANTS, PRESENT | NO_EXECUTE)
            .map(2, VARIABLES, PRESENT | WRITE | NO_EXECUTE)
            .put(CODE + 0x3a0, 0x0f, 0x1f, 0x44, 0, 0, 0x53);
    private final SmallMachine after = before.copy();

    private CheckResult check() {
        return check(SmallMachine.state(), SmallMachine.state());
    }

    private CheckResult check(MachineState stateBefore, MachineState stateAfter) {
        CheckSubject subject = new CheckSubject(
                SmallMachine.snapshot(1, "before"),
                before,
                stateBefore,
                SmallMachine.snapshot(2, "after"),
                after,
                stateAfter,
                new SnapshotDiff(new SnapshotId(1), new SnapshotId(2), changedPages()));
        return new WriteProtectedMemoryCheck().evaluate(subject, ProgressMonitor.none());
    }

    private List<PageRun> changedPages() {
        List<PageRun> runs = new ArrayList<>();
        for (AddressRange range : before.ranges()) {
            for (long page = range.start(); page < range.end(); page += PhysicalMemory.PAGE_SIZE) {
                if (before.page(page) instanceof Observed.Known<?>
                        && after.page(page) instanceof Observed.Known<?>
                        && before.page(page)
                                        .orElseThrow()
                                        .mismatch(after.page(page).orElseThrow())
                                >= 0) {
                    runs.add(new PageRun(page, 1, PageRun.Change.CHANGED));
                }
            }
        }
        return runs;
    }

    private List<Violation> violations() {
        return assertInstanceOf(CheckResult.Violated.class, check()).violations();
    }

    @Test
    void nothingChangedIsIntactAndSaysWhatWasExamined() {
        CheckResult.Intact intact = assertInstanceOf(CheckResult.Intact.class, check());
        assertEquals("2 pages that the page tables of before protect from writing", intact.examined());
        assertEquals(List.of(), intact.notes());
    }

    @Test
    void patchedCodeIsReportedWithItsBytesAndBothAddresses() {
        after.put(CODE + 0x3a0, 0xb8, 0x37, 0x13, 0, 0, 0xc3);
        List<Violation> violations = violations();
        assertEquals(1, violations.size());
        Violation patch = violations.getFirst();
        assertEquals(WriteProtectedMemoryCheck.TEXT_CHANGED, patch.code());
        assertEquals(ByteSpan.physical(CODE + 0x3a0, 6), patch.physical());
        assertEquals(
                List.of(KERNEL + 0x3a0),
                patch.virtual().stream().map(ByteSpan::address).toList());
        assertEquals("0f1f44000053", patch.before().toString());
        assertEquals("b837130000c3", patch.after().toString());
    }

    @Test
    void aChangedPointerInReadOnlyDataIsShownAsAWholeWord() {
        after.put(CONSTANTS + 0x332, 0x30, 0xc0);
        Violation change = violations().getFirst();
        assertEquals(WriteProtectedMemoryCheck.READ_ONLY_DATA_CHANGED, change.code());
        assertEquals(ByteSpan.physical(CONSTANTS + 0x330, 8), change.physical());
        assertEquals("000030c000000000", change.after().toString());
    }

    @Test
    void ordinaryDataMayChange() {
        after.put(VARIABLES, 1).put(FREE, 1);
        assertInstanceOf(CheckResult.Intact.class, check());
    }

    @Test
    void readOnlyDataThatTheKernelWritesElsewhereMayChange() {
        for (SmallMachine machine : List.of(before, after)) {
            machine.map(7, CONSTANTS, PRESENT | WRITE | NO_EXECUTE);
        }
        after.put(CONSTANTS, 1);
        assertInstanceOf(CheckResult.Intact.class, check());
    }

    @Test
    void codeIsProtectedEvenIfItHasAWritableAlias() {
        for (SmallMachine machine : List.of(before, after)) {
            machine.map(7, CODE, PRESENT | WRITE | NO_EXECUTE);
        }
        after.put(CODE, 0xcc);
        assertEquals(1, violations().size());
    }

    @Test
    void userMemoryIsNotTheKernels() {
        for (SmallMachine machine : List.of(before, after)) {
            machine.map(0, CODE, PRESENT | USER);
        }
        after.put(CODE, 0xcc);
        assertInstanceOf(CheckResult.Intact.class, check());
    }

    @Test
    void codeThatWasLoadedSinceIsNotAChangeOfCode() {
        after.map(9, FREE, PRESENT).put(FREE, 0x90, 0xc3);
        assertInstanceOf(CheckResult.Intact.class, check());
    }

    @Test
    void codeThatWasUnloadedAndItsMemoryUsedAnewIsNotAChangeOfCode() {
        after.map(0, 0, 0).put(CODE, 1, 2, 3);
        CheckResult.Intact intact = assertInstanceOf(CheckResult.Intact.class, check());
        assertTrue(intact.notes().getFirst().startsWith("1 changed pages were protected in before"), intact::toString);
    }

    @Test
    void withoutRegistersOfTheLaterMomentAChangeStillCounts() {
        after.map(0, 0, 0).put(CODE, 1, 2, 3);
        assertInstanceOf(CheckResult.Violated.class, check(SmallMachine.state(), MachineState.none()));
    }

    @Test
    void withoutRegistersOfTheBaselineThereIsNoAnswer() {
        CheckResult.NotEvaluable unknown =
                assertInstanceOf(CheckResult.NotEvaluable.class, check(MachineState.none(), SmallMachine.state()));
        assertEquals(Set.of(Evidence.BASELINE_CONTROL_REGISTERS), unknown.missing());
    }

    @Test
    void withoutPageTablesThereIsNoAnswer() {
        before.lose(SmallMachine.ROOT);
        CheckResult.NotEvaluable unknown = assertInstanceOf(CheckResult.NotEvaluable.class, check());
        assertEquals(Set.of(Evidence.BASELINE_PAGE_TABLES), unknown.missing());
    }

    @Test
    void pageTablesThatLoopEndWithoutAnAnswer() {
        for (int slot = 256; slot < 511; slot++) {
            before.put(SmallMachine.ROOT + slot * 8L, 0x07, 0x10, 0, 0, 0, 0, 0, 0);
        }
        assertInstanceOf(CheckResult.NotEvaluable.class, check());
    }

    @Test
    void whereOnlySomePageTablesAreThereNothingFoundIsNotIntact() {
        for (SmallMachine machine : List.of(before, after)) {
            machine.put(0x3000 + 510 * 8L, 0x03, 0x00, 0x0f, 0, 0, 0, 0, 0);
        }
        CheckResult.NotEvaluable unknown = assertInstanceOf(CheckResult.NotEvaluable.class, check());
        assertEquals(Set.of(Evidence.BASELINE_PAGE_TABLES), unknown.missing());
        after.put(CODE, 0xcc);
        assertEquals(1, violations().size());
    }
}
