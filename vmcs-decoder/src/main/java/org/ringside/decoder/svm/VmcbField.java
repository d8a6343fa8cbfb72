package org.ringside.decoder.svm;

import static org.ringside.decoder.svm.VmcbGroup.*;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.ringside.decoder.structure.SpecificationReference;

/**
 * The fields of a VMCB (AMD64 APM vol. 2, appendix B, tables B-1 and B-2). The layout is architectural: every processor has it. A field of
 * several elements is an array of words.
 */
public enum VmcbField {
    INTERCEPT_CR_READS(0x000, 2, "Intercept reads of control registers", INTERCEPTS),
    INTERCEPT_CR_WRITES(0x002, 2, "Intercept writes of control registers", INTERCEPTS),
    INTERCEPT_DR_READS(0x004, 2, "Intercept reads of debug registers", INTERCEPTS),
    INTERCEPT_DR_WRITES(0x006, 2, "Intercept writes of debug registers", INTERCEPTS),
    INTERCEPT_EXCEPTIONS(0x008, 4, "Intercept exceptions", INTERCEPTS),
    INTERCEPT_VECTOR_3(0x00c, 4, "Intercept vector 3", INTERCEPTS),
    INTERCEPT_VECTOR_4(0x010, 4, "Intercept vector 4", INTERCEPTS),
    INTERCEPT_VECTOR_5(0x014, 4, "Intercept vector 5", INTERCEPTS),
    PAUSE_FILTER_THRESHOLD(0x03c, 2, "PAUSE filter threshold", EXECUTION),
    PAUSE_FILTER_COUNT(0x03e, 2, "PAUSE filter count", EXECUTION),
    IOPM_BASE_PA(0x040, 8, "IOPM_BASE_PA", EXECUTION),
    MSRPM_BASE_PA(0x048, 8, "MSRPM_BASE_PA", EXECUTION),
    TSC_OFFSET(0x050, 8, "TSC_OFFSET", EXECUTION),
    GUEST_ASID(0x058, 4, "Guest ASID", EXECUTION),
    TLB_CONTROL(0x05c, 4, "TLB_CONTROL", EXECUTION),
    VIRTUAL_INTERRUPT_CONTROL(0x060, 8, "Virtual-interrupt control", INTERRUPTS),
    INTERRUPT_STATE(0x068, 8, "Interrupt shadow", INTERRUPTS),
    EXITCODE(0x070, 8, "EXITCODE", EXIT),
    EXITINFO1(0x078, 8, "EXITINFO1", EXIT),
    EXITINFO2(0x080, 8, "EXITINFO2", EXIT),
    EXITINTINFO(0x088, 8, "EXITINTINFO", EXIT),
    NESTED_CONTROL(0x090, 8, "Nested-paging and SEV control", NESTED_PAGING),
    AVIC_APIC_BAR(0x098, 8, "AVIC APIC_BAR", AVIC),
    GHCB_GPA(0x0a0, 8, "Guest-physical address of the GHCB", NESTED_PAGING),
    EVENTINJ(0x0a8, 8, "EVENTINJ", INJECTION),
    N_CR3(0x0b0, 8, "N_CR3", NESTED_PAGING),
    VIRTUALIZATION_CONTROL(0x0b8, 8, "LBR, VMSAVE/VMLOAD, IBS and PMC virtualization", EXECUTION),
    VMCB_CLEAN(0x0c0, 4, "VMCB clean bits", EXECUTION),
    NRIP(0x0c8, 8, "nRIP", EXIT),
    INSTRUCTION_BYTES_FETCHED(0x0d0, 1, "Number of bytes fetched", EXIT),
    INSTRUCTION_BYTES(0x0d1, 1, 15, "Guest instruction bytes", EXIT),
    AVIC_BACKING_PAGE(0x0e0, 8, "AVIC APIC_BACKING_PAGE pointer", AVIC),
    AVIC_LOGICAL_TABLE(0x0f0, 8, "AVIC LOGICAL_TABLE pointer", AVIC),
    AVIC_PHYSICAL_TABLE(0x0f8, 8, "AVIC PHYSICAL_TABLE pointer", AVIC),
    VMSA_POINTER(0x108, 8, "VMSA pointer", NESTED_PAGING),
    VMGEXIT_RAX(0x110, 8, "VMGEXIT_RAX", EXIT),
    VMGEXIT_CPL(0x118, 1, "VMGEXIT_CPL", EXIT),
    BUS_LOCK_THRESHOLD(0x120, 2, "Bus-lock threshold counter", EXECUTION),
    UPDATE_IRR(0x134, 4, "UPDATE_IRR", AVIC),
    ALLOWED_SEV_FEATURES(0x138, 8, "Allowed SEV features", NESTED_PAGING),
    GUEST_SEV_FEATURES(0x140, 8, "GUEST_SEV_FEATURES", NESTED_PAGING),
    REQUESTED_IRR(0x150, 8, 4, "REQUESTED_IRR", AVIC),
    HOST_USAGE(0x3e0, 8, 4, "Reserved for host usage", HOST_USE),

