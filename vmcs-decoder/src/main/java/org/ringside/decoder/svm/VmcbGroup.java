package org.ringside.decoder.svm;

/** Fields of a VMCB that belong together. */
public enum VmcbGroup {
    INTERCEPTS("Intercept vectors", true),
    EXECUTION("Execution control", true),
    INTERRUPTS("Virtual interrupts", true),
    EXIT("#VMEXIT information", true),
    INJECTION("Event injection", true),
    NESTED_PAGING("Nested paging and encrypted virtualization", true),
    AVIC("AVIC", true),
    HOST_USE("Reserved for host usage", true),
    SEGMENTS("Guest segments", false),
    REGISTERS("Guest registers", false),
    MSRS("Guest model-specific registers", false),
    SHADOW_STACK("Guest shadow stack", false),
    LAST_BRANCH("Last-branch records", false),
    PERFORMANCE("Performance counters", false),
    SAMPLING("Instruction-based sampling", false);

    private final String title;
    private final boolean controlArea;

    VmcbGroup(String title, boolean controlArea) {
        this.title = title;
        this.controlArea = controlArea;
    }

    public String title() {
        return title;
    }

    /** Whether its fields lie in the control area; else in the state-save area. */
    public boolean inControlArea() {
        return controlArea;
    }
}
