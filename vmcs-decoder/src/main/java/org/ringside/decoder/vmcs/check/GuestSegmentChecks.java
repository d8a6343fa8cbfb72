package org.ringside.decoder.vmcs.check;

import static org.ringside.decoder.vmcs.VmcsField.*;
import static org.ringside.decoder.vmcs.VmxControl.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.ringside.decoder.vmcs.VmcsField;

/** Checks on the guest's segment registers (SDM vol. 3, 27.3.1.2). */
final class GuestSegmentChecks {
    private static final String SECTION = "27.3.1.2";
    private static final long RESERVED_RIGHTS = 0xfffe_0f00L;

    /** The four fields of a segment register. */
    private record Segment(String name, VmcsField selector, VmcsField base, VmcsField limit, VmcsField rights) {
        String id() {
            return "guest." + name.toLowerCase(Locale.ROOT);
        }

        boolean usable(CheckInput in) {
            return !in.bit(rights, 16);
        }

        long type(CheckInput in) {
            return in.get(rights) & 0xf;
        }

        long privilege(CheckInput in) {
            return in.get(rights) >>> 5 & 3;
        }

        /** G must be 0 if a low bit of the limit is 0, and 1 if a high bit is 1. */
        boolean granularityFits(CheckInput in) {
            long bytes = in.get(limit);
            boolean pages = in.bit(rights, 15);
            return !((bytes & 0xfff) != 0xfff && pages) && !(bytes >>> 20 != 0 && !pages);
        }
    }

    private static final Segment ES =
            new Segment("ES", GUEST_ES_SELECTOR, GUEST_ES_BASE, GUEST_ES_LIMIT, GUEST_ES_ACCESS_RIGHTS);
    private static final Segment CS =
            new Segment("CS", GUEST_CS_SELECTOR, GUEST_CS_BASE, GUEST_CS_LIMIT, GUEST_CS_ACCESS_RIGHTS);
    private static final Segment SS =
            new Segment("SS", GUEST_SS_SELECTOR, GUEST_SS_BASE, GUEST_SS_LIMIT, GUEST_SS_ACCESS_RIGHTS);
    private static final Segment DS =
            new Segment("DS", GUEST_DS_SELECTOR, GUEST_DS_BASE, GUEST_DS_LIMIT, GUEST_DS_ACCESS_RIGHTS);
    private static final Segment FS =
            new Segment("FS", GUEST_FS_SELECTOR, GUEST_FS_BASE, GUEST_FS_LIMIT, GUEST_FS_ACCESS_RIGHTS);
    private static final Segment GS =
            new Segment("GS", GUEST_GS_SELECTOR, GUEST_GS_BASE, GUEST_GS_LIMIT, GUEST_GS_ACCESS_RIGHTS);
    private static final Segment LDTR =
            new Segment("LDTR", GUEST_LDTR_SELECTOR, GUEST_LDTR_BASE, GUEST_LDTR_LIMIT, GUEST_LDTR_ACCESS_RIGHTS);
    private static final Segment TR =
            new Segment("TR", GUEST_TR_SELECTOR, GUEST_TR_BASE, GUEST_TR_LIMIT, GUEST_TR_ACCESS_RIGHTS);

    private static final List<Segment> CODE_AND_DATA = List.of(ES, CS, SS, DS, FS, GS);
    private static final List<Segment> DATA = List.of(ES, DS, FS, GS);

    private static final Predicate<CheckInput> VIRTUAL_8086 = in -> in.bit(GUEST_RFLAGS, 17);
    private static final Predicate<CheckInput> ORDINARY = VIRTUAL_8086.negate();

    private GuestSegmentChecks() {}

    static List<Check> all() {
        List<Check> checks = new ArrayList<>();
        selectorsAndBases(checks);
        virtual8086(checks);
        for (Segment segment : CODE_AND_DATA) {
            ordinary(checks, segment);
        }
        code(checks);
        stack(checks);
        for (Segment segment : DATA) {
            data(checks, segment);
        }
        taskRegister(checks);
        localTable(checks);
        return checks;
    }

