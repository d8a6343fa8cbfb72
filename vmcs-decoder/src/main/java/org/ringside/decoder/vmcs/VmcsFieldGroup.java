package org.ringside.decoder.vmcs;

/** What a VMCS field is for: bits 11:10 of its encoding (SDM vol. 3, 25.11.2 and appendix B). */
public enum VmcsFieldGroup {
    CONTROL(0, "Control fields"),
    READ_ONLY(1, "VM-exit information fields"),
    GUEST(2, "Guest-state area"),
    HOST(3, "Host-state area");

    private final int number;
    private final String title;

    VmcsFieldGroup(int number, String title) {
        this.number = number;
        this.title = title;
    }

    public String title() {
        return title;
    }

    /** Type number in an encoding: 0 control, 1 VM-exit information, 2 guest state, 3 host state. */
    public int number() {
        return number;
    }

    /** The group of a number, 0 to 3. */
    static VmcsFieldGroup of(int number) {
        return switch (number) {
            case 0 -> CONTROL;
            case 1 -> READ_ONLY;
            case 2 -> GUEST;
            default -> HOST;
        };
    }
}
