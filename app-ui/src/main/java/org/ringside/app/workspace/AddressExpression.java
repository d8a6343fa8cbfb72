package org.ringside.app.workspace;

import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a person types to name an address: numbers, registers, symbols and arithmetic on them, for example {@code rip},
 * {@code sys_call_table+8*102} or {@code (cr3 & ~0xfff) + 0x18}.
 *
 * <p>Arithmetic is on unsigned 64-bit words and wraps. From weakest to strongest: {@code |}, {@code ^}, {@code &}, shifts {@code << >>},
 * {@code + -}, {@code * / %}, prefix {@code - ~}. Numbers are decimal, or hexadecimal with {@code 0x} or a trailing {@code h}; a word that
 * begins with a digit and has hexadecimal letters ({@code 10be3a0}) is hexadecimal, and so is an unknown name of at least
 * {@value #SHORTEST_BARE_HEXADECIMAL} hexadecimal digits ({@code ffffffff810be3a0}). Digits may be grouped with {@code _} or a back quote.
 *
 * <p>Work is bounded by {@link #MAXIMUM_LENGTH} and {@link #MAXIMUM_DEPTH}; no input makes this class throw.
 */
public final class AddressExpression {
    /** Characters of the longest expression. */
    public static final int MAXIMUM_LENGTH = 256;

    /** Parentheses and prefixes inside each other, at most. */
    public static final int MAXIMUM_DEPTH = 32;

    /** A shorter unknown word, like "add", is rather a mistyped name than a number. */
    private static final int SHORTEST_BARE_HEXADECIMAL = 6;

    private static final int WEAKEST = 1;
    private static final int PREFIX = 7;

    private final String text;
    private final Names names;
    private int position;

    private AddressExpression(String text, Names names) {
        this.text = text;
        this.names = names;
    }

    /** What names mean: registers, symbols, fields. */
    @FunctionalInterface
    public interface Names {
        /** The value of a name as typed, case kept; empty if there is none. */
        OptionalLong value(String name);

        /** No name has a value. */
        static Names none() {
            return name -> OptionalLong.empty();
        }

        /** These names, and where they have no value {@code others}. */
        default Names orElse(Names others) {
            return name -> {
                OptionalLong own = value(name);
                return own.isPresent() ? own : others.value(name);
            };
        }
    }

    /** What an expression comes to. */
    public sealed interface Result {}

    /**
     * The expression has a value.
     *
     * @param value an unsigned 64-bit word
     */
    public record Value(long value) implements Result {}

    /**
     * The expression has none.
     *
     * @param message what is wrong, for a person
     * @param position where in the text, from 0 to its length
     */
    public record Problem(String message, int position) implements Result {}

    /** Evaluates {@code text}; never throws unless {@code names} does. */
    public static Result evaluate(String text, Names names) {
        if (text.length() > MAXIMUM_LENGTH) {
            return new Problem("an expression has at most " + MAXIMUM_LENGTH + " characters", MAXIMUM_LENGTH);
        }
        AddressExpression expression = new AddressExpression(text, names);
        expression.skipSpace();
        if (expression.atEnd()) {
            return new Problem("type an address, a register, a symbol, or arithmetic on them", 0);
        }
        Result result = expression.binary(WEAKEST, 0);
        if (result instanceof Value && !expression.atEnd()) {
            return new Problem("expected an operator, found \"" + expression.rest() + "\"", expression.position);
        }
        return result;
    }

    /** Operators of at least this strength, and what they join. */
    private Result binary(int weakest, int depth) {
        Result left = prefixed(depth);
        while (left instanceof Value(long leftValue)) {
            Operator operator = Operator.at(text, position);
            if (operator == null || operator.strength < weakest) {
                return left;
            }
            int at = position;
            position += operator.sign.length();
            Result right = binary(operator.strength + 1, depth);
            if (!(right instanceof Value(long rightValue))) {
                return right;
            }
            if (rightValue == 0 && operator.divides) {
                return new Problem("division by zero", at);
            }
            left = new Value(operator.apply(leftValue, rightValue));
        }
        return left;
    }

    private Result prefixed(int depth) {
        skipSpace();
        if (depth > MAXIMUM_DEPTH) {
            return new Problem("more than " + MAXIMUM_DEPTH + " levels inside each other", position);
        }
        if (atEnd()) {
            return new Problem("the expression ends where a value should be", position);
        }
        char first = text.charAt(position);
        return switch (first) {
            case '-', '~' -> {
                position++;
                Result operand = binary(PREFIX, depth + 1);
                yield operand instanceof Value(long value) ? new Value(first == '-' ? -value : ~value) : operand;
            }
            case '(' -> parenthesised(depth);
            default -> word();
        };
    }

    private Result parenthesised(int depth) {
        int open = position++;
        Result inner = binary(WEAKEST, depth + 1);
        if (!(inner instanceof Value)) {
            return inner;
        }
        if (atEnd() || text.charAt(position) != ')') {
            return new Problem("this parenthesis is not closed", open);
        }
        position++;
        skipSpace();
        return inner;
    }

    private Result word() {
        int start = position;
        while (!atEnd() && isWord(text.charAt(position))) {
            position++;
        }
        if (position == start) {
            return new Problem("expected a value, found \"" + rest() + "\"", start);
        }
        String word = text.substring(start, position);
        skipSpace();
        char first = word.charAt(0);
        return first >= '0' && first <= '9' ? number(word, start) : name(word, start);
    }

    private Result name(String word, int start) {
        OptionalLong value = names.value(word);
        if (value.isPresent()) {
            return new Value(value.getAsLong());
        }
        String digits = ungrouped(word);
        if (digits.length() >= SHORTEST_BARE_HEXADECIMAL && isHexadecimal(digits)) {
            return parse(digits, 16, start);
        }
        return new Problem("no register or symbol is called \"" + word + "\"", start);
    }

    private static Result number(String word, int start) {
        String digits = ungrouped(word).toLowerCase(Locale.ROOT);
        if (digits.startsWith("0x")) {
            return parse(digits.substring(2), 16, start);
        }
        if (digits.endsWith("h")) {
            return parse(digits.substring(0, digits.length() - 1), 16, start);
        }
        boolean decimal = digits.chars().allMatch(digit -> digit >= '0' && digit <= '9');
        return parse(digits, decimal ? 10 : 16, start);
    }

    private static Result parse(String digits, int radix, int start) {
        if (digits.isEmpty()) {
            return new Problem("digits are missing", start);
        }
        if (radix == 16 && !isHexadecimal(digits)) {
            return new Problem("\"" + digits + "\" is not a hexadecimal number", start);
        }
        try {
            return new Value(Long.parseUnsignedLong(digits, radix));
        } catch (NumberFormatException tooLarge) {
            return new Problem("\"" + digits + "\" does not fit in 64 bits", start);
        }
    }

    private static String ungrouped(String word) {
        // A name keeps its underscores when it is looked up; only numbers come here.
        return word.replace("_", "").replace("`", "");
    }

    private static boolean isHexadecimal(String digits) {
        return digits.chars().allMatch(digit -> Character.digit(digit, 16) >= 0 && digit < 128);
    }

    private static boolean isWord(char character) {
        return Character.isLetterOrDigit(character) || "_.$@`:".indexOf(character) >= 0;
    }

    private void skipSpace() {
        while (!atEnd() && Character.isWhitespace(text.charAt(position))) {
            position++;
        }
    }

    private boolean atEnd() {
        return position >= text.length();
    }

    private String rest() {
        return text.substring(position, Math.min(text.length(), position + 12));
    }

    private enum Operator {
        OR("|", 1, false),
        XOR("^", 2, false),
        AND("&", 3, false),
        SHIFT_LEFT("<<", 4, false),
        SHIFT_RIGHT(">>", 4, false),
        PLUS("+", 5, false),
        MINUS("-", 5, false),
        TIMES("*", 6, false),
        DIVIDE("/", 6, true),
        REMAINDER("%", 6, true);

        private final String sign;
        private final int strength;
        private final boolean divides;

        Operator(String sign, int strength, boolean divides) {
            this.sign = sign;
            this.strength = strength;
            this.divides = divides;
        }

        private static @Nullable Operator at(String text, int position) {
            for (Operator operator : values()) {
                if (text.startsWith(operator.sign, position)) {
                    return operator;
                }
            }
            return null;
        }

        private long apply(long left, long right) {
            return switch (this) {
                case OR -> left | right;
                case XOR -> left ^ right;
                case AND -> left & right;
                // A shift by 64 or more leaves nothing; Java's would take the count modulo 64.
                case SHIFT_LEFT -> Long.compareUnsigned(right, 64) >= 0 ? 0 : left << right;
                case SHIFT_RIGHT -> Long.compareUnsigned(right, 64) >= 0 ? 0 : left >>> right;
                case PLUS -> left + right;
                case MINUS -> left - right;
                case TIMES -> left * right;
                case DIVIDE -> Long.divideUnsigned(left, right);
                case REMAINDER -> Long.remainderUnsigned(left, right);
            };
        }
    }
}
