package org.ringside.decoder.vmcs;

import org.ringside.decoder.memory.Observed;

/** The values of the fields of one VMCS, wherever they are from: a region in memory, VMREAD by an agent, a text dump. */
@FunctionalInterface
public interface VmcsValues {
    /** The field's value, zero-extended from its width, or why it is not known. */
    Observed<Long> get(VmcsField field);

    /**
     * Whether a control is in effect: its bit is 1 and so are the bits that activate its word (SDM vol. 3, 25.6.2 and 25.7.1). A word that is
     * not activated counts as 0.
     */
    default Observed<Boolean> control(VmxControl control) {
        Observed<Boolean> bit = get(control.word().field()).map(word -> (word & control.mask()) != 0);
        return switch (control.word()) {
            case SECONDARY -> both(VmxControl.ACTIVATE_SECONDARY_CONTROLS, bit);
            case TERTIARY -> both(VmxControl.ACTIVATE_TERTIARY_CONTROLS, bit);
            case SECONDARY_EXIT -> both(VmxControl.EXIT_ACTIVATE_SECONDARY_CONTROLS, bit);
            case VM_FUNCTIONS -> both(VmxControl.ENABLE_VM_FUNCTIONS, bit);
            case PIN, PRIMARY, EXIT, ENTRY -> bit;
        };
    }

    /** Whether a control is known to be in effect. */
    default boolean isOn(VmxControl control) {
        return control(control).orElse(false);
    }

    private Observed<Boolean> both(VmxControl activation, Observed<Boolean> bit) {
        return control(activation).flatMap(active -> active ? bit : Observed.known(false));
    }
}
