package org.ringside.agent.kernel.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.ringside.agent.kernel.objects.KernelModule;
import org.ringside.agent.kernel.objects.KernelModules;
import org.ringside.agent.kernel.objects.KernelTasks;
import org.ringside.decoder.structure.Severity;
import org.ringside.decoder.symbol.SymbolTable;

/** Real kernels, with what they said of themselves when they ran as the truth. */
final class RecordedKernelTest {
    private static LinuxKernel found(ArrayMemory memory) {
        return assertInstanceOf(KernelSearch.Found.class, KernelFinder.search(memory, List.of(), () -> false))
                .kernel();
    }

    private static void agrees(LinuxKernel kernel, Path symbols) throws IOException {
        SymbolTable truth = SymbolTable.read(symbols);
        SymbolComparison comparison = SymbolComparison.of(kernel.symbols(), truth);
        assertEquals(List.of(), comparison.disagreements());
        assertEquals(kernel.symbols().size(), comparison.agreeing());
        assertEquals(0, comparison.shift());
        assertEquals(
                truth.byName("_text").orElseThrow().address(), kernel.place().virtualBase());
        assertTrue(kernel.place().evidence().stream().allMatch(Evidence::holds), kernel.place()::toString);
    }

    @Test
    void theHostOfAVirtualMachineIsFoundWithAllItsSymbols() throws IOException, InterruptedException {
        LinuxKernel kernel = found(RecordedImages.open(RecordedImages.file("bochs-nested-kvm.physmem")));
        agrees(kernel, RecordedImages.file("System.map"));
        assertEquals(0x1000000, kernel.place().physicalBase());
        assertEquals(
                List.of("irqbypass", "kvm", "kvm_intel"),
                KernelModules.of(kernel).orElseThrow().modules().stream()
                        .map(KernelModule::name)
                        .toList());
    }

    @Test
    void aModuleUnlinkedInRealMemoryIsFoundBesidesTheListedOnes() throws IOException, InterruptedException {
        ArrayMemory memory = RecordedImages.open(RecordedImages.file("bochs-nested-kvm.physmem"));
        LinuxKernel kernel = found(memory);
        KernelModule kvm = KernelModules.of(kernel).orElseThrow().modules().get(1);
        for (String node : List.of("list", "mkobj.kobj.entry")) {
            unlink(
                    kernel,
                    memory,
                    kvm.address() + kernel.member("module", node).orElseThrow().offset());
        }
        KernelModules modules = KernelModules.of(kernel).orElseThrow();
        assertEquals(
                Set.of(KernelModule.Source.MEMORY), modules.modules().get(1).sources());
        assertEquals(
                List.of("modules.hidden"),
                modules.findings().stream().map(finding -> finding.code()).toList());
    }

    private static void unlink(LinuxKernel kernel, ArrayMemory memory, long node) {
        long next = kernel.memory().readLong(node).orElseThrow();
        long previous = kernel.memory().readLong(node + 8).orElseThrow();
        memory.putLong(kernel.memory().translate(previous).orElseThrow(), next);
        memory.putLong(kernel.memory().translate(next + 8).orElseThrow(), previous);
    }

    @TestFactory
    Stream<DynamicTest> everyFurtherRecordingAgreesWithItsOwnSymbols() throws IOException {
        return RecordedImages.recordings().stream()
                .map(directory ->
                        DynamicTest.dynamicTest(directory.getFileName().toString(), () -> {
                            LinuxKernel kernel = found(RecordedImages.open(directory.resolve("ram-after.bin")));
                            agrees(kernel, directory.resolve("System.map"));
                            KernelModules modules = KernelModules.of(kernel).orElseThrow();
                            KernelTasks tasks = KernelTasks.of(kernel).orElseThrow();
                            assertTrue(modules.modules().size() > 5);
                            assertTrue(tasks.complete() && tasks.tasks().size() > 20);
                            assertTrue(modules.findings().stream()
                                    .noneMatch(finding -> finding.severity() == Severity.ERROR));
                        }));
    }
}
