package org.ringside.decoder.paging;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.paging.AccessControls.Bit;
import org.ringside.decoder.translation.AccessRights;
import org.ringside.decoder.translation.TableStep;
import org.ringside.decoder.translation.TableWalk;
import org.ringside.decoder.translation.Translation;
import org.ringside.decoder.translation.WalkStop;

/**
 * What accesses to linear addresses do: allowed, or the fault with its error code and the rule (Intel SDM vol. 3, sections 4.6 and 4.7). A bit
 * that was not captured is tried both ways: only if that makes a difference the outcome depends on it. Safe for several threads.
 */
public final class AccessEvaluator {
    private final PageWalker walker;
    private final AccessControls controls;

    /**
     * @param walker the address space
     * @param controls the control registers, as far as they were captured
     */
    public AccessEvaluator(PageWalker walker, AccessControls controls) {
        this.walker = walker;
        this.controls = controls;
    }

    /** What {@code access} to {@code linear} does. */
    public AccessOutcome evaluate(long linear, LinearAccess access) {
        return evaluate(walker.walk(linear), access);
    }

    /** What {@code access} does, by a walk of this address space; one through HLAT tables faults with the HLAT bit. */
    public AccessOutcome evaluate(TableWalk walk, LinearAccess access) {
        Resolution resolution = resolve(walk, access, new EnumMap<>(Bit.class));
        if (resolution.outcomes().size() == 1) {
            return resolution.outcomes().iterator().next();
        }
        int key = key(walk);
        List<String> bits =
                resolution.bits().stream().map(bit -> bit.title(key)).toList();
        return new AccessOutcome.DependsOn(bits, List.copyOf(resolution.outcomes()));
    }

    private record Resolution(Set<AccessOutcome> outcomes, Set<Bit> bits) {}

    /** Tries both settings of each bit that was asked for and is not known: at most once for each bit that a rule looks at. */
    private Resolution resolve(TableWalk walk, LinearAccess access, Map<Bit, Boolean> assumed) {
        Decision decision = new Decision(walk, access, assumed);
        AccessOutcome outcome = decision.outcome();
        Bit open = decision.open;
        if (open == null) {
            return new Resolution(Set.of(outcome), Set.of());
        }
        Map<Bit, Boolean> clear = new EnumMap<>(Bit.class);
        clear.putAll(assumed);
        clear.put(open, false);
        Map<Bit, Boolean> set = new EnumMap<>(clear);
        set.put(open, true);
        Resolution without = resolve(walk, access, clear);
        Resolution with = resolve(walk, access, set);
        if (without.outcomes().equals(with.outcomes())) {
            return without;
        }
        Set<AccessOutcome> outcomes = new LinkedHashSet<>(without.outcomes());
        outcomes.addAll(with.outcomes());
        Set<Bit> bits = EnumSet.of(open);
        bits.addAll(without.bits());
        bits.addAll(with.bits());
        return new Resolution(outcomes, bits);
    }

    private static int key(TableWalk walk) {
        if (walk.steps().isEmpty() || walk.stop().isPresent()) {
            return 0;
        }
        return PagingFormat.protectionKey(walk.steps().getLast().raw().orElse(0L));
    }

    /** One pass over the rules with some bits assumed. */
    private final class Decision {
        private final TableWalk walk;
        private final LinearAccess access;
        private final Map<Bit, Boolean> assumed;
        private final int key;
        private @Nullable Bit open;

        Decision(TableWalk walk, LinearAccess access, Map<Bit, Boolean> assumed) {
            this.walk = walk;
            this.access = access;
            this.assumed = assumed;
            this.key = key(walk);
        }

        /** Whether a bit is 1; the first that is neither known nor assumed is remembered and counts as 0. */
        private boolean on(Bit bit) {
            Boolean assumption = assumed.get(bit);
            if (assumption != null) {
                return assumption;
            }
            if (controls.get(bit, key) instanceof Observed.Known<Boolean>(Boolean value)) {
                return value;
            }
            if (open == null) {
                open = bit;
            }
            return false;
        }

