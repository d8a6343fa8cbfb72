package org.ringside.app.palette;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How well a text answers what was typed: every typed character in order, better when they begin words or follow each other.
 *
 * @param score higher is better; texts of the same score are equally good
 * @param positions of the matched characters in the text, ascending
 */
public record FuzzyMatch(int score, List<Integer> positions) {
    private static final int BEGINS_TEXT = 12;
    private static final int BEGINS_WORD = 8;
    private static final int FOLLOWS = 6;
    private static final int MATCHES = 1;
    private static final int EXACT = 40;
    private static final int MAXIMUM_LENGTH_PENALTY = 10;

    public FuzzyMatch {
        positions = List.copyOf(positions);
    }

    /**
     * Matches without regard to case; spaces in {@code typed} are passed over.
     *
     * @return empty if {@code text} lacks a typed character
     */
    public static Optional<FuzzyMatch> of(String typed, String text) {
        String wanted = typed.toLowerCase(java.util.Locale.ROOT);
        String lower = text.toLowerCase(java.util.Locale.ROOT);
        int whole = wanted.isBlank() ? -1 : lower.indexOf(wanted.strip());
        if (whole >= 0) {
            return Optional.of(whole(wanted.strip().length(), whole, text));
        }
        List<Integer> positions = new ArrayList<>();
        int score = 0;
        int from = 0;
        for (int i = 0; i < wanted.length(); i++) {
            char character = wanted.charAt(i);
            if (Character.isWhitespace(character)) {
                continue;
            }
            int at = best(lower, text, character, from);
            if (at < 0) {
                return Optional.empty();
            }
            boolean follows = !positions.isEmpty() && positions.getLast() == at - 1;
            score += MATCHES + (follows ? FOLLOWS : 0) + bonus(text, at);
            positions.add(at);
            from = at + 1;
        }
        return Optional.of(new FuzzyMatch(score - penalty(text), positions));
    }

    private static FuzzyMatch whole(int length, int at, String text) {
        List<Integer> positions = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            positions.add(at + i);
        }
        int exact = length == text.length() ? EXACT : 0;
        return new FuzzyMatch(
                length * (MATCHES + FOLLOWS) + bonus(text, at) + EXACT / 2 + exact - penalty(text), positions);
    }

    /** The next occurrence, preferably the next one that begins a word when it does not directly follow. */
    private static int best(String lower, String text, char character, int from) {
        int next = lower.indexOf(character, from);
        if (next < 0 || next == from) {
            return next;
        }
        for (int at = next; at >= 0; at = lower.indexOf(character, at + 1)) {
            if (bonus(text, at) > 0) {
                return at;
            }
        }
        return next;
    }

    private static int bonus(String text, int at) {
        if (at == 0) {
            return BEGINS_TEXT;
        }
        char before = text.charAt(at - 1);
        boolean begins = !Character.isLetterOrDigit(before)
                || (Character.isLowerCase(before) && Character.isUpperCase(text.charAt(at)));
        return begins && Character.isLetterOrDigit(text.charAt(at)) ? BEGINS_WORD : 0;
    }

    private static int penalty(String text) {
        return Math.min(MAXIMUM_LENGTH_PENALTY, text.length() / 8);
    }
}
