package org.ringside.decoder.vmcs;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.ringside.decoder.cpu.RegisterLayouts;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.paging.PageFaultErrorCode;
import org.ringside.decoder.structure.BitFieldLayout;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.StructureNode;

/** A VMCS as a decoded tree: header, then the fields in the groups of the specification, every bit of them named. */
public final class VmcsTree {
    private static final long VALID_TYPE_VECTOR = 0x8000_07ffL;
    /** A valid hardware exception of vector 14. */
    private static final long VALID_PAGE_FAULT = 0x8000_030eL;

    private VmcsTree() {}

    /** A region in memory. */
    public static StructureNode.Structure of(Vmcs vmcs) {
        List<StructureNode> children = new ArrayList<>();
        children.add(header(vmcs));
        groups(vmcs, Optional.of(vmcs), children);
        return new StructureNode.Structure(
                "VMCS at 0x%x".formatted(vmcs.address()),
                "%s; layout %s (%s)"
                        .formatted(
                                vmcs.isShadow() ? "shadow VMCS" : "ordinary VMCS",
                                vmcs.layout().id(),
                                vmcs.layout().verified()),
                Optional.of(ByteSpan.physical(vmcs.address(), VmcsLayout.REGION_SIZE)),
                Optional.of(Sdm.section("25.2")),
                List.of(),
                children);
    }

    /** Values that are not from a region, for example of a live agent. Fields without a value are left out. */
    public static StructureNode.Structure of(String name, VmcsValues values) {
        List<StructureNode> children = new ArrayList<>();
        groups(values, Optional.empty(), children);
        return new StructureNode.Structure(
                name, "", Optional.empty(), Optional.of(Sdm.section("25.3")), List.of(), children);
    }

    private static StructureNode header(Vmcs vmcs) {
        List<StructureNode> parts = new ArrayList<>();
        ByteSpan revision = ByteSpan.physical(vmcs.address(), 4);
        parts.add(GuestStateLayouts.REVISION.decode(Integer.toUnsignedLong(vmcs.header()), revision));
        parts.add(GuestStateLayouts.ABORT.decode(
                Integer.toUnsignedLong(vmcs.abortIndicator()), ByteSpan.physical(vmcs.address() + 4, 4)));
        vmcs.layout().launchState().ifPresent(state -> {
            boolean launched = vmcs.launched().orElse(false);
            parts.add(new StructureNode.Field(
                    "Launch state",
                    Observed.known(launched ? 1L : 0L),
                    1,
                    launched ? "launched" : "clear",
                    Optional.of(ByteSpan.physical(vmcs.address() + state.offset(), state.bytes())),
                    Optional.empty(),
                    Optional.of(Sdm.section("25.1")),
                    List.of(),
                    List.of()));
        });
        return new StructureNode.Structure(
                "Header",
                "",
                Optional.of(ByteSpan.physical(vmcs.address(), 8)),
                Optional.of(Sdm.section("25.2")),
                List.of(),
                parts);
    }

    private static void groups(VmcsValues values, Optional<Vmcs> region, List<StructureNode> children) {
        for (VmcsFieldGroup group : VmcsFieldGroup.values()) {
            List<StructureNode> fields = new ArrayList<>();
            for (VmcsField field : VmcsField.of(group)) {
                Observed<Long> value = values.get(field);
                if (value.isKnown()) {
                    fields.add(field(field, value, values, region.flatMap(vmcs -> vmcs.span(field))));
                }
            }
            children.add(new StructureNode.Structure(
                    group.title(),
                    fields.size() + " fields",
                    Optional.empty(),
                    Optional.of(Sdm.section("appendix B")),
                    List.of(),
                    fields));
        }
    }

    /** One field of a VMCS with every bit of it, whether or not its value is known. */
    public static StructureNode.Field field(VmcsField field, VmcsValues values) {
        Optional<ByteSpan> span = values instanceof Vmcs vmcs ? vmcs.span(field) : Optional.empty();
        return field(field, values.get(field), values, span);
    }

