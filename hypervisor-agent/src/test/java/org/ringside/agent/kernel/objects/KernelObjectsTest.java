package org.ringside.agent.kernel.objects;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ringside.agent.kernel.image.KernelFinder;
import org.ringside.agent.kernel.image.KernelSearch;
import org.ringside.agent.kernel.image.LinuxKernel;
import org.ringside.agent.kernel.image.SyntheticKernel;
import org.ringside.agent.kernel.objects.KernelModule.Source;
import org.ringside.decoder.structure.Finding;

final class KernelObjectsTest {
    private final SyntheticKernel written = new SyntheticKernel(SyntheticKernel.LATE, true);

    private static LinuxKernel read(SyntheticKernel kernel) {
        return assertInstanceOf(KernelSearch.Found.class, KernelFinder.search(kernel.memory(), List.of(), () -> false))
                .kernel();
    }

    private KernelTasks tasks() {
        return KernelTasks.of(read(written)).orElseThrow();
    }

    private static KernelModules modules(SyntheticKernel kernel) {
        return KernelModules.of(read(kernel)).orElseThrow();
    }

    private static List<String> codes(List<Finding> findings) {
        return findings.stream().map(Finding::code).toList();
    }

    @Test
    void tasksAndThreadsAreListedWithWhoTheyAre() {
        long process = written.process(10, "daemon");
        written.thread(process, 11, 10, "worker");
        written.process(12, "shell");
        KernelTasks tasks = tasks();
        assertEquals(
                List.of("swapper", "daemon", "worker", "shell"),
                tasks.tasks().stream().map(task -> task.name().orElseThrow()).toList());
        KernelTask worker = tasks.tasks().get(2);
        assertEquals(11, worker.pid().orElseThrow());
        assertEquals(10, worker.tgid().orElseThrow());
        assertEquals(1011, worker.uid().orElseThrow());
        assertFalse(worker.isProcess());
        assertTrue(tasks.complete());
        assertEquals(List.of(), tasks.findings());
    }

    @Test
    void aLoopInTheListEndsItAndIsTold() {
        long first = written.process(10, "a");
        written.process(11, "b");
        long last = written.process(12, "c");
        written.memory().putLong(SyntheticKernel.physical(last + 24), first + 24);
        KernelTasks tasks = tasks();
        assertEquals(4, tasks.tasks().size());
        assertFalse(tasks.complete());
        assertEquals(List.of("list.loop"), codes(tasks.findings()));
    }

    @Test
    void aProcessLeftOutOfOneDirectionIsTold() {
        written.process(10, "a");
        long hidden = written.process(11, "b");
        long last = written.process(12, "c");
        long previous =
                written.memory().readLong(SyntheticKernel.physical(hidden + 32)).orElseThrow();
        written.memory().putLong(SyntheticKernel.physical(previous), last + 24);
        KernelTasks tasks = tasks();
        assertEquals(3, tasks.tasks().size());
        assertEquals(List.of("list.broken-back-link"), codes(tasks.findings()));
    }

    @Test
    void aListThatLeadsNowhereIsCut() {
        long task = written.process(10, "a");
        written.memory().putLong(SyntheticKernel.physical(task + 24), 0x1234);
        KernelTasks tasks = tasks();
        assertFalse(tasks.complete());
        assertTrue(codes(tasks.findings()).contains("list.cut"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void modulesAreFoundInAllThreeSources(boolean memParts) {
        SyntheticKernel kernel = new SyntheticKernel(SyntheticKernel.LATE, memParts);
        long module = kernel.module(0, "one");
        kernel.module(1, "two-2_x");
        KernelModules modules = modules(kernel);
        assertEquals(
                List.of("one", "two-2_x"),
                modules.modules().stream().map(KernelModule::name).toList());
        assertEquals(EnumSet.allOf(Source.class), modules.modules().getFirst().sources());
        assertEquals(module, modules.modules().getFirst().address());
        assertEquals(0x3000, modules.modules().getFirst().size());
        assertEquals(EnumSet.allOf(Source.class), modules.read());
        assertEquals(List.of(), modules.findings());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aModuleTakenOutOfTheListAndOfSysfsIsStillFoundInMemory(boolean memParts) {
        SyntheticKernel kernel = new SyntheticKernel(SyntheticKernel.LATE, memParts);
        kernel.module(0, "one");
        long hidden = kernel.module(1, "two");
        SyntheticKernel.nodes(hidden).forEach(kernel::unlink);
        kernel.module(2, "three");
        KernelModules modules = modules(kernel);
        KernelModule found = modules.modules().get(1);
        assertEquals("two", found.name());
        assertEquals(Set.of(Source.MEMORY), found.sources());
        assertTrue(found.isHidden());
        assertEquals(List.of("modules.hidden"), codes(modules.findings()));
    }

    @Test
    void aModuleThatIsBeingUnloadedIsNotHidden() {
        long module = written.module(0, "leaving");
        written.unlink(module + 8);
        written.memory().putInt(SyntheticKernel.physical(module), KernelModule.State.GOING.number());
        assertEquals(List.of("modules.passing"), codes(modules(written).findings()));
    }

    @Test
    void whereASourceWasNotCapturedNothingIsSaidToBeHidden() {
        written.module(0, "one");
        written.memory().remove(SyntheticKernel.physical(written.address("modules")), 1);
        KernelModules modules = modules(written);
        assertFalse(modules.read().contains(Source.LIST));
        assertFalse(codes(modules.findings()).contains("modules.hidden"));
    }

    @Test
    void possibleProcessorsHaveTheirAreas() {
        PerCpuAreas areas = PerCpuAreas.of(read(written)).orElseThrow();
        assertEquals(
                List.of(0, 2), areas.areas().stream().map(PerCpuAreas.Area::cpu).toList());
        assertEquals(0x2000, areas.areas().getFirst().size());
        assertEquals(areas.areas().getFirst().offset(), areas.areas().getFirst().start());
    }
}
