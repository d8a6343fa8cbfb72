package org.ringside.decoder.svm.check;

import static org.ringside.decoder.svm.VmcbField.*;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.ringside.decoder.ept.GuestPhysicalMemory;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.npt.NestedPageTables;
import org.ringside.decoder.npt.NptContext;
import org.ringside.decoder.paging.PageWalker;
import org.ringside.decoder.paging.PagingContext;
import org.ringside.decoder.svm.GuestPaging;
import org.ringside.decoder.svm.PermissionMaps;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.translation.TableSummary;
import org.ringside.decoder.translation.Translation;

/** Whether a VMCB agrees with the memory it points to: not demanded by VMRUN, but true of every VMCB that works. */
final class MemoryChecks {
    private MemoryChecks() {}

    static List<Check> all() {
        return List.of(
                new Check(
                        "memory.iopm",
                        "15.10.1",
                        "the I/O permissions map is in memory",
                        in -> in.bit(INTERCEPT_VECTOR_3, 27),
                        in -> in.captured(in.get(IOPM_BASE_PA), PermissionMaps.PORT_MAP_BYTES)),
                new Check(
                        "memory.msrpm",
                        "15.11",
                        "the MSR permissions map is in memory",
                        in -> in.bit(INTERCEPT_VECTOR_3, 28),
                        in -> in.captured(in.get(MSRPM_BASE_PA), PermissionMaps.MSR_MAP_BYTES)),
                new Check(
                        "memory.nested-tables",
                        "15.25.5",
                        "N_CR3 leads to tables without reserved bits set",
                        in -> in.bit(NESTED_CONTROL, 0),
                        MemoryChecks::tablesAreSound),
                new Check(
                        "memory.guest-rip",
                        "15.25.5",
                        "the guest's page tables and the nested ones map RIP",
                        in -> in.bit(NESTED_CONTROL, 0) && !in.values().encryptedState(),
                        in -> guest(in, in.get(RIP), t -> t.rights().execute())),
                new Check(
                        "memory.guest-idt",
                        "15.25.5",
                        "the guest's page tables and the nested ones map the IDT",
                        in -> in.bit(NESTED_CONTROL, 0) && !in.values().encryptedState() && in.get(IDTR_LIMIT) != 0,
                        in -> guest(in, in.get(IDTR_BASE), t -> true)),
                new Check(
                        "memory.avic-backing-page",
                        "15.29.4",
                        "the virtual APIC's backing page is in memory",
                        in -> in.bit(VIRTUAL_INTERRUPT_CONTROL, 31),
                        in -> in.captured(in.get(AVIC_BACKING_PAGE), 1)),
                new Check(
                        "memory.vmsa",
                        "15.35.8",
                        "the VMSA is in memory",
                        in -> in.bit(NESTED_CONTROL, 2),
                        in -> in.captured(in.get(VMSA_POINTER), 1)));
    }

    private static boolean tablesAreSound(CheckInput in) {
        Optional<NestedPageTables> tables = tables(in);
        if (tables.isEmpty()) {
            return false;
        }
        TableSummary summary = tables.get().map(TableLimits.standard()).summary();
        in.note("%d leaves in %d tables".formatted(summary.leaves(), summary.tables()));
        summary.findings().stream().limit(3).forEach(finding -> in.note(finding.message()));
        return summary.leaves() > 0 && summary.findings().isEmpty();
    }

    private static Optional<NestedPageTables> tables(CheckInput in) {
        Optional<PhysicalMemory> memory = in.memory();
        if (memory.isEmpty()) {
            return Optional.empty();
        }
        Observed<NptContext> context = NptContext.of(in.values(), memory.get());
        if (!(context instanceof Observed.Known<NptContext>(NptContext known))) {
            in.lacks(context.reason());
            return Optional.empty();
        }
        return Optional.of(new NestedPageTables(memory.get(), known));
    }

    /** Follows a linear address of the guest through its tables and the nested ones. */
    private static boolean guest(CheckInput in, long linear, Predicate<Translation> allows) {
        Optional<NestedPageTables> tables = tables(in);
        Observed<PagingContext> paging = GuestPaging.of(in.values());
        if (tables.isEmpty()) {
            return false;
        }
        if (!(paging instanceof Observed.Known<PagingContext>(PagingContext known))) {
            in.lacks(paging.reason());
            return false;
        }
        PhysicalMemory guest = new GuestPhysicalMemory(
                in.memory().orElseThrow(), tables.get(), TableLimits.standard().withRanges(1));
        Observed<Translation> first = new PageWalker(guest, tables.get().guestSpace(), known).translate(linear);
        Observed<Translation> second = first.flatMap(t -> tables.get().translate(t.output()));
        if (first instanceof Observed.NotCaptured<Translation> || second instanceof Observed.NotCaptured<Translation>) {
            in.lacks(second.reason());
            return false;
        }
        in.note(second.map(Translation::toString).orElse(second.reason()));
        return second.isKnown() && allows.test(first.orElseThrow()) && allows.test(second.orElseThrow());
    }
}
