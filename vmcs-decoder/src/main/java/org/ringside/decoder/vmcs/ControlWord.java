package org.ringside.decoder.vmcs;

/**
 * A word of control bits in a VMCS.
 *
 * <p>A bit of the default1 class is reserved and must be 1 unless a capability MSR allows otherwise (SDM vol. 3, A.2).
 */
public enum ControlWord {
    PIN("Pin-based VM-execution controls", 32, 0x16L, "25.6.1"),
    PRIMARY("Primary processor-based VM-execution controls", 32, 0x0401e172L, "25.6.2"),
    SECONDARY("Secondary processor-based VM-execution controls", 32, 0, "25.6.2"),
    TERTIARY("Tertiary processor-based VM-execution controls", 64, 0, "25.6.2"),
    EXIT("Primary VM-exit controls", 32, 0x00036dffL, "25.7.1"),
    SECONDARY_EXIT("Secondary VM-exit controls", 64, 0, "25.7.1"),
    ENTRY("VM-entry controls", 32, 0x000011ffL, "25.8.1"),
    VM_FUNCTIONS("VM-function controls", 64, 0, "25.6.14");

    private final String title;
    private final int width;
    private final long defaultOnes;
    private final String section;

    ControlWord(String title, int width, long defaultOnes, String section) {
        this.title = title;
        this.width = width;
        this.defaultOnes = defaultOnes;
        this.section = section;
    }

    public String title() {
        return title;
    }

    /** Bits of the word: 32 or 64. */
    public int width() {
        return width;
    }

    /** The default1 class as a mask: bits that early processors required to be 1 (SDM vol. 3, A.3 to A.5). */
    public long defaultOnes() {
        return defaultOnes;
    }

    /** Section of the SDM, volume 3. */
    public String section() {
        return section;
    }

    /** The field that holds the word. */
    public VmcsField field() {
        return switch (this) {
            case PIN -> VmcsField.PIN_BASED_VM_EXEC_CONTROL;
            case PRIMARY -> VmcsField.CPU_BASED_VM_EXEC_CONTROL;
            case SECONDARY -> VmcsField.SECONDARY_VM_EXEC_CONTROL;
            case TERTIARY -> VmcsField.TERTIARY_VM_EXEC_CONTROL;
            case EXIT -> VmcsField.VM_EXIT_CONTROLS;
            case SECONDARY_EXIT -> VmcsField.SECONDARY_VM_EXIT_CONTROLS;
            case ENTRY -> VmcsField.VM_ENTRY_CONTROLS;
            case VM_FUNCTIONS -> VmcsField.VM_FUNCTION_CONTROLS;
        };
    }
}
