package org.ringside.app.inspector;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.ringside.app.text.LongText;
import org.ringside.app.workspace.Selection;
import org.ringside.decoder.structure.BitSpan;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.Severity;
import org.ringside.decoder.structure.StructureNode;
import org.ringside.trace.EvidenceLink;
import org.ringside.trace.SnapshotInfo;

/**
 * What the inspector shows of a selection.
 *
 * @param title what is selected
 * @param subtitle where or when; may be empty
 * @param sections from the top
 */
public record InspectorPage(String title, String subtitle, List<Section> sections) {
    public InspectorPage {
        sections = List.copyOf(sections);
    }

    /** A part of the page. */
    public sealed interface Section {
        String title();

        /** Names and values. */
        record Facts(String title, List<Fact> facts) implements Section {
            public Facts {
                facts = List.copyOf(facts);
            }
        }

        /**
         * A word, bit by bit.
         *
         * @param path from the root of the decoded tree to the word
         * @param word its bit fields are its children
         * @param selected the field that is selected, if it is one of them
         * @param baseline the word's value in the baseline, where it is known
         */
        record Bits(
                String title,
                List<StructureNode> path,
                StructureNode.Field word,
                Optional<BitSpan> selected,
                OptionalLong baseline)
                implements Section {
            public Bits {
                path = List.copyOf(path);
            }
        }

        record Findings(String title, List<Finding> findings) implements Section {
            public Findings {
                findings = List.copyOf(findings);
            }
        }

        /** Words. */
        record Prose(String title, String text) implements Section {}

        /** Texts of which the long ones are folded. */
        record Notes(String title, List<LongText> notes) implements Section {
            public Notes {
                notes = List.copyOf(notes);
            }
        }
    }

    /**
     * A name and a value.
     *
     * @param before the value in the baseline, if it was another
     * @param severity how much it matters, if it does
     * @param target where a click leads
     */
    public record Fact(
            String name, String value, Optional<String> before, Optional<Severity> severity, Optional<Target> target) {
        static Fact of(String name, String value) {
            return new Fact(name, value, Optional.empty(), Optional.empty(), Optional.empty());
        }

        Fact leadingTo(Target where) {
            return new Fact(name, value, before, severity, Optional.of(where));
        }

        Fact leadingTo(Selection where) {
            return leadingTo(new Target.Select(where));
        }

        /** Marked as changed where the values differ. */
        Fact comparedWith(Optional<String> baseline) {
            return new Fact(name, value, baseline.filter(old -> !old.equals(value)), severity, target);
        }

        Fact marked(Severity how) {
            return new Fact(name, value, before, Optional.of(how), target);
        }
    }

    /** Where a link leads. */
    public sealed interface Target {
        /** Selects, at the same moment. */
        record Select(Selection selection) implements Target {}

        /** Goes to the evidence of an event. */
        record Follow(EvidenceLink link) implements Target {}

        /** Moves to a snapshot. */
        record Show(SnapshotInfo snapshot) implements Target {}
    }
}
