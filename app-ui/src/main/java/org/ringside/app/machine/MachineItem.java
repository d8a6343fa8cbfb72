package org.ringside.app.machine;

import java.util.List;
import java.util.Optional;
import org.ringside.app.workspace.Selection;
import org.ringside.decoder.structure.Severity;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.TraceEvent;

/**
 * A row of the machine tree.
 *
 * @param kind what it is
 * @param key identifies it among its siblings, also after the trace was read again
 * @param title what it is called
 * @param detail more about it; may be empty
 * @param target what choosing it selects; empty for headings
 * @param children rows below it
 */
public record MachineItem(
        Kind kind, String key, String title, String detail, Optional<Target> target, List<MachineItem> children) {
    public MachineItem {
        children = List.copyOf(children);
    }

    /** What a row can be. */
    public enum Kind {
        TRACE,
        MACHINE,
        SNAPSHOT,
        CPU,
        REGISTERS,
        REGISTER,
        PAGE_TABLES,
        IOMMU,
        /** The hypervisors of a snapshot. */
        HYPERVISORS,
        /** A level of nesting; its key is {@code L0}, {@code L1} and so on. */
        LEVEL,
        VMCS,
        ALARMS,
        ALARM,
        BOOKMARKS,
        BOOKMARK,
        SOURCES,
        SOURCE
    }

    /**
     * What choosing a row does.
     *
     * @param snapshot the moment to go to; empty to stay
     * @param event the event to go to; empty for none
     * @param selection what to select
     * @param view the view to bring up when the row is opened (Enter, double click)
     */
    public record Target(
            Optional<SnapshotInfo> snapshot, Optional<TraceEvent> event, Selection selection, String view) {}

    static MachineItem heading(Kind kind, String title, String detail, List<MachineItem> children) {
        return new MachineItem(kind, kind.name(), title, detail, Optional.empty(), children);
    }

    /** What to put on the clipboard: title and detail. */
    public String text() {
        return detail.isEmpty() ? title : title + "\t" + detail;
    }

    /** The severity of an alarm's row. */
    public Optional<Severity> severity() {
        return kind == Kind.ALARM
                ? target.flatMap(Target::event).map(event -> event.content().severity())
                : Optional.empty();
    }
}
