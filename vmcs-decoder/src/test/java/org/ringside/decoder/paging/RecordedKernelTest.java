package org.ringside.decoder.paging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.ringside.decoder.cpu.CpuRegisters;
import org.ringside.decoder.disasm.Disassembler;
import org.ringside.decoder.disasm.Instruction;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.memory.Recording;
import org.ringside.decoder.symbol.SymbolTable;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.translation.TableRanges;
import org.ringside.decoder.translation.TableWalk;

/** A real Linux kernel's address space, before and after its text was patched. */
final class RecordedKernelTest {
    private static final long GETPPID = 0xffffffff810be3a0L;
    private static final CpuRegisters REGISTERS = new CpuRegisters(
            0, new TreeMap<>(Map.of("cr0", 0x80050033L, "cr3", 0x6a80000L, "cr4", 0x751ef0L, "efer", 0xd01L)));

    private static PageWalker walker(PhysicalMemory memory) {
        return PageWalker.of(memory, REGISTERS).orElseThrow();
    }

    @Test
    void translatesThePatchedFunction() throws Exception {
        PageWalker walker = walker(Recording.raw("ram-before.bin"));
        TableWalk walk = walker.walk(GETPPID);
        assertEquals(PagingMode.FIVE_LEVEL, walker.context().mode());
        assertEquals(0x10be3a0L, walk.result().orElseThrow().output());
        assertEquals(walk.result(), walker.translate(GETPPID));
        assertEquals(
                List.of("PML5E 511", "PML4E 511", "PDPTE 510", "PDE 8"),
                walk.steps().stream().limit(4).map(step -> step.entry().name()).toList());
    }

    /** The first kernel was booted with 5-level paging, the second, on an older processor, with 4-level paging. */
    @Test
    void modeOfARealKernelFollowsFromItsTablesAlone() throws Exception {
        assertEquals(
                PagingMode.FIVE_LEVEL,
                PagingContext.assumed(Recording.raw("ram-before.bin"), 0x6a80000L)
                        .mode());
        assertEquals(
                PagingMode.FOUR_LEVEL,
                PagingContext.assumed(Recording.raw("bochs-kvm-guest.physmem"), 0x6316003L)
                        .mode());
        assertEquals(
                PagingMode.FOUR_LEVEL,
                PagingContext.assumed(Recording.raw("bochs-nested-kvm.physmem"), 0x61b0004L)
                        .mode());
    }

    @Test
    void readsAndDisassemblesItBeforeAndAfter() throws Exception {
        assertEquals("0f 1f 44 00 00 nop dword ptr [rax + rax]; 53 push rbx", disassembly("ram-before.bin", 2));
        assertEquals("b8 37 13 00 00 mov eax, 0x1337; c3 ret", disassembly("ram-after.bin", 2));
    }

    private static String disassembly(String image, int count) throws IOException, InterruptedException {
        PhysicalMemory memory = Recording.raw(image);
        VirtualMemory kernel = new VirtualMemory(memory, walker(memory));
        MemorySegment code = kernel.read(GETPPID, 64).orElseThrow();
        Observed<Disassembler> opened = Disassembler.open();
        Assumptions.assumeTrue(opened.isKnown(), opened.reason());
        try (Disassembler disassembler = opened.orElseThrow()) {
            List<Instruction> found = disassembler.disassemble(code, GETPPID, count);
            return String.join(
                    "; ", found.stream().map(i -> i.bytes() + " " + i.text()).toList());
        }
    }

    @Test
    void namesTheHookedSlotAndItsOldTarget() throws Exception {
        SymbolTable symbols = SymbolTable.read(Recording.file("System.map"));
        assertEquals(List.of(), symbols.findings());
        long table = symbols.byName("sys_call_table").orElseThrow().address();
        assertEquals(0xffffffff82000360L, table);
        assertEquals("__x64_sys_getppid", symbols.nearest(GETPPID).orElseThrow().toString());
        PhysicalMemory before = Recording.raw("ram-before.bin");
        long slot = table + 102 * 8;
        assertEquals(0x2000690L, walker(before).translate(slot).orElseThrow().output());
        long target = new VirtualMemory(before, walker(before)).readLong(slot).orElseThrow();
        assertEquals("__x64_sys_getuid", symbols.nearest(target).orElseThrow().toString());
        PhysicalMemory after = Recording.raw("ram-after.bin");
        assertEquals(
                0xffffffffc0305000L,
                new VirtualMemory(after, walker(after)).readLong(slot).orElseThrow());
    }

    @Test
    void everyRangeListedAgreesWithAWalkOfItsFirstAndLastByte() throws Exception {
        PageWalker walker = walker(Recording.raw("ram-before.bin"));
        TableRanges ranges = walker.ranges(TableLimits.standard());
        long checked = 0;
        long last = Long.MIN_VALUE;
        while (ranges.hasNext()) {
            var range = ranges.next();
            for (long offset : new long[] {0, range.length() - 1}) {
                var translation = walker.translate(range.input() + offset).orElseThrow();
                assertEquals(range.output() + offset, translation.output());
                assertEquals(range.rights(), translation.rights());
            }
            assertTrue(checked == 0 || Long.compareUnsigned(range.input(), last) >= 0, "ranges are in order");
            last = range.input() + range.length();
            checked++;
        }
        assertTrue(
                ranges.summary().complete(), () -> ranges.summary().findings().toString());
        assertEquals(checked, ranges.summary().ranges());
        assertTrue(checked > 100, "only " + checked + " ranges");
    }

    @Test
    void findsBothMappingsOfAPageOfKernelText() throws Exception {
        PageWalker walker = walker(Recording.raw("ram-before.bin"));
        ReverseMap map = walker.mappingsOf(0x10be3a0L, 16, TableLimits.standard());
        assertTrue(map.complete());
        List<Long> linear =
                map.mappings().stream().map(ReverseMap.Mapping::linear).toList();
        assertTrue(linear.contains(0xffffffff810be000L), "the kernel's image: " + linear);
        // The direct map shows all of memory a second time.
        assertEquals(2, linear.size(), () -> "" + linear);
        for (long address : linear) {
            assertEquals(0x10be000L, walker.translate(address).orElseThrow().output());
        }
    }
}
