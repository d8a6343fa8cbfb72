package org.ringside.decoder.ept;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ringside.decoder.ept.EptAccess.GuestPage;
import org.ringside.decoder.memory.SparseMemory;

final class EptDecisionTest {
    private static final long PLAIN = 0x1001eL;
    private static final long FLAGS = 0x1005eL;
    private static final long SHADOW_STACKS = 0x1009eL;

    private static EptOutcome outcome(long eptp, long upper, long leaf, EptAccess access) {
        SparseMemory memory = new SparseMemory()
                .putLong(0x10000, 0x11000 | 7)
                .putLong(0x11000, 0x12000 | 7)
                .putLong(0x12000, 0x13000 | upper)
                .putLong(0x13000 + 8 * 5, leaf);
        EptContext context =
                new EptContext(new ExtendedPageTablePointer(eptp), false, true, true, true, false, false, 46, true);
        return new ExtendedPageTables(memory, context).outcome(0x5123, access);
    }

    private static EptAccess access(String text) {
        EptAccess access = switch (text.substring(0, text.indexOf(' '))) {
            case "read" -> EptAccess.supervisor(EptAccess.Kind.READ);
            case "write" -> EptAccess.supervisor(EptAccess.Kind.WRITE);
            case "fetch" -> EptAccess.supervisor(EptAccess.Kind.FETCH);
            case "user-read" -> EptAccess.user(EptAccess.Kind.READ);
            case "user-write" -> EptAccess.user(EptAccess.Kind.WRITE);
            case "paging-read" -> EptAccess.pagingRead();
            case "paging-write" -> EptAccess.pagingWrite();
            default -> throw new IllegalArgumentException(text);
        };
        access = text.contains("shadow") ? access.toShadowStack() : access;
        access = text.contains("trace") ? access.madeAsynchronously() : access;
        if (text.contains("page=")) {
            String page = text.substring(text.indexOf("page=") + 5);
            access = access.to(
                    new GuestPage(page.contains("u"), page.contains("w"), page.contains("n"), page.contains("v")));
        }
        return access;
    }

    /** Leaf bits: 57 verify guest paging, 58 paging-write, 60 supervisor shadow stack. Expected: allowed, unknown or the qualification. */
    @ParameterizedTest
    @CsvSource({
        // advanced information: of accesses to translations only
        "0x1001e, 7, 0x77031, write page=v, 0x18a",
        "0x1001e, 7, 0x77031, user-write page=uwv, 0x78a",
        "0x1001e, 7, 0x77031, user-write page=uwnv, 0xf8a",
        "0x1001e, 7, 0x77031, user-write page=unv, 0xb8a",
        "0x1001e, 7, 0x77031, paging-write page=uwnv, 0x8a",
        "0x1001e, 7, 0x77031, write -, 0x18a",
        "0x1001e, 7, 0x77031, write trace, 0x1018a",
        // accessed and dirty flags make writes of reads of guest paging structures
        "0x1005e, 7, 0x77031, paging-read -, 0x8b",
        "0x1001e, 7, 0x77031, paging-read -, allowed",
        // paging-write access: bit 58 lets guest paging, and nothing else, write
        "0x1005e, 7, 0x0400000000077031, paging-read -, allowed",
        "0x1005e, 7, 0x0400000000077031, paging-write -, allowed",
        "0x1005e, 7, 0x0400000000077031, write page=v, 0x18a",
        "0x1005e, 5, 0x0400000000077031, paging-write -, 0x8b",
        // guest-paging verification: bit 57
        "0x1001e, 7, 0x0200000000077037, write page=wv, allowed",
        "0x1001e, 7, 0x0200000000077037, write page=w, 0x85ba",
        "0x1001e, 7, 0x0200000000077037, read page=, 0x81b9",
        "0x1001e, 7, 0x0200000000077037, write -, unknown",
        "0x1001e, 7, 0x0200000000077037, paging-write -, allowed",
        "0x1001e, 7, 0x0200000000077031, write page=w, 0x58a",
        // shadow stacks: without control they are data; with it bit 60 takes the place of bit 1 for supervisor mode
        "0x1001e, 7, 0x77037, write shadow page=v, allowed",
        "0x1001e, 7, 0x77031, write shadow page=v, 0x218a",
        "0x1009e, 7, 0x1000000000077031, write shadow page=v, allowed",
        "0x1009e, 7, 0x1000000000077031, read shadow page=v, allowed",
        "0x1009e, 5, 0x1000000000077031, read shadow page=v, 0x6189",
        "0x1009e, 7, 0x77037, read shadow page=v, 0x21b9",
        "0x1009e, 7, 0x1000000000077031, user-write shadow page=uv, 0x638a",
        "0x1009e, 7, 0x1000000000077031, write page=v, 0x418a",
        "0x1009e, 7, 0x77037, user-write shadow page=uv, allowed",
    })
    void everyBitOfTheQualificationIsPredicted(String eptp, long upper, String leaf, String access, String expected) {
        EptOutcome outcome = outcome(Long.decode(eptp), upper, Long.decode(leaf), access(access));
        String found = switch (outcome) {
            case EptOutcome.Allowed allowed -> "allowed";
            case EptOutcome.Unknown unknown -> "unknown";
            case EptOutcome.Violation violation -> "0x%x".formatted(violation.qualification());
            default -> outcome.toString();
        };
        assertEquals(expected, found, outcome::reason);
    }

    @Test
    void saysWhichBitsArePredicted() {
        EptAccess write = EptAccess.supervisor(EptAccess.Kind.WRITE);
        assertEquals(0x1e1bf, predicted(outcome(PLAIN, 7, 0x77031, write)) & 0x1ffff, "guest paging is not known");
        long known = predicted(outcome(PLAIN, 7, 0x77031, write.to(new GuestPage(false, true, false, true))));
        assertEquals(0x1efbf, known & 0x1ffff, "all but bit 12 and, without mode-based control, bit 6");
        EptContext silent =
                new EptContext(new ExtendedPageTablePointer(FLAGS), true, true, false, false, false, false, 46);
        EptOutcome without = new ExtendedPageTables(new SparseMemory().zero(0x10000), silent)
                .outcome(0x5000, write.to(GuestPage.unpaged()));
        assertEquals(0x1e1ff, predicted(without) & 0x1ffff, "no advanced information is known to be reported");
    }

    private static long predicted(EptOutcome outcome) {
        return assertInstanceOf(EptOutcome.Violation.class, outcome).predicted();
    }

    @Test
    void aPagingWritePageMustBeReadable() {
        EptOutcome outcome = outcome(SHADOW_STACKS, 7, 0x0400000000077034L, EptAccess.pagingRead());
        assertEquals(
                "ept.paging-write-without-read",
                assertInstanceOf(EptOutcome.Misconfiguration.class, outcome)
                        .findings()
                        .getFirst()
                        .code());
    }
}