    private static void selectorsAndBases(List<Check> checks) {
        checks.add(Check.always("guest.tr.ti", SECTION, "TI of the TR selector is 0", in -> !in.bit(TR.selector(), 2)));
        checks.add(new Check(
                "guest.ldtr.ti",
                SECTION,
                "TI of a usable LDTR selector is 0",
                LDTR::usable,
                in -> !in.bit(LDTR.selector(), 2)));
        checks.add(new Check(
                "guest.ss.rpl",
                SECTION,
                "RPL of SS equals RPL of CS",
                in -> ORDINARY.test(in) && in.off(UNRESTRICTED_GUEST),
                in -> (in.get(SS.selector()) & 3) == (in.get(CS.selector()) & 3)));
        for (Segment segment : List.of(TR, FS, GS)) {
            checks.add(Check.always(
                    segment.id() + ".base",
                    SECTION,
                    "the base of %s is canonical".formatted(segment.name()),
                    in -> in.canonical(in.get(segment.base()))));
        }
        checks.add(new Check(
                "guest.ldtr.base",
                SECTION,
                "the base of a usable LDTR is canonical",
                LDTR::usable,
                in -> in.canonical(in.get(LDTR.base()))));
        checks.add(Check.always(
                "guest.cs.base", SECTION, "the base of CS has 32 bits", in -> in.get(CS.base()) >>> 32 == 0));
        for (Segment segment : List.of(SS, DS, ES)) {
            checks.add(new Check(
                    segment.id() + ".base",
                    SECTION,
                    "the base of a usable %s has 32 bits".formatted(segment.name()),
                    segment::usable,
                    in -> in.get(segment.base()) >>> 32 == 0));
        }
    }

    private static void virtual8086(List<Check> checks) {
        for (Segment segment : CODE_AND_DATA) {
            checks.add(new Check(
                    segment.id() + ".virtual-8086",
                    SECTION,
                    "in virtual-8086 mode %s has base = selector * 16, limit 0xffff and rights 0xf3"
                            .formatted(segment.name()),
                    VIRTUAL_8086,
                    in -> in.get(segment.base()) == in.get(segment.selector()) << 4
                            && in.get(segment.limit()) == 0xffff
                            && in.get(segment.rights()) == 0xf3));
        }
    }

    private static void ordinary(List<Check> checks, Segment segment) {
        Predicate<CheckInput> applies = segment.equals(CS) ? ORDINARY : in -> ORDINARY.test(in) && segment.usable(in);
        String name = segment.name();
        add(
                checks,
                segment,
                "s",
                "%s is a code or data segment".formatted(name),
                applies,
                in -> in.bit(segment.rights(), 4));
        add(checks, segment, "present", "%s is present".formatted(name), applies, in -> in.bit(segment.rights(), 7));
        add(
                checks,
                segment,
                "reserved",
                "reserved bits of the rights of %s are 0".formatted(name),
                applies,
                in -> (in.get(segment.rights()) & RESERVED_RIGHTS) == 0);
        add(
                checks,
                segment,
                "granularity",
                "G of %s fits its limit".formatted(name),
                applies,
                segment::granularityFits);
    }

    private static void code(List<Check> checks) {
        add(checks, CS, "type", "CS is accessed code (or read/write data for an unrestricted guest)", ORDINARY, in -> {
            long type = CS.type(in);
            return (type >= 9 && (type & 1) == 1) || (type == 3 && in.on(UNRESTRICTED_GUEST));
        });
        add(checks, CS, "dpl", "DPL of CS fits its type and DPL of SS", ORDINARY, in -> {
            long privilege = CS.privilege(in);
            return switch ((int) CS.type(in)) {
                case 3 -> privilege == 0;
                case 9, 11 -> privilege == SS.privilege(in);
                case 13, 15 -> privilege <= SS.privilege(in);
                default -> false;
            };
        });
        add(
                checks,
                CS,
                "size",
                "in IA-32e mode D/B of CS is 0 if L is 1",
                in -> ORDINARY.test(in) && in.on(ENTRY_IA32E_MODE_GUEST) && in.bit(CS.rights(), 13),
                in -> !in.bit(CS.rights(), 14));
    }

