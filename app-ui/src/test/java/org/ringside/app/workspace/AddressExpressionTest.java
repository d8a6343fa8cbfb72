package org.ringside.app.workspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressExpressionTest {
    private static final Map<String, Long> VALUES = Map.of(
            "rip", 0xffffffff810be3a0L,
            "cr3", 0x6a80018L,
            "sys_call_table", 0xffffffff82000360L,
            "vmcs01.guest_cr3", 0x10000L,
            "abcdef", 1L);
    private static final AddressExpression.Names NAMES = name -> {
        Long value = VALUES.get(name);
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    };

    @ParameterizedTest
    @CsvSource(delimiter = '=', textBlock = """
                    4096                      = 1000
                    0x1000*8                  = 8000
                    10be3a0                   = 10be3a0
                    1000h                     = 1000
                    0xffff_8000_0000_0000     = ffff800000000000
                    ffffffff`810be3a0         = ffffffff810be3a0
                    rip                       = ffffffff810be3a0
                    sys_call_table + 8*102    = ffffffff82000690
                    (cr3 & ~0xfff) + 0x18     = 6a80018
                    vmcs01.guest_cr3          = 10000
                    abcdef                    = 1
                    -1                        = ffffffffffffffff
                    0xffffffffffffffff + 2    = 1
                    1 + 2 << 3 | 1            = 19
                    2 - -3 - 1                = 4
                    100 / 3 % 4               = 1
                    1 << 64                   = 0
                    0xffffffffffffffff / 2    = 7fffffffffffffff
                    18446744073709551615      = ffffffffffffffff
                    """)
    void hasTheValueThatArithmeticSays(String text, String hexadecimal) {
        AddressExpression.Result result = AddressExpression.evaluate(text, NAMES);
        assertEquals(
                hexadecimal,
                Long.toHexString(
                        assertInstanceOf(AddressExpression.Value.class, result).value()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '=', textBlock = """
                    ''                      = 0
                    no_such_symbol          = 0
                    rip + no_such           = 6
                    add                     = 0
                    1 +                     = 3
                    1 / (2 - 2)             = 2
                    (1 + 2                  = 0
                    1 2                     = 2
                    0x                      = 0
                    0x12345678123456789     = 0
                    99999999999999999999    = 0
                    12z                     = 0
                    ) 1                     = 0
                    """)
    void namesTheProblemAndWhereItIs(String text, int position) {
        AddressExpression.Result result = AddressExpression.evaluate(text, NAMES);
        assertEquals(
                position,
                assertInstanceOf(AddressExpression.Problem.class, result).position());
    }

    @Test
    void isBoundedInDepthAndLength() {
        assertInstanceOf(AddressExpression.Problem.class, AddressExpression.evaluate("(".repeat(200) + "1", NAMES));
        assertInstanceOf(AddressExpression.Problem.class, AddressExpression.evaluate("-".repeat(255) + "1", NAMES));
        assertInstanceOf(AddressExpression.Problem.class, AddressExpression.evaluate("1" + "+1".repeat(4096), NAMES));
    }

    @Test
    void neverThrowsAndAlwaysPointsIntoTheText() {
        Random random = new Random(1);
        String alphabet = "0123456789abcxh()+-*/%<>&|^~ `_.$rip\u00e9\ud83d";
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int left = random.nextInt(40); left > 0; left--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            AddressExpression.Result result = AddressExpression.evaluate(text.toString(), NAMES);
            if (result instanceof AddressExpression.Problem(String message, int position)) {
                assertTrue(position >= 0 && position <= text.length(), () -> text + ": " + message);
            }
        }
    }
}
