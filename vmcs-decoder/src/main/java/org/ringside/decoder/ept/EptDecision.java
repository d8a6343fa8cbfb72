package org.ringside.decoder.ept;

import java.util.List;
import java.util.Optional;
import org.ringside.decoder.structure.AddressSpace;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.translation.AccessRights;
import org.ringside.decoder.translation.EntryKind;
import org.ringside.decoder.translation.TableStep;
import org.ringside.decoder.translation.TableWalk;
import org.ringside.decoder.translation.WalkStop;

/** What one access does, by the walk of its guest-physical address (SDM vol. 3, 29.3.3). */
final class EptDecision {
    private static final long DATA_READ = 1;
    private static final long DATA_WRITE = 1 << 1;
    private static final long FETCH = 1 << 2;
    private static final int RIGHTS_SHIFT = 3;
    private static final long USER_EXECUTABLE = 1 << 6;
    private static final long LINEAR_VALID = 1 << 7;
    private static final long LINEAR_TRANSLATION = 1 << 8;
    private static final long USER_ADDRESS = 1 << 9;
    private static final long WRITABLE_PAGE = 1 << 10;
    private static final long EXECUTE_DISABLE_PAGE = 1 << 11;
    private static final long ADVANCED = USER_ADDRESS | WRITABLE_PAGE | EXECUTE_DISABLE_PAGE;
    private static final long NMI_UNBLOCKING = 1 << 12;
    private static final long SHADOW_STACK_ACCESS = 1 << 13;
    private static final long SUPERVISOR_SHADOW_STACK = 1 << 14;
    private static final long VERIFICATION = 1 << 15;
    private static final long ASYNCHRONOUS = 1 << 16;

    private final EptContext context;
    private final EptFormat format;
    private final AddressSpace space;
    private final TableWalk walk;
    private final EptAccess access;

    EptDecision(EptContext context, EptFormat format, AddressSpace space, TableWalk walk, EptAccess access) {
        this.context = context;
        this.format = format;
        this.space = space;
        this.walk = walk;
        this.access = access;
    }

    EptOutcome outcome() {
        Optional<WalkStop> stop = walk.stop();
        if (stop.isPresent()
                && stop.get().reason() != WalkStop.Reason.NOT_PRESENT
                && stop.get().reason() != WalkStop.Reason.RESERVED_BITS) {
            return new EptOutcome.Unknown(stop.get().message());
        }
        TableStep last = walk.steps().getLast();
        if (last.kind() == EntryKind.RESERVED) {
            return misconfiguration(last);
        }
        for (TableStep step : walk.steps()) {
            if (!allows(step)) {
                return refused(step, last);
            }
        }
        if (isVerified(last)) {
            if (access.page().isEmpty()) {
                return new EptOutcome.Unknown(
                        "the page demands guest-paging verification, and the guest paging of the access is not known");
            }
            if (!access.page().get().verified()) {
                String why = name(last)
                        + " demands guest-paging verification (bit 57), and a guest paging structure on the way"
                        + " lies in a page that guest paging may not update (bit 58)";
                return violation(VERIFICATION, last, last, why);
            }
        }
        return new EptOutcome.Allowed(
                walk.result().orElseThrow(), "every entry on the way allows it: " + new AccessRights(rights()));
    }

    private EptOutcome misconfiguration(TableStep step) {
        ByteSpan span = new ByteSpan(space, step.entryAddress(), step.level().entryBytes());
        List<Finding> findings = format.refusals(step.level(), raw(step), span);
        return new EptOutcome.Misconfiguration(
                step,
                findings,
                findings.isEmpty() ? "misconfigured" : findings.getFirst().message());
    }

    /** Whether an entry lets the access pass. */
    private boolean allows(TableStep step) {
        int rights = format.rights(step.level(), raw(step));
        boolean leaf = step.kind() == EntryKind.LEAF;
        if (step.kind() == EntryKind.NOT_PRESENT) {
            return false;
        }
        if (isSupervisorShadowStack()) {
            // The entry that maps a supervisor shadow stack need not be writable: bit 60 takes the place of bit 1.
            return leaf
                    ? (rights & AccessRights.READ) != 0 && (raw(step) & EptFormat.SHADOW_STACK) != 0
                    : (rights & (AccessRights.READ | AccessRights.WRITE)) == (AccessRights.READ | AccessRights.WRITE);
        }
        int needed = needed();
        if (leaf && access.paging() && context.pagingWrite() && (raw(step) & EptFormat.PAGING_WRITE) != 0) {
            needed &= ~AccessRights.WRITE;
        }
        return (rights & needed) == needed;
    }

    private boolean isSupervisorShadowStack() {
        return access.shadowStack()
                && !access.user()
                && !access.paging()
                && context.pointer().supervisorShadowStack();
    }