        AccessOutcome outcome() {
            PagingMode mode = walker.context().mode();
            if (access.toShadowStack() && !walker.context().shadowStacks() && !on(Bit.CET)) {
                return new AccessOutcome.Impossible("there are no shadow stacks: CR4.CET is 0");
            }
            if (mode.isLong() && separated()) {
                return new AccessOutcome.GeneralProtection(AccessRule.SPACE_SEPARATION);
            }
            Optional<WalkStop> stop = walk.stop();
            if (stop.isPresent()) {
                return stopped(stop.get());
            }
            Translation translation = walk.result().orElseThrow();
            if (mode == PagingMode.NONE) {
                return new AccessOutcome.Allowed(translation, AccessRule.NO_PAGING);
            }
            return permitted(translation);
        }

        /** LASS looks at bit 63 of the address alone, before paging. */
        private boolean separated() {
            boolean upper = walk.input() < 0;
            if (access.user() != upper || !on(Bit.LASS)) {
                return false;
            }
            if (access.user() || access.fetches()) {
                return true;
            }
            return on(Bit.SMAP) && !overridesSmap();
        }

        private AccessOutcome stopped(WalkStop stop) {
            return switch (stop.reason()) {
                case OUT_OF_RANGE ->
                    walker.context().mode().isLong()
                            ? new AccessOutcome.GeneralProtection(AccessRule.NOT_CANONICAL)
                            : new AccessOutcome.Impossible(stop.message());
                case NOT_READABLE, RESTART -> new AccessOutcome.Unknown(stop.message());
                case NOT_PRESENT ->
                    fault(
                            hlatBit(),
                            List.of(AccessRule.NOT_PRESENT),
                            walk.steps().getLast());
                case RESERVED_BITS ->
                    fault(
                            PageFaultErrorCode.PRESENT | PageFaultErrorCode.RESERVED | hlatBit(),
                            List.of(AccessRule.RESERVED_BIT),
                            walk.steps().getLast());
            };
        }

        /** HLAT is set only if HLAT paging finds no translation, not if the rights that it finds refuse the access. */
        private int hlatBit() {
            return walk.format() instanceof PagingFormat format && format.isHlat() ? PageFaultErrorCode.HLAT : 0;
        }

        private AccessOutcome permitted(Translation translation) {
            AccessRights rights = translation.rights();
            List<AccessRule> refusing = new ArrayList<>();
            if (access.toShadowStack()) {
                shadowStack(rights, refusing);
            } else if (access.user() && !rights.user()) {
                refusing.add(AccessRule.SUPERVISOR_ADDRESS);
            } else if (!access.user() && rights.user()) {
                supervisorToUser(refusing);
            }
            if (access.kind() == LinearAccess.Kind.WRITE
                    && !rights.write()
                    && (access.user() || on(Bit.WRITE_PROTECT))) {
                refusing.add(AccessRule.NOT_WRITABLE);
            }
            if (access.fetches() && !rights.execute()) {
                refusing.add(AccessRule.EXECUTE_DISABLE);
            }
            Optional<AccessRule> keyed = protectionKey(rights);
            keyed.ifPresent(refusing::add);
            if (refusing.isEmpty()) {
                return new AccessOutcome.Allowed(translation, AccessRule.TRANSLATION_ALLOWS);
            }
            int code = PageFaultErrorCode.PRESENT | (keyed.isPresent() ? PageFaultErrorCode.PROTECTION_KEY : 0);
            return fault(code, refusing, refusingStep(refusing.getFirst()));
        }