    ES_SELECTOR(0x400, 2, "ES selector", SEGMENTS),
    ES_ATTRIBUTES(0x402, 2, "ES attributes", SEGMENTS),
    ES_LIMIT(0x404, 4, "ES limit", SEGMENTS),
    ES_BASE(0x408, 8, "ES base", SEGMENTS),
    CS_SELECTOR(0x410, 2, "CS selector", SEGMENTS),
    CS_ATTRIBUTES(0x412, 2, "CS attributes", SEGMENTS),
    CS_LIMIT(0x414, 4, "CS limit", SEGMENTS),
    CS_BASE(0x418, 8, "CS base", SEGMENTS),
    SS_SELECTOR(0x420, 2, "SS selector", SEGMENTS),
    SS_ATTRIBUTES(0x422, 2, "SS attributes", SEGMENTS),
    SS_LIMIT(0x424, 4, "SS limit", SEGMENTS),
    SS_BASE(0x428, 8, "SS base", SEGMENTS),
    DS_SELECTOR(0x430, 2, "DS selector", SEGMENTS),
    DS_ATTRIBUTES(0x432, 2, "DS attributes", SEGMENTS),
    DS_LIMIT(0x434, 4, "DS limit", SEGMENTS),
    DS_BASE(0x438, 8, "DS base", SEGMENTS),
    FS_SELECTOR(0x440, 2, "FS selector", SEGMENTS),
    FS_ATTRIBUTES(0x442, 2, "FS attributes", SEGMENTS),
    FS_LIMIT(0x444, 4, "FS limit", SEGMENTS),
    FS_BASE(0x448, 8, "FS base", SEGMENTS),
    GS_SELECTOR(0x450, 2, "GS selector", SEGMENTS),
    GS_ATTRIBUTES(0x452, 2, "GS attributes", SEGMENTS),
    GS_LIMIT(0x454, 4, "GS limit", SEGMENTS),
    GS_BASE(0x458, 8, "GS base", SEGMENTS),
    GDTR_SELECTOR(0x460, 2, "GDTR selector (reserved)", SEGMENTS),
    GDTR_ATTRIBUTES(0x462, 2, "GDTR attributes (reserved)", SEGMENTS),
    GDTR_LIMIT(0x464, 4, "GDTR limit", SEGMENTS),
    GDTR_BASE(0x468, 8, "GDTR base", SEGMENTS),
    LDTR_SELECTOR(0x470, 2, "LDTR selector", SEGMENTS),
    LDTR_ATTRIBUTES(0x472, 2, "LDTR attributes", SEGMENTS),
    LDTR_LIMIT(0x474, 4, "LDTR limit", SEGMENTS),
    LDTR_BASE(0x478, 8, "LDTR base", SEGMENTS),
    IDTR_SELECTOR(0x480, 2, "IDTR selector (reserved)", SEGMENTS),
    IDTR_ATTRIBUTES(0x482, 2, "IDTR attributes (reserved)", SEGMENTS),
    IDTR_LIMIT(0x484, 4, "IDTR limit", SEGMENTS),
    IDTR_BASE(0x488, 8, "IDTR base", SEGMENTS),
    TR_SELECTOR(0x490, 2, "TR selector", SEGMENTS),
    TR_ATTRIBUTES(0x492, 2, "TR attributes", SEGMENTS),
    TR_LIMIT(0x494, 4, "TR limit", SEGMENTS),
    TR_BASE(0x498, 8, "TR base", SEGMENTS),
    CPL(0x4cb, 1, "CPL", REGISTERS),
    EFER(0x4d0, 8, "EFER", REGISTERS),
    PERF_CTL0(0x4e0, 8, "PERF_CTL0", PERFORMANCE),
    PERF_CTR0(0x4e8, 8, "PERF_CTR0", PERFORMANCE),
    PERF_CTL1(0x4f0, 8, "PERF_CTL1", PERFORMANCE),
    PERF_CTR1(0x4f8, 8, "PERF_CTR1", PERFORMANCE),
    PERF_CTL2(0x500, 8, "PERF_CTL2", PERFORMANCE),
    PERF_CTR2(0x508, 8, "PERF_CTR2", PERFORMANCE),
    PERF_CTL3(0x510, 8, "PERF_CTL3", PERFORMANCE),
    PERF_CTR3(0x518, 8, "PERF_CTR3", PERFORMANCE),
    PERF_CTL4(0x520, 8, "PERF_CTL4", PERFORMANCE),
    PERF_CTR4(0x528, 8, "PERF_CTR4", PERFORMANCE),
    PERF_CTL5(0x530, 8, "PERF_CTL5", PERFORMANCE),
    PERF_CTR5(0x538, 8, "PERF_CTR5", PERFORMANCE),
    CR4(0x548, 8, "CR4", REGISTERS),
    CR3(0x550, 8, "CR3", REGISTERS),
    CR0(0x558, 8, "CR0", REGISTERS),
    DR7(0x560, 8, "DR7", REGISTERS),
    DR6(0x568, 8, "DR6", REGISTERS),
    RFLAGS(0x570, 8, "RFLAGS", REGISTERS),
    RIP(0x578, 8, "RIP", REGISTERS),
    INSTR_RETIRED_CTR(0x5c0, 8, "INSTR_RETIRED_CTR", PERFORMANCE),
    PERF_CTR_GLOBAL_STS(0x5c8, 8, "PERF_CTR_GLOBAL_STS", PERFORMANCE),
    PERF_CTR_GLOBAL_CTL(0x5d0, 4, "PERF_CTR_GLOBAL_CTL", PERFORMANCE),
    RSP(0x5d8, 8, "RSP", REGISTERS),
    S_CET(0x5e0, 8, "S_CET", SHADOW_STACK),
    SSP(0x5e8, 8, "SSP", SHADOW_STACK),
    ISST_ADDR(0x5f0, 8, "ISST_ADDR", SHADOW_STACK),
    RAX(0x5f8, 8, "RAX", REGISTERS),
    STAR(0x600, 8, "STAR", MSRS),
    LSTAR(0x608, 8, "LSTAR", MSRS),
    CSTAR(0x610, 8, "CSTAR", MSRS),
    SFMASK(0x618, 8, "SFMASK", MSRS),
    KERNEL_GS_BASE(0x620, 8, "KernelGsBase", MSRS),
    SYSENTER_CS(0x628, 8, "SYSENTER_CS", MSRS),
    SYSENTER_ESP(0x630, 8, "SYSENTER_ESP", MSRS),
    SYSENTER_EIP(0x638, 8, "SYSENTER_EIP", MSRS),
    CR2(0x640, 8, "CR2", REGISTERS),
    G_PAT(0x668, 8, "G_PAT", MSRS),
    DBGCTL(0x670, 8, "DBGCTL", LAST_BRANCH),
    BR_FROM(0x678, 8, "BR_FROM", LAST_BRANCH),
    BR_TO(0x680, 8, "BR_TO", LAST_BRANCH),
    LASTEXCPFROM(0x688, 8, "LASTEXCPFROM", LAST_BRANCH),
    LASTEXCPTO(0x690, 8, "LASTEXCPTO", LAST_BRANCH),
    DBGEXTNCTL(0x698, 8, "DBGEXTNCTL", LAST_BRANCH),
    SPEC_CTRL(0x6e0, 8, "SPEC_CTRL", MSRS),
    LBR_STACK(0xa70, 8, 32, "Last-branch stack (from, to)", LAST_BRANCH),
    LBR_SELECT(0xb70, 8, "LBR_SELECT", LAST_BRANCH),
    IBS_FETCH_CTL(0xb78, 8, "IBS_FETCH_CTL", SAMPLING),
    IBS_FETCH_LINADDR(0xb80, 8, "IBS_FETCH_LINADDR", SAMPLING),
    IBS_OP_CTL(0xb88, 8, "IBS_OP_CTL", SAMPLING),
    IBS_OP_RIP(0xb90, 8, "IBS_OP_RIP", SAMPLING),
    IBS_OP_DATA(0xb98, 8, "IBS_OP_DATA", SAMPLING),
    IBS_OP_DATA2(0xba0, 8, "IBS_OP_DATA2", SAMPLING),
    IBS_OP_DATA3(0xba8, 8, "IBS_OP_DATA3", SAMPLING),
    IBS_DC_LINADDR(0xbb0, 8, "IBS_DC_LINADDR", SAMPLING),
    BP_IBSTGT_RIP(0xbb8, 8, "BP_IBSTGT_RIP", SAMPLING),
    IC_IBS_EXTD_CTL(0xbc0, 8, "IC_IBS_EXTD_CTL", SAMPLING);