    /** One field with every bit of it; {@code values} decide what some fields mean. */
    static StructureNode.Field field(
            VmcsField field, Observed<Long> value, VmcsValues values, Optional<ByteSpan> span) {
        Optional<BitFieldLayout> table = table(field, values);
        String unused = unused(field, values);
        StructureNode.Field bits = table.map(t -> t.decode(field.title(), value, span))
                .orElseGet(() -> new StructureNode.Field(
                        field.title(),
                        value,
                        field.width().bits(),
                        plainMeaning(field, value.orElse(0L)),
                        span,
                        Optional.empty(),
                        Optional.of(Sdm.section(section(field))),
                        List.of(),
                        List.of()));
        String meaning = unused.isEmpty() ? meaning(field, value, bits) : unused;
        // Hardware does not look at a field that is not in use: what it holds breaks no rule.
        List<Finding> findings = unused.isEmpty() ? bits.findings() : List.of();
        List<StructureNode> children = unused.isEmpty() ? bits.children() : List.of();
        return new StructureNode.Field(
                field.title(),
                value,
                field.width().bits(),
                meaning,
                span,
                Optional.empty(),
                Optional.of(Sdm.section(section(field) + ", encoding 0x%04x".formatted(field.encoding()))),
                findings,
                children);
    }

    private static String meaning(VmcsField field, Observed<Long> value, StructureNode.Field bits) {
        if (field == VmcsField.EXIT_REASON && bits.meaning().isEmpty()) {
            return value.toOptional()
                    .flatMap(ExitReason::of)
                    .map(ExitReason::title)
                    .orElse("");
        }
        return bits.meaning();
    }

    /** Why the processor does not look at the field; empty if it does or if that is not known. */
    private static String unused(VmcsField field, VmcsValues values) {
        if (field.controls().isEmpty() || field.group() == VmcsFieldGroup.READ_ONLY) {
            return "";
        }
        for (VmxControl control : field.controls()) {
            if (!(values.control(control) instanceof Observed.Known<Boolean>(Boolean on)) || on) {
                return "";
            }
        }
        VmxControl first = field.controls().getFirst();
        return "not in use: \"%s\" is 0".formatted(first.title());
    }

    private static String plainMeaning(VmcsField field, long value) {
        if (field == VmcsField.VMCS_LINK_POINTER) {
            return value == -1 ? "none" : "VMCS at 0x%x".formatted(value);
        }
        if (field == VmcsField.TSC_OFFSET) {
            return "guest TSC is %s%d from the host's".formatted(value < 0 ? "" : "+", value);
        }
        return field.isPhysicalAddress() ? "physical address" : "";
    }

