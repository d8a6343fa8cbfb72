package org.ringside.decoder.svm;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.ringside.decoder.cpu.RegisterLayouts;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.structure.BitFieldLayout;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.StructureNode;

/** A VMCB as a decoded tree: the fields in groups, control area first, every bit of them named. */
public final class VmcbTree {
    private VmcbTree() {}

    /** A VMCB in memory. */
    public static StructureNode.Structure of(Vmcb vmcb) {
        List<StructureNode> children = new ArrayList<>();
        for (VmcbGroup group : VmcbGroup.values()) {
            List<StructureNode> fields = new ArrayList<>();
            for (VmcbField field : VmcbField.of(group)) {
                fields.add(field(field, vmcb));
            }
            children.add(group(group, fields, vmcb));
        }
        return new StructureNode.Structure(
                "VMCB at 0x%x".formatted(vmcb.address()),
                summary(vmcb),
                Optional.of(ByteSpan.physical(vmcb.address(), VmcbField.VMCB_SIZE)),
                Optional.of(Apm.section("appendix B")),
                List.of(),
                children);
    }

    /** Values that are not from a page, for example of a live agent. Fields without a value are left out. */
    public static StructureNode.Structure of(String name, VmcbValues values) {
        List<StructureNode> children = new ArrayList<>();
        for (VmcbGroup group : VmcbGroup.values()) {
            List<StructureNode> fields = new ArrayList<>();
            for (VmcbField field : VmcbField.of(group)) {
                Observed<Long> value = values.get(field);
                if (value.isKnown()) {
                    fields.add(field(field, value, values, Optional.empty()));
                }
            }
            children.add(group(group, fields, values));
        }
        return new StructureNode.Structure(
                name, summary(values), Optional.empty(), Optional.of(Apm.section("appendix B")), List.of(), children);
    }

    /** The last exit, the guest's ASID and how it is paged, in one line. */
    public static String summary(VmcbValues vmcb) {
        String exit = vmcb.get(VmcbField.EXITCODE)
                .toOptional()
                .map(code -> ExitCode.of(code).map(ExitCode::name).orElse("exit code 0x%x".formatted(code)))
                .orElse("exit unknown");
        String paging = vmcb.nestedPaging()
                ? "nested paging from 0x%x".formatted(vmcb.get(VmcbField.N_CR3).orElse(0L))
                : "shadow paging";
        return "ASID %d, %s, last exit %s"
                .formatted(vmcb.get(VmcbField.GUEST_ASID).orElse(0L), paging, exit);
    }

    private static StructureNode group(VmcbGroup group, List<StructureNode> fields, VmcbValues vmcb) {
        String meaning = fields.size() + " fields";
        if (!group.inControlArea() && vmcb.encryptedState()) {
            meaning += "; not in use: the guest's state is encrypted, in the VMSA";
        }
        return new StructureNode.Structure(
                group.title(),
                meaning,
                Optional.empty(),
                Optional.of(Apm.section(group.inControlArea() ? "table B-1" : "table B-2")),
                List.of(),
                fields);
    }

    /** One field: a word with every bit of it, or an array with its elements. */
    public static StructureNode field(VmcbField field, Vmcb vmcb) {
        return field.elements() == 1
                ? field(field, vmcb.get(field), vmcb, Optional.of(vmcb.span(field, 0)))
                : array(field, vmcb);
    }

    /** The elements of an array that are not 0, with their place in it. */
    private static StructureNode array(VmcbField field, Vmcb vmcb) {
        List<StructureNode> elements = new ArrayList<>();
        for (int i = 0; i < field.elements(); i++) {
            long value = vmcb.element(field, i);
            if (value != 0) {
                elements.add(new StructureNode.Field(
                        elementName(field, i),
                        Observed.known(value),
                        8 * field.bytes(),
                        "",
                        Optional.of(vmcb.span(field, i)),
                        Optional.empty(),
                        Optional.of(field.reference()),
                        List.of(),
                        List.of()));
            }
        }
        String meaning = elements.isEmpty()
                ? "all 0"
                : field == VmcbField.INSTRUCTION_BYTES
                        ? HexFormat.ofDelimiter(" ").formatHex(vmcb.instructionBytes())
                        : "%d of %d are not 0".formatted(elements.size(), field.elements());
        return new StructureNode.Structure(
                field.title(),
                meaning,
                Optional.of(
                        ByteSpan.physical(vmcb.address() + field.offset(), (long) field.elements() * field.bytes())),
                Optional.of(field.reference()),
                List.of(),
                elements);
    }

