package org.ringside.app.memory;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.ringside.app.text.Messages;
import org.ringside.app.workspace.BackgroundWork;
import org.ringside.decoder.memory.PhysicalMemory;

/** Copies bytes of a space as text, read in the background. */
final class MemoryCopier {
    private static final Messages MESSAGES = Messages.of(MemoryCopier.class);
    private final BackgroundWork tasks;

    MemoryCopier(BackgroundWork tasks) {
        this.tasks = tasks;
    }

    /**
     * Copies what is selected; more than can be copied, or bytes that are not known, become a notification.
     *
     * @param baseline whether the baseline's bytes are meant, if there is a baseline
     * @param selected positions on the line of {@code space}
     * @param clipboard takes the text on the UI thread
     */
    void copy(
            MemoryEvidence evidence,
            SpaceChoice space,
            boolean baseline,
            HexCaret selected,
            CopyFormat format,
            Consumer<String> clipboard) {
        @Nullable PhysicalMemory before = evidence.baselineMemory();
        PageLoader loader = baseline && before != null
                ? space.loader(before, evidence.baselineState())
                : space.loader(evidence.memory(), evidence.state());
        LinearSpace linear = space.linear();
        tasks.run(
                MESSAGES.get("task.copy"),
                monitor -> format.format(
                        BytesReader.read(loader, linear, selected.first(), selected.length(), monitor),
                        linear.address(selected.first())),
                clipboard);
    }
}
