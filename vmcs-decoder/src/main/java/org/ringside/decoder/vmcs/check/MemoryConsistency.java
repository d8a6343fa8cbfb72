package org.ringside.decoder.vmcs.check;

import static org.ringside.decoder.vmcs.VmcsField.*;
import static org.ringside.decoder.vmcs.VmxControl.*;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.ringside.decoder.ept.EptContext;
import org.ringside.decoder.ept.ExtendedPageTables;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.paging.PageWalker;
import org.ringside.decoder.paging.PagingContext;
import org.ringside.decoder.paging.PagingMode;
import org.ringside.decoder.translation.TableLimits;
import org.ringside.decoder.translation.TableSummary;
import org.ringside.decoder.translation.Translation;
import org.ringside.decoder.vmcs.VmcsField;
import org.ringside.decoder.vmcs.VmxControl;

/** Whether a VMCS agrees with the memory it points to: not demanded at VM entry, but true of every VMCS that works. */
final class MemoryConsistency {
    private MemoryConsistency() {}

    static List<Check> all() {
        List<Check> checks = new ArrayList<>();
        checks.add(Check.always(
                "memory.host-rip",
                "28.5.3",
                "host CR3 maps host RIP for fetches",
                in -> host(in, HOST_RIP, "fetches", t -> t.rights().execute())));
        checks.add(Check.always(
                "memory.host-rsp",
                "28.5.3",
                "host CR3 maps the stack below host RSP for writes",
                in -> host(in, HOST_RSP, "writes", t -> t.rights().write())));
        checks.add(Check.always(
                "memory.host-gdt",
                "28.5.2",
                "host CR3 maps the host GDT",
                in -> host(in, HOST_GDTR_BASE, "reads", t -> true)));
        checks.add(Check.always(
                "memory.host-idt",
                "28.5.2",
                "host CR3 maps the host IDT",
                in -> host(in, HOST_IDTR_BASE, "reads", t -> true)));
        checks.add(new Check(
                "memory.ept",
                "29.3.2",
                "the EPTP leads to tables without misconfigured entries",
                in -> in.on(ENABLE_EPT),
                MemoryConsistency::eptIsSound));
        checks.add(new Check(
                "memory.link-pointer",
                "25.4.2",
                "the VMCS of the link pointer is in memory",
                in -> in.get(VMCS_LINK_POINTER) != -1,
                in -> in.memory(in.get(VMCS_LINK_POINTER)) != 0));
        present(checks, "msr-bitmap", USE_MSR_BITMAPS, MSR_BITMAP);
        present(checks, "io-bitmap-a", USE_IO_BITMAPS, IO_BITMAP_A);
        present(checks, "io-bitmap-b", USE_IO_BITMAPS, IO_BITMAP_B);
        present(checks, "virtual-apic", USE_TPR_SHADOW, VIRTUAL_APIC_PAGE_ADDR);
        present(checks, "vmread-bitmap", VMCS_SHADOWING, VMREAD_BITMAP);
        present(checks, "vmwrite-bitmap", VMCS_SHADOWING, VMWRITE_BITMAP);
        return checks;
    }

    private static void present(List<Check> checks, String id, VmxControl control, VmcsField address) {
        checks.add(new Check(
                "memory." + id,
                "25.6",
                "the page of the %s is in memory".formatted(address.title()),
                in -> in.on(control),
                in -> {
                    if (in.memory().isEmpty()) {
                        in.lacks("no memory was given");
                        return false;
                    }
                    return in.memory().get().page(in.get(address)).isKnown();
                }));
    }

    private static boolean host(CheckInput in, VmcsField field, String what, Predicate<Translation> allows) {
        long linear = in.get(field) - (field == HOST_RSP ? 1 : 0);
        PagingMode mode = (in.get(HOST_CR4) >>> 12 & 1) != 0 ? PagingMode.FIVE_LEVEL : PagingMode.FOUR_LEVEL;
        if (in.off(EXIT_HOST_ADDRESS_SPACE_SIZE)) {
            in.lacks("the tables of 32-bit hosts are not walked here");
            return false;
        }
        if (in.memory().isEmpty()) {
            in.lacks("no memory was given");
            return false;
        }
        PagingContext context = new PagingContext(mode, in.get(HOST_CR3), true, true, PagingContext.WIDEST);
        Observed<Translation> found = new PageWalker(in.memory().get(), context).translate(linear);
        return switch (found) {
            case Observed.Known<Translation>(Translation translation) -> {
                in.note(translation.toString());
                yield allows.test(translation);
            }
            case Observed.NotCaptured<Translation> missing -> {
                in.lacks(missing.reason());
                yield false;
            }
            case Observed<Translation> none -> {
                in.note("no translation for " + what + ": " + none.reason());
                yield false;
            }
        };
    }

    private static boolean eptIsSound(CheckInput in) {
        if (in.memory().isEmpty()) {
            in.lacks("no memory was given");
            return false;
        }
        Observed<EptContext> context = in.eptContext();
        if (!(context instanceof Observed.Known<EptContext>(EptContext known))) {
            in.note(context.reason());
            return false;
        }
        PhysicalMemory memory = in.memory().get();
        if (!memory.page(known.pointer().root()).isKnown()) {
            in.note("the root table at 0x%x is not in memory"
                    .formatted(known.pointer().root()));
            return false;
        }
        TableSummary summary = new ExtendedPageTables(memory, known)
                .map(TableLimits.standard())
                .summary();
        in.note("%d leaves in %d tables".formatted(summary.leaves(), summary.tables()));
        summary.findings().stream().limit(3).forEach(finding -> in.note(finding.message()));
        return summary.findings().isEmpty();
    }
}