    private static String elementName(VmcbField field, int index) {
        return switch (field) {
            case LBR_STACK -> (index % 2 == 0 ? "From " : "To ") + index / 2;
            case REQUESTED_IRR -> "Vectors 0x%02x to 0x%02x".formatted(64 * index, 64 * index + 63);
            case INSTRUCTION_BYTES -> "Byte " + index;
            default -> "Word " + index;
        };
    }

    /** One field with every bit of it; {@code values} decide what some fields mean. */
    static StructureNode.Field field(
            VmcbField field, Observed<Long> value, VmcbValues values, Optional<ByteSpan> span) {
        String unused = unused(field, values);
        Optional<StructureNode.Field> bits =
                table(field, values).map(table -> table.decode(field.title(), value, span));
        String plain = plainMeaning(field, value.orElse(0L), values);
        String meaning = !unused.isEmpty()
                ? unused
                : bits.filter(node -> plain.isEmpty())
                        .map(StructureNode.Field::meaning)
                        .orElse(plain);
        // Hardware does not look at a field that is not in use: what it holds breaks no rule.
        List<Finding> findings =
                unused.isEmpty() ? bits.map(StructureNode.Field::findings).orElse(List.of()) : List.of();
        List<StructureNode> children =
                unused.isEmpty() ? bits.map(StructureNode.Field::children).orElse(List.of()) : List.of();
        return new StructureNode.Field(
                field.title(),
                value,
                8 * field.bytes(),
                meaning,
                span,
                Optional.empty(),
                Optional.of(field.reference()),
                findings,
                children);
    }

    /** Why the processor does not look at the field; empty if it does or if that is not known. */
    private static String unused(VmcbField field, VmcbValues values) {
        return switch (field) {
            case N_CR3, G_PAT -> off(values, VmcbField.NESTED_CONTROL, 0) ? "not in use: NP_ENABLE is 0" : "";
            case GHCB_GPA, VMSA_POINTER, GUEST_SEV_FEATURES ->
                off(values, VmcbField.NESTED_CONTROL, 2) ? "not in use: the guest's state is not encrypted" : "";
            case AVIC_APIC_BAR, AVIC_BACKING_PAGE, AVIC_LOGICAL_TABLE, AVIC_PHYSICAL_TABLE ->
                off(values, VmcbField.VIRTUAL_INTERRUPT_CONTROL, 31) ? "not in use: AVIC is not enabled" : "";
            case DBGCTL, BR_FROM, BR_TO, LASTEXCPFROM, LASTEXCPTO, DBGEXTNCTL, LBR_STACK, LBR_SELECT ->
                off(values, VmcbField.VIRTUALIZATION_CONTROL, 0) ? "not in use: LBR virtualization is not enabled" : "";
            case IOPM_BASE_PA -> off(values, VmcbField.INTERCEPT_VECTOR_3, 27) ? "not in use: IOIO_PROT is 0" : "";
            case MSRPM_BASE_PA -> off(values, VmcbField.INTERCEPT_VECTOR_3, 28) ? "not in use: MSR_PROT is 0" : "";
            default -> "";
        };
    }

    private static boolean off(VmcbValues values, VmcbField field, int bit) {
        return values.get(field) instanceof Observed.Known<Long>(Long word) && (word >>> bit & 1) == 0;
    }

    private static String plainMeaning(VmcbField field, long value, VmcbValues values) {
        long code = values.get(VmcbField.EXITCODE).orElse(0L);
        return switch (field) {
            case EXITCODE -> ExitCode.describe(value);
            case EXITINFO1 -> ExitInformation.firstMeaning(code);
            case EXITINFO2 -> ExitInformation.secondMeaning(code);
            case IOPM_BASE_PA -> "I/O permissions map, 12 KiB";
            case MSRPM_BASE_PA -> "MSR permissions map, 8 KiB";
            case TSC_OFFSET -> "guest TSC is %s%d from the host's".formatted(value < 0 ? "" : "+", value);
            case GUEST_ASID -> value == 0 ? "the host's ASID: VMRUN refuses it" : "";
            case EXITINTINFO -> (value >>> 31 & 1) == 0 ? "no event was being delivered" : "event being delivered";
            case EVENTINJ -> (value >>> 31 & 1) == 0 ? "no event is injected" : "";
            case NRIP -> value == 0 ? "" : "rIP of the next instruction";
            default -> "";
        };
    }

