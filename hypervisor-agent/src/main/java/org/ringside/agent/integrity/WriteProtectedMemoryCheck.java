package org.ringside.agent.integrity;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.ringside.agent.kernel.KernelMappings;
import org.ringside.agent.kernel.KernelMappings.Mapping;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.Severity;
import org.ringside.trace.ProgressMonitor;
import org.ringside.trace.snapshot.PageRun;

/**
 * Whether kernel memory that the baseline's page tables protect from writing still holds what it held.
 *
 * <p>Protected is a page that the kernel half maps for the supervisor only and without the right to write: code, and read-only data. Data
 * that has a writable alias in the kernel half is not protected: the kernel writes it there (its task-state segments, for one); code is, as
 * a writable alias is how it is attacked. A page counts only while one of its protected addresses still leads to it: text of a module that was unloaded since is memory like any other. What a module
 * loaded since brought along was not protected in the baseline and is not looked at.
 *
 * <p>A kernel patches its own text, too, when it switches tracing or static branches: a violation says that protected memory changed,
 * and shows how; who changed it is for a person to judge.
 */
public final class WriteProtectedMemoryCheck implements IntegrityCheck {
    /** {@link Violation#code} of a change in memory that is mapped executable. */
    public static final String TEXT_CHANGED = "kernel-text-changed";

    /** {@link Violation#code} of a change in memory that is mapped read-only and not executable. */
    public static final String READ_ONLY_DATA_CHANGED = "read-only-data-changed";

    /** Violations named at most; more are counted in a note. */
    private static final int MOST_VIOLATIONS = 4096;

    /** Virtual addresses named of a change; some pages have tens of thousands. */
    private static final int MOST_ADDRESSES = 4;

    /** Read-only data is mostly pointers: a change is shown as the whole words it lies in. */
    private static final int WORD = Long.BYTES;

    /** It has no settings. */
    public WriteProtectedMemoryCheck() {}

    @Override
    public String id() {
        return "write-protected-memory";
    }

    @Override
    public String title() {
        return "Write-protected kernel memory is unchanged";
    }

    @Override
    public Set<Evidence> needs() {
        return Set.of(
                Evidence.BASELINE_MEMORY,
                Evidence.BASELINE_CONTROL_REGISTERS,
                Evidence.BASELINE_PAGE_TABLES,
                Evidence.CURRENT_MEMORY);
    }

    @Override
    public CheckResult evaluate(CheckSubject subject, ProgressMonitor progress) {
        progress.progress("reading the baseline's page tables", 0, 0);
        Observed<KernelMappings> baseline =
                KernelMappings.of(subject.baselineMemory(), subject.baselineState(), progress::isCancelled);
        progress.checkCancelled();
        if (!(baseline instanceof Observed.Known<KernelMappings>(KernelMappings mappings))) {
            return new CheckResult.NotEvaluable(
                    "how %s translates addresses is not known (%s): import it with its registers"
                            .formatted(subject.baseline().name(), baseline.reason()),
                    Set.of(Evidence.BASELINE_CONTROL_REGISTERS));
        }
        List<String> notes = new ArrayList<>(
                mappings.findings().stream().map(Finding::message).toList());
        if (mappings.protectedPages() == 0) {
            return new CheckResult.NotEvaluable(
                    "the page tables of %s protect no kernel memory from writing, or were not captured%s"
                            .formatted(subject.baseline().name(), notes.isEmpty() ? "" : ": " + notes.getFirst()),
                    Set.of(Evidence.BASELINE_PAGE_TABLES));
        }
        List<Violation> violations = violations(subject, mappings, notes, progress);
        if (!violations.isEmpty()) {
            return new CheckResult.Violated(violations, notes);
        }
        if (!mappings.isComplete()) {
            return new CheckResult.NotEvaluable(
                    "nothing changed in the %,d pages that are known to be protected, but not all page tables of %s could be read%s"
                            .formatted(
                                    mappings.protectedPages(),
                                    subject.baseline().name(),
                                    notes.isEmpty() ? "" : ": " + notes.getFirst()),
                    Set.of(Evidence.BASELINE_PAGE_TABLES));
        }
        return new CheckResult.Intact(
                "%,d pages that the page tables of %s protect from writing"
                        .formatted(mappings.protectedPages(), subject.baseline().name()),
                notes);
    }