        private void shadowStack(AccessRights rights, List<AccessRule> refusing) {
            if (walk.steps().stream().anyMatch(step -> !keepsShadowStack(step))) {
                refusing.add(AccessRule.NOT_A_SHADOW_STACK);
            }
            if (access.user() != rights.user()) {
                refusing.add(access.user() ? AccessRule.SUPERVISOR_ADDRESS : AccessRule.SHADOW_STACK_OF_OTHER_MODE);
            }
        }

        /** Not from the rights: the walker may not know that CR4.CET is 1. */
        private boolean keepsShadowStack(TableStep step) {
            return walk.format() instanceof PagingFormat format
                    && format.keepsShadowStack(step.level(), step.raw().orElse(0L));
        }

        private void supervisorToUser(List<AccessRule> refusing) {
            if (access.fetches()) {
                if (on(Bit.SMEP)) {
                    refusing.add(AccessRule.SMEP);
                }
            } else if (on(Bit.SMAP) && !overridesSmap()) {
                refusing.add(AccessRule.SMAP);
            }
        }

        private boolean overridesSmap() {
            return access.mode() == LinearAccess.Mode.SUPERVISOR && on(Bit.AC);
        }

        /** Keys concern data accesses only: PKRU those to user-mode addresses, IA32_PKRS those to supervisor-mode addresses. */
        private Optional<AccessRule> protectionKey(AccessRights rights) {
            if (access.fetches() || !walker.context().mode().isLong()) {
                return Optional.empty();
            }
            boolean user = rights.user();
            if (!on(user ? Bit.PKE : Bit.PKS)) {
                return Optional.empty();
            }
            if (on(user ? Bit.USER_KEY_ACCESS : Bit.SUPERVISOR_KEY_ACCESS)) {
                return Optional.of(user ? AccessRule.USER_KEY_ACCESS : AccessRule.SUPERVISOR_KEY_ACCESS);
            }
            boolean refused = access.writes()
                    && on(user ? Bit.USER_KEY_WRITE : Bit.SUPERVISOR_KEY_WRITE)
                    && (access.user() || on(Bit.WRITE_PROTECT));
            return refused
                    ? Optional.of(user ? AccessRule.USER_KEY_WRITE : AccessRule.SUPERVISOR_KEY_WRITE)
                    : Optional.empty();
        }

        private AccessOutcome fault(int code, List<AccessRule> rules, @Nullable TableStep step) {
            int bits = code
                    | (access.writes() ? PageFaultErrorCode.WRITE : 0)
                    | (access.user() ? PageFaultErrorCode.USER : 0)
                    | (access.fetches() && tellsFetches() ? PageFaultErrorCode.FETCH : 0)
                    | (access.toShadowStack() ? PageFaultErrorCode.SHADOW_STACK : 0);
            return new AccessOutcome.PageFault(new PageFaultErrorCode(bits), rules, Optional.ofNullable(step));
        }

        /** I/D is set only where fetches have rules of their own: XD in use, or SMEP. */
        private boolean tellsFetches() {
            boolean executeDisable = walker.context().mode() != PagingMode.THIRTY_TWO_BIT
                    && walker.context().executeDisable();
            return executeDisable || on(Bit.SMEP);
        }

        private @Nullable TableStep refusingStep(AccessRule rule) {
            for (TableStep step : walk.steps()) {
                int rights = walk.format().rights(step.level(), step.raw().orElse(0L));
                boolean refuses = switch (rule) {
                    case SUPERVISOR_ADDRESS -> (rights & AccessRights.USER) == 0;
                    case NOT_WRITABLE -> (rights & AccessRights.WRITE) == 0;
                    case EXECUTE_DISABLE -> (rights & AccessRights.EXECUTE) == 0;
                    case NOT_A_SHADOW_STACK -> !keepsShadowStack(step);
                    default -> false;
                };
                if (refuses) {
                    return step;
                }
            }
            // Keys, SMAP and SMEP: the page's own entry.
            return walk.steps().isEmpty() ? null : walk.steps().getLast();
        }
    }
}