    /** The bit table of a field, if it has one. */
    public static Optional<BitFieldLayout> table(VmcbField field, VmcbValues values) {
        long code = values.get(VmcbField.EXITCODE).orElse(-1L);
        return switch (field) {
            case INTERCEPT_CR_READS -> Optional.of(InterceptLayouts.CR_READS);
            case INTERCEPT_CR_WRITES -> Optional.of(InterceptLayouts.CR_WRITES);
            case INTERCEPT_DR_READS -> Optional.of(InterceptLayouts.DR_READS);
            case INTERCEPT_DR_WRITES -> Optional.of(InterceptLayouts.DR_WRITES);
            case INTERCEPT_EXCEPTIONS -> Optional.of(InterceptLayouts.EXCEPTIONS);
            case INTERCEPT_VECTOR_3 -> Optional.of(InterceptLayouts.VECTOR_3);
            case INTERCEPT_VECTOR_4 -> Optional.of(InterceptLayouts.VECTOR_4);
            case INTERCEPT_VECTOR_5 -> Optional.of(InterceptLayouts.VECTOR_5);
            case TLB_CONTROL -> Optional.of(ControlAreaLayouts.TLB_CONTROL);
            case VIRTUAL_INTERRUPT_CONTROL -> Optional.of(ControlAreaLayouts.VIRTUAL_INTERRUPT_CONTROL);
            case INTERRUPT_STATE -> Optional.of(ControlAreaLayouts.INTERRUPT_STATE);
            case EXITINFO1 -> ExitInformation.first(code);
            case EXITINFO2 -> ExitInformation.second(code);
            case EVENTINJ, EXITINTINFO -> Optional.of(ControlAreaLayouts.EVENT);
            case NESTED_CONTROL -> Optional.of(ControlAreaLayouts.NESTED_CONTROL);
            case AVIC_APIC_BAR -> Optional.of(ControlAreaLayouts.AVIC_APIC_BAR);
            case N_CR3 -> Optional.of(ControlAreaLayouts.N_CR3);
            case VIRTUALIZATION_CONTROL -> Optional.of(ControlAreaLayouts.VIRTUALIZATION_CONTROL);
            case VMCB_CLEAN -> Optional.of(ControlAreaLayouts.CLEAN_BITS);
            case AVIC_BACKING_PAGE -> Optional.of(ControlAreaLayouts.AVIC_BACKING_PAGE);
            case AVIC_LOGICAL_TABLE -> Optional.of(ControlAreaLayouts.AVIC_LOGICAL_TABLE);
            case AVIC_PHYSICAL_TABLE -> Optional.of(ControlAreaLayouts.AVIC_PHYSICAL_TABLE);
            case VMSA_POINTER -> Optional.of(ControlAreaLayouts.VMSA_POINTER);
            case UPDATE_IRR -> Optional.of(ControlAreaLayouts.UPDATE_IRR);
            case ALLOWED_SEV_FEATURES -> Optional.of(ControlAreaLayouts.ALLOWED_SEV_FEATURES);
            case GUEST_SEV_FEATURES -> Optional.of(ControlAreaLayouts.GUEST_SEV_FEATURES);
            default -> saveAreaTable(field);
        };
    }

    private static Optional<BitFieldLayout> saveAreaTable(VmcbField field) {
        return switch (field) {
            case ES_SELECTOR,
                    CS_SELECTOR,
                    SS_SELECTOR,
                    DS_SELECTOR,
                    FS_SELECTOR,
                    GS_SELECTOR,
                    LDTR_SELECTOR,
                    TR_SELECTOR -> Optional.of(RegisterLayouts.SELECTOR);
            case ES_ATTRIBUTES, CS_ATTRIBUTES, SS_ATTRIBUTES, DS_ATTRIBUTES, FS_ATTRIBUTES, GS_ATTRIBUTES ->
                Optional.of(SaveAreaLayouts.SEGMENT);
            case LDTR_ATTRIBUTES, TR_ATTRIBUTES -> Optional.of(SaveAreaLayouts.SYSTEM_SEGMENT);
            case CPL -> Optional.of(SaveAreaLayouts.CPL);
            case EFER -> Optional.of(SaveAreaLayouts.EFER);
            case CR0 -> Optional.of(RegisterLayouts.CR0);
            case CR3 -> Optional.of(SaveAreaLayouts.CR3);
            case CR4 -> Optional.of(RegisterLayouts.CR4);
            case DR6 -> Optional.of(RegisterLayouts.DR6);
            case DR7 -> Optional.of(RegisterLayouts.DR7);
            case RFLAGS -> Optional.of(RegisterLayouts.RFLAGS);
            case S_CET -> Optional.of(SaveAreaLayouts.S_CET);
            case G_PAT -> Optional.of(RegisterLayouts.PAT);
            case DBGCTL -> Optional.of(SaveAreaLayouts.DBGCTL);
            case SPEC_CTRL -> Optional.of(SaveAreaLayouts.SPEC_CTRL);
            default -> Optional.empty();
        };
    }
}
