package org.ringside.decoder.vmcs;

import org.ringside.decoder.structure.BitFieldLayout;

/** Bit tables of events: injected, exiting, interrupted; the exit reason; the VM-instruction error. */
public final class EventLayouts {
    private static final String[] TYPES = {
        "external interrupt",
        "reserved",
        "non-maskable interrupt",
        "hardware exception",
        "software interrupt",
        "privileged software exception",
        "software exception",
        "other event"
    };

    /** VM-entry interruption-information field (SDM vol. 3, 25.8.3). */
    public static final BitFieldLayout ENTRY_INFO = BitFieldLayout.of(
                    "vmcs", "VM-entry interruption-information field", 32, Sdm.section("25.8.3"))
            .number(7, 0, "Vector", "vector of the event to inject", EventLayouts::vector)
            .choice(10, 8, "Interruption type", "", TYPES)
            .flag(11, "Deliver error code", "", "no error code", "the VM-entry exception error code is pushed")
            .reservedZero(12, 12)
            .flag(13, "Nested exception", "the event occurred during the delivery of another (FRED)")
            .reservedZero(30, 14)
            .flag(31, "Valid", "", "no event is injected", "an event is injected at VM entry")
            .build();

    /** VM-exit interruption information (SDM vol. 3, 25.9.2). */
    public static final BitFieldLayout EXIT_INFO = BitFieldLayout.of(
                    "vmcs", "VM-exit interruption information", 32, Sdm.section("25.9.2"))
            .number(7, 0, "Vector", "vector of the event", EventLayouts::vector)
            .choice(10, 8, "Interruption type", "", TYPES)
            .flag(11, "Error code valid", "")
            .flag(12, "NMI unblocking due to IRET", "")
            .flag(13, "Nested exception", "the event occurred during the delivery of another (FRED)")
            .reservedZero(30, 14)
            .flag(31, "Valid", "", "the VM exit was not caused by an event", "an event caused the VM exit")
            .build();

    /** IDT-vectoring information field (SDM vol. 3, 25.9.3). */
    public static final BitFieldLayout IDT_VECTORING_INFO = BitFieldLayout.of(
                    "vmcs", "IDT-vectoring information field", 32, Sdm.section("25.9.3"))
            .number(7, 0, "Vector", "vector of the event", EventLayouts::vector)
            .choice(10, 8, "Interruption type", "", TYPES)
            .flag(11, "Error code valid", "")
            .ignored(12, 12)
            .flag(13, "Nested exception", "the event occurred during the delivery of another (FRED)")
            .reservedZero(30, 14)
            .flag(
                    31,
                    "Valid",
                    "",
                    "no event was being delivered",
                    "the VM exit occurred while this event was delivered")
            .build();

    /** Exit reason (SDM vol. 3, 25.9.1). */
    public static final BitFieldLayout EXIT_REASON = BitFieldLayout.of("vmcs", "Exit reason", 32, Sdm.section("25.9.1"))
            .number(
                    15,
                    0,
                    "Basic exit reason",
                    "",
                    value -> ExitReason.of(value).map(ExitReason::title).orElse("no such exit reason"))
            .reservedZero(24, 16)
            .flag(25, "Shadow stack prematurely busy", "")
            .flag(26, "Bus lock asserted", "a bus lock was asserted before or with this VM exit")
            .flag(27, "Enclave mode", "the VM exit was incident to enclave mode")
            .flag(28, "Pending MTF VM exit", "SMM VM exits only")
            .flag(29, "VM exit from VMX root operation", "SMM VM exits only")
            .reservedZero(30, 30)
            .flag(31, "VM-entry failure", "", "a true VM exit", "the VM entry failed")
            .build();

    /** VM-instruction error (SDM vol. 3, 31.4). */
    public static final BitFieldLayout INSTRUCTION_ERROR = BitFieldLayout.of(
                    "vmcs", "VM-instruction error", 32, Sdm.section("31.4"))
            .choice(
                    31,
                    0,
                    "VM-instruction error",
                    "",
                    "no error",
                    "VMCALL executed in VMX root operation",
                    "VMCLEAR with invalid physical address",
                    "VMCLEAR with VMXON pointer",
                    "VMLAUNCH with non-clear VMCS",
                    "VMRESUME with non-launched VMCS",
                    "VMRESUME after VMXOFF",
                    "VM entry with invalid control fields",
                    "VM entry with invalid host-state fields",
                    "VMPTRLD with invalid physical address",
                    "VMPTRLD with VMXON pointer",
                    "VMPTRLD with incorrect VMCS revision identifier",
                    "VMREAD or VMWRITE from or to unsupported VMCS component",
                    "VMWRITE to read-only VMCS component",
                    "reserved error number 14",
                    "VMXON executed in VMX root operation",
                    "VM entry with invalid executive-VMCS pointer",
                    "VM entry with non-launched executive VMCS",
                    "VM entry with executive-VMCS pointer not VMXON pointer",
                    "VMCALL with non-clear VMCS",
                    "VMCALL with invalid VM-exit control fields",
                    "reserved error number 21",
                    "VMCALL with incorrect MSEG revision identifier",
                    "VMXOFF under dual-monitor treatment of SMIs and SMM",
                    "VMCALL with invalid SMM-monitor features",
                    "VM entry with invalid VM-execution control fields in executive VMCS",
                    "VM entry with events blocked by MOV SS",
                    "reserved error number 27",
                    "invalid operand to INVEPT or INVVPID")
            .build();

    private static final String[] EXCEPTIONS = {
        "#DE",
        "#DB",
        "NMI",
        "#BP",
        "#OF",
        "#BR",
        "#UD",
        "#NM",
        "#DF",
        "vector 9",
        "#TS",
        "#NP",
        "#SS",
        "#GP",
        "#PF",
        "vector 15",
        "#MF",
        "#AC",
        "#MC",
        "#XM",
        "#VE",
        "#CP"
    };

    private EventLayouts() {}

    /** The exception of a vector below 32, for example {@code "#PF"}; empty for interrupts. */
    static String vector(long vector) {
        return vector < EXCEPTIONS.length ? EXCEPTIONS[(int) vector] : "";
    }
}
