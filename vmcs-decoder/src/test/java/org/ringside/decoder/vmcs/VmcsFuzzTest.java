package org.ringside.decoder.vmcs;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Optional;
import java.util.Set;
import org.ringside.decoder.ept.EptAccess;
import org.ringside.decoder.ept.EptContext;
import org.ringside.decoder.ept.ExtendedPageTablePointer;
import org.ringside.decoder.ept.ExtendedPageTables;
import org.ringside.decoder.memory.SparseMemory;
import org.ringside.decoder.structure.Findings;
import org.ringside.decoder.structure.StructureText;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.vmcs.check.VmEntryChecks;

/** Whatever the bytes are, decoders end and say what they found. */
class VmcsFuzzTest {
    private static final VmcsLayouts LAYOUTS = VmcsLayouts.shipped();

    @FuzzTest
    void regionsAreDecodedWhateverTheyHold(FuzzedDataProvider data) {
        VmcsLayout layout = LAYOUTS.all().get(data.consumeInt(0, LAYOUTS.all().size() - 1));
        SparseMemory memory = new SparseMemory().page(0x1000, data.consumeRemainingAsBytes());
        Vmcs vmcs = Vmcs.read(memory, 0x1000, layout).orElseThrow();
        StructureText.print(VmcsTree.of(vmcs));
        Findings.of(VmcsTree.of(vmcs));
        VmEntryChecks.run(vmcs, VmxCapabilities.unknown(), Optional.of(memory));
        VmEntryChecks.consistency(vmcs, VmxCapabilities.unknown(), Optional.of(memory));
        VmcsBitmaps.msrs(memory, 0x1000);
        VmcsBitmaps.ports(memory, 0x1000, 0x2000);
        VmcsBitmaps.fields(memory, 0x1000, "bitmap");
        VmcsBitmaps.postedInterrupts(memory, 0x1000);
        new VmcsCarver(memory, LAYOUTS, Set.of(), () -> false).scan();
    }

    @FuzzTest
    void kernelLogsAreReadAsFarAsTheyGo(FuzzedDataProvider data) {
        VmcsDump.parse("*** Guest State ***\n" + data.consumeRemainingAsString())
                .ifPresent(dump -> VmcsDiff.compare(dump, dump));
    }

    @FuzzTest
    void layoutFilesAreReadOrRefused(FuzzedDataProvider data) {
        try {
            VmcsLayouts.parse("fuzz.vmcs", data.consumeRemainingAsString());
        } catch (IllegalArgumentException expected) {
            if (expected.getMessage() == null || !expected.getMessage().startsWith("fuzz.vmcs")) {
                throw new IllegalStateException("the message does not name the file", expected);
            }
        }
    }

    @FuzzTest
    void anyTextHasCapabilitiesOrNot(FuzzedDataProvider data) {
        VmxCapabilityText.parse(data.consumeRemainingAsString()).ifPresent(text -> {
            if (text.msrs() < 1) {
                throw new IllegalStateException("capabilities without an MSR");
            }
            StructureText.print(text.capabilities().decode());
        });
    }

    @FuzzTest
    void extendedPageTablesEndInBoundedWork(FuzzedDataProvider data) {
        long eptp = 0x1000 | 6 | (data.consumeBoolean() ? 3 : 4) << 3 | (data.consumeBoolean() ? 0x40 : 0);
        EptContext context = new EptContext(
                new ExtendedPageTablePointer(eptp),
                data.consumeBoolean(),
                data.consumeBoolean(),
                data.consumeBoolean(),
                data.consumeBoolean(),
                data.consumeBoolean(),
                data.consumeBoolean(),
                data.consumeInt(32, 52));
        long address = data.consumeLong();
        SparseMemory memory = new SparseMemory();
        for (int page = 1; page <= 4; page++) {
            memory.page(page * 0x1000L, data.consumeBytes(4096));
        }
        ExtendedPageTables tables = new ExtendedPageTables(memory, context);
        tables.map(TableLimits.standard().withTables(2000).withRanges(10_000));
        tables.walk(address);
        for (EptAccess.Kind kind : EptAccess.Kind.values()) {
            tables.outcome(address, EptAccess.user(kind));
            tables.outcome(address & 0xffff_ffff_ffffL, EptAccess.supervisor(kind));
        }
    }
}
