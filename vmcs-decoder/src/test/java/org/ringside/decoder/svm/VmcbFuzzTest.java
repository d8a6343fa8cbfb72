package org.ringside.decoder.svm;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Optional;
import org.ringside.decoder.memory.SparseMemory;
import org.ringside.decoder.npt.NestedPageTables;
import org.ringside.decoder.npt.NptAccess;
import org.ringside.decoder.npt.NptContext;
import org.ringside.decoder.structure.Findings;
import org.ringside.decoder.structure.StructureText;
import org.ringside.decoder.svm.check.VmrunChecks;
import org.ringside.decoder.translation.TableLimits;

/** Whatever the bytes are, decoders end and say what they found. */
class VmcbFuzzTest {
    @FuzzTest
    void vmcbsAreDecodedWhateverTheyHold(FuzzedDataProvider data) {
        SparseMemory memory = new SparseMemory().page(0x1000, data.consumeRemainingAsBytes());
        Vmcb vmcb = Vmcb.read(memory, 0x1000).orElseThrow();
        StructureText.print(VmcbTree.of(vmcb));
        StructureText.print(VmcbTree.of("values", vmcb));
        Findings.of(VmcbTree.of(vmcb));
        VmrunChecks.run(vmcb, Optional.empty(), Optional.of(memory));
        VmrunChecks.consistency(vmcb, Optional.empty(), Optional.of(memory));
        PermissionMaps.msrs(memory, vmcb.element(VmcbField.MSRPM_BASE_PA, 0));
        PermissionMaps.ports(memory, 0x1000);
        VmcbCarver.look(memory, 0x1000);
        new VmcbCarver(memory, () -> false).scan();
    }

    @FuzzTest
    void nestedPageTablesEndInBoundedWork(FuzzedDataProvider data) {
        NptContext context = new NptContext(
                0x1000,
                data.consumeBoolean() ? 4 : 5,
                data.consumeBoolean(),
                data.consumeBoolean(),
                data.consumeBoolean(),
                data.consumeInt(32, 52));
        long address = data.consumeLong();
        SparseMemory memory = new SparseMemory();
        for (int page = 1; page <= 4; page++) {
            memory.page(page * 0x1000L, data.consumeBytes(4096));
        }
        NestedPageTables tables = new NestedPageTables(memory, context);
        tables.map(TableLimits.standard().withTables(2000).withRanges(10_000));
        tables.walk(address);
        NptContext.assumedLevels(memory, 0x1000);
        for (NptAccess.Kind kind : NptAccess.Kind.values()) {
            tables.outcome(address, NptAccess.user(kind));
            tables.outcome(address & 0xffff_ffff_ffffL, NptAccess.supervisor(kind));
        }
        tables.outcome(address & 0xffff_ffff_ffffL, NptAccess.tableWalk());
    }
}