    /** The bit table of a field, if it has one. */
    public static Optional<BitFieldLayout> table(VmcsField field, VmcsValues values) {
        for (ControlWord word : ControlWord.values()) {
            if (word.field() == field) {
                return Optional.of(ControlLayouts.of(word));
            }
        }
        Optional<ExitReason> reason =
                values.get(VmcsField.EXIT_REASON).toOptional().flatMap(ExitReason::of);
        return Optional.ofNullable(
                switch (field) {
                    case EXCEPTION_BITMAP -> ControlLayouts.EXCEPTION_BITMAP;
                    case EPT_POINTER, SHARED_EPT_POINTER -> TranslationLayouts.EPT_POINTER;
                    case HLAT_POINTER -> TranslationLayouts.HLAT_POINTER;
                    case EXIT_REASON -> EventLayouts.EXIT_REASON;
                    case PAGE_FAULT_ERROR_CODE_MASK, PAGE_FAULT_ERROR_CODE_MATCH -> PageFaultErrorCode.LAYOUT;
                    case VM_ENTRY_EXCEPTION_ERROR_CODE -> pageFault(values, VmcsField.VM_ENTRY_INTR_INFO);
                    case VM_EXIT_INTR_ERROR_CODE -> pageFault(values, VmcsField.VM_EXIT_INTR_INFO);
                    case IDT_VECTORING_ERROR_CODE -> pageFault(values, VmcsField.IDT_VECTORING_INFO);
                    case VM_ENTRY_INTR_INFO -> EventLayouts.ENTRY_INFO;
                    case VM_EXIT_INTR_INFO -> EventLayouts.EXIT_INFO;
                    case IDT_VECTORING_INFO -> EventLayouts.IDT_VECTORING_INFO;
                    case VM_INSTRUCTION_ERROR -> EventLayouts.INSTRUCTION_ERROR;
                    case EXIT_QUALIFICATION ->
                        reason.map(r -> ExitQualifications.of(
                                        r,
                                        values.get(VmcsField.VM_EXIT_INTR_INFO).orElse(0L)))
                                .orElse(null);
                    case VM_EXIT_INSTRUCTION_INFO ->
                        reason.map(InstructionInformation::of).orElse(null);
                    case GUEST_INTERRUPTIBILITY_STATE -> GuestStateLayouts.INTERRUPTIBILITY;
                    case GUEST_ACTIVITY_STATE -> GuestStateLayouts.ACTIVITY;
                    case GUEST_PENDING_DEBUG_EXCEPTIONS -> GuestStateLayouts.PENDING_DEBUG_EXCEPTIONS;
                    case GUEST_INTR_STATUS -> GuestStateLayouts.INTERRUPT_STATUS;
                    case GUEST_ES_ACCESS_RIGHTS,
                            GUEST_CS_ACCESS_RIGHTS,
                            GUEST_SS_ACCESS_RIGHTS,
                            GUEST_DS_ACCESS_RIGHTS,
                            GUEST_FS_ACCESS_RIGHTS,
                            GUEST_GS_ACCESS_RIGHTS -> RegisterLayouts.SEGMENT;
                    case GUEST_LDTR_ACCESS_RIGHTS, GUEST_TR_ACCESS_RIGHTS -> RegisterLayouts.SYSTEM_SEGMENT;
                    case GUEST_CR0, HOST_CR0, CR0_READ_SHADOW -> RegisterLayouts.CR0;
                    case GUEST_CR4, HOST_CR4, CR4_READ_SHADOW -> RegisterLayouts.CR4;
                    case GUEST_CR3, HOST_CR3 -> RegisterLayouts.CR3;
                    case GUEST_RFLAGS -> RegisterLayouts.RFLAGS;
                    case GUEST_DR7 -> RegisterLayouts.DR7;
                    case GUEST_IA32_EFER, HOST_IA32_EFER -> RegisterLayouts.EFER;
                    case GUEST_IA32_PAT, HOST_IA32_PAT -> RegisterLayouts.PAT;
                    case GUEST_IA32_DEBUGCTL -> GuestStateLayouts.DEBUGCTL;
                    case GUEST_IA32_PERF_GLOBAL_CTRL, HOST_IA32_PERF_GLOBAL_CTRL -> GuestStateLayouts.PERF_GLOBAL_CTRL;
                    case GUEST_IA32_FRED_CONFIG, HOST_IA32_FRED_CONFIG -> StateRegisterLayouts.FRED_CONFIG;
                    case GUEST_IA32_FRED_STKLVLS, HOST_IA32_FRED_STKLVLS -> StateRegisterLayouts.FRED_STACK_LEVELS;
                    case GUEST_IA32_PKRS, HOST_IA32_PKRS -> StateRegisterLayouts.PKRS;
                    case GUEST_IA32_SPEC_CTRL, HOST_IA32_SPEC_CTRL, IA32_SPEC_CTRL_SHADOW ->
                        StateRegisterLayouts.SPEC_CTRL;
                    case GUEST_IA32_RTIT_CTL -> StateRegisterLayouts.RTIT_CTL;
                    case GUEST_IA32_LBR_CTL -> StateRegisterLayouts.LBR_CTL;
                    case GUEST_IA32_BNDCFGS -> StateRegisterLayouts.BNDCFGS;
                    case GUEST_IA32_S_CET, HOST_IA32_S_CET -> GuestStateLayouts.S_CET;
                    default -> null;
                });
    }

    /** The table of an error code whose event is a page fault; others have none of their own. */
    private static @Nullable BitFieldLayout pageFault(VmcsValues values, VmcsField event) {
        long info = values.get(event).orElse(0L);
        return (info & VALID_TYPE_VECTOR) == VALID_PAGE_FAULT ? PageFaultErrorCode.LAYOUT : null;
    }

    private static String section(VmcsField field) {
        return switch (field.group()) {
            case CONTROL -> "25.6 to 25.8";
            case READ_ONLY -> "25.9";
            case GUEST -> "25.4";
            case HOST -> "25.5";
        };
    }
}