    /** Bytes of a VMCB: one page. */
    public static final int VMCB_SIZE = 4096;

    /** Offset of the state-save area; the control area lies before it. */
    public static final int SAVE_AREA = 0x400;

    private final int offset;
    private final int bytes;
    private final int elements;
    private final String title;
    private final VmcbGroup group;

    VmcbField(int offset, int bytes, String title, VmcbGroup group) {
        this(offset, bytes, 1, title, group);
    }

    VmcbField(int offset, int bytes, int elements, String title, VmcbGroup group) {
        this.offset = offset;
        this.bytes = bytes;
        this.elements = elements;
        this.title = title;
        this.group = group;
    }

    /** Offset of its first byte in the VMCB. */
    public int offset() {
        return offset;
    }

    /** Bytes of an element: 1, 2, 4 or 8, little-endian. */
    public int bytes() {
        return bytes;
    }

    /** Elements: 1 for all but arrays. */
    public int elements() {
        return elements;
    }

    /** The manual's name. */
    public String title() {
        return title;
    }

    public VmcbGroup group() {
        return group;
    }

    /** The short name as command line and JSON say it, for example {@code "n-cr3"}. */
    public String symbol() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The row of the manual's table. */
    public SpecificationReference reference() {
        return offset < SAVE_AREA ? Apm.control(offset) : Apm.save(offset);
    }

    /** The fields of a group, by offset. */
    public static List<VmcbField> of(VmcbGroup group) {
        return Arrays.stream(values()).filter(field -> field.group == group).toList();
    }

    /** The field of a {@link #symbol()}. */
    public static Optional<VmcbField> ofSymbol(String symbol) {
        return Arrays.stream(values())
                .filter(field -> field.symbol().equalsIgnoreCase(symbol))
                .findFirst();
    }
}