    private static List<Violation> violations(
            CheckSubject subject, KernelMappings baseline, List<String> notes, ProgressMonitor progress) {
        Observed<KernelMappings> current =
                KernelMappings.of(subject.currentMemory(), subject.currentState(), progress::isCancelled);
        if (!current.isKnown()) {
            notes.add(
                    "how %s translates addresses is not known (%s): whether what changed is still mapped was not looked at"
                            .formatted(subject.current().name(), current.reason()));
        }
        List<Violation> violations = new ArrayList<>();
        int gone = 0;
        int unnamed = 0;
        for (PageRun run : subject.diff().runs()) {
            progress.checkCancelled();
            if (run.change() != PageRun.Change.CHANGED) {
                continue;
            }
            for (long i = 0; i < run.pages(); i++) {
                long page = run.address() + i * PhysicalMemory.PAGE_SIZE;
                KernelMappings.Use use = baseline.use(page);
                if (!use.isProtected()) {
                    continue;
                }
                List<Mapping> mappings = protecting(baseline, page);
                if (current instanceof Observed.Known<KernelMappings>(KernelMappings now)
                        && isGone(now, mappings, page)) {
                    gone++;
                } else if (violations.size() < MOST_VIOLATIONS) {
                    violations.addAll(compare(subject, page, use, mappings, notes));
                } else {
                    unnamed++;
                }
            }
        }
        if (gone > 0) {
            notes.add(
                    "%d changed pages were protected in %s and are no longer mapped where they were in %s (freed and used anew): left out"
                            .formatted(
                                    gone,
                                    subject.baseline().name(),
                                    subject.current().name()));
        }
        if (unnamed > 0) {
            notes.add("%d more protected pages changed and are not listed".formatted(unnamed));
        }
        return violations;
    }

    private static List<Mapping> protecting(KernelMappings mappings, long page) {
        return mappings.mappingsOf(page).stream()
                .filter(mapping -> !mapping.rights().write())
                .toList();
    }

    private static boolean isGone(KernelMappings now, List<Mapping> mappings, long page) {
        return mappings.stream().noneMatch(mapping -> now.mayLeadTo(mapping.address(), page));
    }

    private static List<Violation> compare(
            CheckSubject subject, long page, KernelMappings.Use use, List<Mapping> mappings, List<String> notes) {
        Observed<MemorySegment> before = subject.baselineMemory().page(page);
        Observed<MemorySegment> after = subject.currentMemory().page(page);
        if (!(before instanceof Observed.Known<MemorySegment>(MemorySegment old))
                || !(after instanceof Observed.Known<MemorySegment>(MemorySegment now))) {
            notes.add("page 0x%x changed but cannot be compared: %s"
                    .formatted(page, before.isKnown() ? after.reason() : before.reason()));
            return List.of();
        }
        int unit = use == KernelMappings.Use.CODE ? 1 : WORD;
        return ByteChange.between(old, now, ByteChange.DEFAULT_GAP, unit).stream()
                .map(change -> violation(page, use, mappings, change))
                .toList();
    }

    private static Violation violation(long page, KernelMappings.Use use, List<Mapping> mappings, ByteChange change) {
        List<ByteSpan> virtual = mappings.stream()
                .limit(MOST_ADDRESSES)
                .map(mapping -> new ByteSpan(mapping.space(), mapping.address() + change.offset(), change.length()))
                .toList();
        boolean code = use == KernelMappings.Use.CODE;
        return new Violation(
                code ? TEXT_CHANGED : READ_ONLY_DATA_CHANGED,
                Severity.CRITICAL,
                code ? "Kernel code was changed" : "Read-only kernel data was changed",
                ByteSpan.physical(page + change.offset(), change.length()),
                virtual,
                change.before(),
                change.after());
    }
}
