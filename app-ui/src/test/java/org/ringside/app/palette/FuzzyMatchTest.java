package org.ringside.app.palette;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FuzzyMatchTest {
    @Test
    void findsTheFirstLettersOfWords() {
        assertEquals(
                List.of(0, 6),
                FuzzyMatch.of("rl", "Reset layout").map(FuzzyMatch::positions).orElseThrow());
    }

    @Test
    void passesOverCaseAndSpaces() {
        assertTrue(FuzzyMatch.of("OPEN tr", "Open trace…").isPresent());
        assertTrue(FuzzyMatch.of("o t", "Open trace…").isPresent());
    }

    @Test
    void wantsEveryCharacterInOrder() {
        assertEquals(Optional.empty(), FuzzyMatch.of("ecart", "Open trace…"));
    }

    @Test
    void prefersWholeWordsToScatteredLetters() {
        assertTrue(score("diff", "Diff") > score("diff", "Different thing"));
        assertTrue(score("diff", "Show diff") > score("diff", "Do it for free"));
        assertTrue(score("map", "Change map") > score("map", "Memory at page"));
    }

    private static int score(String typed, String text) {
        return FuzzyMatch.of(typed, text).orElseThrow().score();
    }
}
