package org.ringside.agent.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import org.ringside.agent.kernel.btf.BtfMember;
import org.ringside.agent.kernel.btf.BtfTypes;
import org.ringside.agent.kernel.btf.BtfWriter;
import org.ringside.agent.kernel.btf.BtfWriter.Member;
import org.ringside.agent.kernel.image.ArrayMemory;
import org.ringside.agent.kernel.image.KernelFinder;
import org.ringside.agent.kernel.image.KernelSearch;
import org.ringside.agent.kernel.image.LinuxKernel;
import org.ringside.agent.kernel.image.SymbolComparison;
import org.ringside.agent.kernel.image.SyntheticKernel;
import org.ringside.agent.kernel.objects.KernelModules;
import org.ringside.agent.kernel.objects.KernelTasks;
import org.ringside.agent.kernel.objects.PerCpuAreas;
import org.ringside.decoder.memory.Observed;

final class KernelFuzzTest {
    @FuzzTest(maxDuration = "3m")
    void anyBytesAreTypesOrRefused(FuzzedDataProvider data) {
        String path = data.consumeString(20);
        byte[] section = data.consumeBoolean() ? tampered(data) : data.consumeRemainingAsBytes();
        if (!(BtfTypes.parse(section) instanceof Observed.Known<BtfTypes>(BtfTypes types))) {
            return;
        }
        assertTrue(types.count() <= section.length / 12);
        for (int i = 0; i <= Math.min(types.count(), 200); i++) {
            types.size(i);
            types.enumerators(i);
            types.target(i);
            assertTrue(types.members(i).size() <= section.length / 12);
            types.member(i, path);
            for (BtfMember member : types.members(i)) {
                if (!member.name().isEmpty()
                        && !member.name().contains(".")
                        && !member.name().contains("[")) {
                    assertTrue(types.member(i, member.name()).isPresent());
                }
            }
        }
    }

    /** Types of every form, right but for some words. */
    private static byte[] tampered(FuzzedDataProvider data) {
        BtfWriter writer = new BtfWriter();
        int number = writer.integer("int", 4);
        int union = writer.composite("", 5, 8, false, Member.at("x", number, 0), Member.at("y", 3, 4));
        writer.structure("s", 24, Member.at("a", number, 0), Member.at("", union, 8), Member.at("c", 4, 16));
        writer.array(5, number, 3);
        writer.type("alias", 8, false, 0, 3);
        writer.enumeration("e", 6, true, List.of("A", "B"), -1, 2);
        writer.enumeration("f", 19, false, List.of("A"), 1L << 40);
        writer.type("v", 14, false, 0, 5, 1);
        writer.composite(
                "bits", 4, 4, true, new Member("one", number, 1 << 24), new Member("two", number, 2 << 24 | 1));
        byte[] section = writer.section();
        for (int i = data.consumeInt(0, 8); i > 0 && data.remainingBytes() > 0; i--) {
            section[data.consumeInt(0, section.length - 1)] = data.consumeByte();
        }
        return section;
    }

    /** A kernel that is right but for some words: what is found is read to its end, in bounded time. */
    @FuzzTest(maxDuration = "3m")
    void aTamperedKernelIsReadToItsEnd(FuzzedDataProvider data) {
        SyntheticKernel written = new SyntheticKernel(SyntheticKernel.LATE, data.consumeBoolean());
        long process = written.process(10, "daemon");
        written.thread(process, 11, 10, "worker");
        long module = written.module(0, "one");
        ArrayMemory memory = written.memory();
        long[] places = {
            written.names(),
            written.markers(),
            written.tokenIndex() - 700,
            written.tokenIndex(),
            written.tokenIndex() + 512,
            written.types(0),
            written.types(written.typesLength() / 2),
            0x1_0000,
            SyntheticKernel.physical(written.address("init_top_pgt")),
            SyntheticKernel.physical(written.address("phys_base")),
            SyntheticKernel.physical(module),
            SyntheticKernel.physical(process),
        };
        for (int i = data.consumeInt(0, 40); i > 0 && data.remainingBytes() > 0; i--) {
            long place = places[data.consumeInt(0, places.length - 1)] + data.consumeInt(0, 1023);
            if (data.consumeBoolean()) {
                memory.put(place, data.consumeByte());
            } else {
                memory.putLong(place, data.consumeBoolean() ? data.consumeLong() : module + data.consumeInt(-64, 256));
            }
        }
        if (data.consumeBoolean()) {
            memory.remove(places[data.consumeInt(0, places.length - 1)], data.consumeInt(1, 9000));
        }
        KernelSearch search = KernelFinder.search(memory, List.of(), () -> false);
        assertTrue(search.findings().size() < 100);
        if (search instanceof KernelSearch.Found(LinuxKernel kernel, var others, var findings)) {
            assertEquals(
                    0, SymbolComparison.of(kernel.symbols(), kernel.symbols()).disagreeing());
            KernelModules.of(kernel)
                    .toOptional()
                    .ifPresent(found -> assertTrue(found.findings().size() < 100));
            KernelTasks.of(kernel)
                    .toOptional()
                    .ifPresent(found -> assertTrue(found.findings().size() < 100));
            PerCpuAreas.of(kernel);
        }
    }
}
