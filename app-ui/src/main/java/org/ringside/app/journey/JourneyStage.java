package org.ringside.app.journey;

import java.util.List;

/**
 * One translation on the way.
 *
 * @param from level whose address goes in
 * @param to level whose address comes out: the same for guest paging
 * @param virtual whether a linear address goes in
 * @param format kind of the tables
 * @param input address that goes in
 * @param result what comes out, or why nothing does
 * @param arrived whether something comes out
 * @param cards the tables, root first; empty without paging
 */
record JourneyStage(
        int from,
        int to,
        boolean virtual,
        String format,
        long input,
        String result,
        boolean arrived,
        List<JourneyCard> cards) {
    JourneyStage {
        cards = List.copyOf(cards);
    }
}