    private static void stack(List<Check> checks) {
        Predicate<CheckInput> usable = in -> ORDINARY.test(in) && SS.usable(in);
        add(
                checks,
                SS,
                "type",
                "a usable SS is accessed read/write data",
                usable,
                in -> SS.type(in) == 3 || SS.type(in) == 7);
        add(
                checks,
                SS,
                "dpl",
                "DPL of SS equals its RPL",
                in -> ORDINARY.test(in) && in.off(UNRESTRICTED_GUEST),
                in -> SS.privilege(in) == (in.get(SS.selector()) & 3));
        add(
                checks,
                SS,
                "dpl-0",
                "DPL of SS is 0 if CS is data or CR0.PE is 0",
                in -> ORDINARY.test(in) && (CS.type(in) == 3 || !in.bit(GUEST_CR0, 0)),
                in -> SS.privilege(in) == 0);
    }

    private static void data(List<Check> checks, Segment segment) {
        Predicate<CheckInput> usable = in -> ORDINARY.test(in) && segment.usable(in);
        add(
                checks,
                segment,
                "type",
                "a usable %s is accessed, and readable if code".formatted(segment.name()),
                usable,
                in -> {
                    long type = segment.type(in);
                    return (type & 1) == 1 && ((type & 8) == 0 || (type & 2) != 0);
                });
        add(
                checks,
                segment,
                "dpl",
                "DPL of %s is not below its RPL, unless conforming".formatted(segment.name()),
                in -> usable.test(in) && in.off(UNRESTRICTED_GUEST) && segment.type(in) <= 11,
                in -> segment.privilege(in) >= (in.get(segment.selector()) & 3));
    }

    private static void taskRegister(List<Check> checks) {
        add(checks, TR, "usable", "TR is usable", in -> true, TR::usable);
        add(
                checks,
                TR,
                "type",
                "TR is a busy TSS, a 64-bit one in IA-32e mode",
                in -> true,
                in -> TR.type(in) == 11 || (TR.type(in) == 3 && in.off(ENTRY_IA32E_MODE_GUEST)));
        system(checks, TR, in -> true);
    }

    private static void localTable(List<Check> checks) {
        add(checks, LDTR, "type", "a usable LDTR is an LDT", LDTR::usable, in -> LDTR.type(in) == 2);
        system(checks, LDTR, LDTR::usable);
    }

    private static void system(List<Check> checks, Segment segment, Predicate<CheckInput> applies) {
        add(
                checks,
                segment,
                "s",
                "%s is a system segment".formatted(segment.name()),
                applies,
                in -> !in.bit(segment.rights(), 4));
        add(
                checks,
                segment,
                "present",
                "%s is present".formatted(segment.name()),
                applies,
                in -> in.bit(segment.rights(), 7));
        add(
                checks,
                segment,
                "reserved",
                "reserved bits of the rights of %s are 0".formatted(segment.name()),
                applies,
                in -> (in.get(segment.rights()) & RESERVED_RIGHTS) == 0);
        add(
                checks,
                segment,
                "granularity",
                "G of %s fits its limit".formatted(segment.name()),
                applies,
                segment::granularityFits);
    }

    private static void add(
            List<Check> checks,
            Segment segment,
            String id,
            String rule,
            Predicate<CheckInput> when,
            Predicate<CheckInput> holds) {
        checks.add(new Check(segment.id() + "." + id, SECTION, rule, when, holds));
    }
}
