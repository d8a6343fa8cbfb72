package org.ringside.app.shell;

import org.ringside.app.alarms.AlarmsView;
import org.ringside.app.diff.DiffView;
import org.ringside.app.ept.EptView;
import org.ringside.app.inspector.InspectorView;
import org.ringside.app.journey.JourneyView;
import org.ringside.app.machine.MachineView;
import org.ringside.app.map.MapView;
import org.ringside.app.memory.MemoryView;
import org.ringside.app.nesting.NestingView;
import org.ringside.app.timeline.TimelineView;
import org.ringside.app.vmcb.VmcbView;
import org.ringside.app.vmcs.VmcsView;
import org.ringside.app.vtd.VtdView;
import org.ringside.app.workspace.Workspace;

/** The one list of panes; a new pane is one more line here. Panes are made later, their actions are known at once. */
final class StandardViews {
    private StandardViews() {}

    static Views of(Workspace workspace) {
        return new Views(workspace)
                .with(ViewType.MACHINE, MachineView::new)
                .with(ViewType.TIMELINE, TimelineView::new)
                .with(ViewType.MEMORY, MemoryView::new, MemoryView.actions())
                .with(ViewType.MAP, MapView::new, MapView.actions())
                .with(ViewType.VMCS, VmcsView::new, VmcsView.actions())
                .with(ViewType.EPT, EptView::new, EptView.actions())
                .with(ViewType.VMCB, VmcbView::new, VmcbView.actions())
                .with(ViewType.NESTING, NestingView::new, NestingView.actions())
                .with(ViewType.JOURNEY, JourneyView::new, JourneyView.actions())
                .with(ViewType.DIFF, DiffView::new)
                .with(ViewType.VTD, VtdView::new)
                .with(ViewType.INSPECTOR, InspectorView::new)
                .with(ViewType.ALARMS, AlarmsView::new);
    }
}
