package org.ringside.decoder.svm;

import org.ringside.decoder.memory.Observed;

/** The values of the fields of one VMCB, wherever they are from: a page in memory, an agent, a text dump. */
@FunctionalInterface
public interface VmcbValues {
    /** The field's first element, zero-extended from its width, or why it is not known. */
    Observed<Long> get(VmcbField field);

    /** Whether a bit of a field is known to be set. */
    default boolean isSet(VmcbField field, int bit) {
        return (get(field).orElse(0L) >>> bit & 1) != 0;
    }

    /** Whether the guest runs with nested paging; false if that is not known. */
    default boolean nestedPaging() {
        return isSet(VmcbField.NESTED_CONTROL, 0);
    }

    /** Whether the guest's registers are encrypted and lie in the page of the VMSA pointer, not in the VMCB (SEV-ES). */
    default boolean encryptedState() {
        return isSet(VmcbField.NESTED_CONTROL, 2);
    }
}