    /** With accessed and dirty flags, EPT treats the processor's own accesses to guest paging structures as writes. */
    private boolean isPagingTreatedAsWrite() {
        return access.paging() && context.pointer().accessedAndDirty();
    }

    private int needed() {
        return switch (access.kind()) {
            case READ -> isPagingTreatedAsWrite() ? AccessRights.READ | AccessRights.WRITE : AccessRights.READ;
            case WRITE -> AccessRights.WRITE;
            case FETCH ->
                access.user() && context.modeBasedExecute() ? AccessRights.USER_EXECUTE : AccessRights.EXECUTE;
        };
    }

    private boolean isVerified(TableStep leaf) {
        return context.verifyGuestPaging()
                && access.linearAddress()
                && !access.paging()
                && (raw(leaf) & EptFormat.VERIFY_PAGING) != 0;
    }

    private EptOutcome refused(TableStep refusing, TableStep last) {
        if (last.kind() == EntryKind.LEAF
                && access.kind() == EptAccess.Kind.WRITE
                && context.subPagePermissions()
                && last.level().number() == 1
                && !isSupervisorShadowStack()
                && (raw(last) & EptFormat.SUB_PAGE) != 0) {
            return new EptOutcome.SubPageDecides(
                    last, "the page forbids writes and leaves it to the sub-page permission table");
        }
        String why = refusing.kind() == EntryKind.NOT_PRESENT
                ? "is not present"
                : isSupervisorShadowStack() && refusing.kind() == EntryKind.LEAF
                        ? "does not map a supervisor shadow stack (0x%x)".formatted(raw(refusing))
                        : "does not allow it (0x%x)".formatted(raw(refusing));
        return violation(0, refusing, last, "%s %s".formatted(name(refusing), why));
    }

    private EptOutcome violation(long cause, TableStep refusing, TableStep last, String reason) {
        long qualification = qualification(last) | cause;
        long predicted = predicted();
        boolean convertible = context.virtualizationException() && (raw(last) & EptFormat.SUPPRESS_VE) == 0;
        return convertible
                ? new EptOutcome.VirtualizationException(qualification, predicted, refusing, reason)
                : new EptOutcome.Violation(qualification, predicted, refusing, reason);
    }

    /** The exit qualification of an EPT violation (SDM vol. 3, 28.2.1). */
    private long qualification(TableStep last) {
        int rights = rights();
        long bits = switch (access.kind()) {
            case READ -> isPagingTreatedAsWrite() ? DATA_READ | DATA_WRITE : DATA_READ;
            case WRITE -> isPagingTreatedAsWrite() ? DATA_READ | DATA_WRITE : DATA_WRITE;
            case FETCH -> FETCH;
        };
        bits |= (long) (rights & (AccessRights.READ | AccessRights.WRITE | AccessRights.EXECUTE)) << RIGHTS_SHIFT;
        bits |= (rights & AccessRights.USER_EXECUTE) != 0 ? USER_EXECUTABLE : 0;
        bits |= access.linearAddress() ? LINEAR_VALID : 0;
        bits |= isToTranslation() ? LINEAR_TRANSLATION : 0;
        bits |= advanced();
        bits |= access.shadowStack() ? SHADOW_STACK_ACCESS : 0;
        boolean mapped = last.kind() == EntryKind.LEAF;
        if (mapped && context.pointer().supervisorShadowStack() && (raw(last) & EptFormat.SHADOW_STACK) != 0) {
            bits |= SUPERVISOR_SHADOW_STACK;
        }
        return bits | (access.asynchronous() ? ASYNCHRONOUS : 0);
    }

    private boolean isToTranslation() {
        return access.linearAddress() && !access.paging();
    }

    private long advanced() {
        if (!isToTranslation()
                || !context.advancedInformation()
                || access.page().isEmpty()) {
            return 0;
        }
        EptAccess.GuestPage page = access.page().get();
        return (page.user() ? USER_ADDRESS : 0)
                | (page.writable() ? WRITABLE_PAGE : 0)
                | (page.executeDisable() ? EXECUTE_DISABLE_PAGE : 0);
    }

    /** Bits 11:9 are undefined without advanced information and outside of translations of linear addresses. */
    private long predicted() {
        boolean advanced = isToTranslation()
                && context.advancedInformation()
                && access.page().isPresent();
        long open = NMI_UNBLOCKING | (advanced ? 0 : ADVANCED) | (context.modeBasedExecute() ? 0 : USER_EXECUTABLE);
        return ~open;
    }

    private int rights() {
        int rights = -1;
        for (TableStep step : walk.steps()) {
            rights &= format.rights(step.level(), raw(step));
        }
        return rights;
    }

    private static long raw(TableStep step) {
        return step.raw().orElse(0L);
    }

    private static String name(TableStep step) {
        return "%s %d at 0x%x".formatted(step.level().entryName(), step.index(), step.entryAddress());
    }
}
