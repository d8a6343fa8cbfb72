package org.ringside.decoder.vmcs;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.ringside.decoder.cpu.CpuRegisters;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.structure.StructureNode;

/**
 * What the processor allows in VMX operation, from its capability MSRs as far as they were captured (SDM vol. 3, appendix A).
 *
 * @param registers holds them as {@code ia32_vmx_basic} and so on, and {@code maxphyaddr} if known
 */
public record VmxCapabilities(CpuRegisters registers) {
    /**
     * Which settings of a control word the processor allows.
     *
     * @param ones bits that may be 1
     * @param required bits that must be 1 (the 0-setting is not allowed)
     */
    public record Allowed(long ones, long required) {
        /** Bits of {@code word} that are 1 but must be 0. */
        public long mustBeZero(long word) {
            return word & ~ones;
        }

        /** Bits of {@code word} that are 0 but must be 1. */
        public long mustBeOne(long word) {
            return required & ~word;
        }
    }

    /** No capability MSR was captured. */
    public static VmxCapabilities unknown() {
        return new VmxCapabilities(new CpuRegisters(0, Collections.emptySortedMap()));
    }

    public Observed<Long> basic() {
        return registers.get("ia32_vmx_basic");
    }

    public Observed<Long> misc() {
        return registers.get("ia32_vmx_misc");
    }

    public Observed<Long> eptVpid() {
        return registers.get("ia32_vmx_ept_vpid_cap");
    }

    public Observed<Long> cr0Fixed0() {
        return registers.get("ia32_vmx_cr0_fixed0");
    }

    public Observed<Long> cr0Fixed1() {
        return registers.get("ia32_vmx_cr0_fixed1");
    }

    public Observed<Long> cr4Fixed0() {
        return registers.get("ia32_vmx_cr4_fixed0");
    }

    public Observed<Long> cr4Fixed1() {
        return registers.get("ia32_vmx_cr4_fixed1");
    }

    /**
     * The allowed settings of a control word: the TRUE MSRs where IA32_VMX_BASIC[55] says they exist, else the older ones (SDM vol. 3, A.2
     * to A.5).
     *
     */
    public Observed<Allowed> allowed(ControlWord word) {
        boolean trueMsrs = (basic().orElse(0L) >>> 55 & 1) == 1;
        return switch (word) {
            case PIN -> pair(trueMsrs ? "ia32_vmx_true_pinbased_ctls" : "ia32_vmx_pinbased_ctls");
            case PRIMARY -> pair(trueMsrs ? "ia32_vmx_true_procbased_ctls" : "ia32_vmx_procbased_ctls");
            case EXIT -> pair(trueMsrs ? "ia32_vmx_true_exit_ctls" : "ia32_vmx_exit_ctls");
            case ENTRY -> pair(trueMsrs ? "ia32_vmx_true_entry_ctls" : "ia32_vmx_entry_ctls");
            case SECONDARY -> pair("ia32_vmx_procbased_ctls2");
            case TERTIARY -> registers.get("ia32_vmx_procbased_ctls3").map(ones -> new Allowed(ones, 0));
            case SECONDARY_EXIT -> registers.get("ia32_vmx_exit_ctls2").map(ones -> new Allowed(ones, 0));
            case VM_FUNCTIONS -> registers.get("ia32_vmx_vmfunc").map(ones -> new Allowed(ones, 0));
        };
    }

    private Observed<Allowed> pair(String msr) {
        return registers.get(msr).map(value -> new Allowed(value >>> 32, value & 0xffff_ffffL));
    }

    /** Physical-address bits of the processor (CPUID 80000008H:EAX[7:0]), if captured. */
    public Observed<Integer> physicalAddressBits() {
        return registers.get("maxphyaddr").map(Long::intValue);
    }

    /** The captured capability MSRs as a tree: every bit named, each control with what is allowed. */
    public StructureNode.Structure decode() {
        List<StructureNode> children = new ArrayList<>();
        children.add(CapabilityLayouts.BASIC.decode(basic(), Optional.empty()));
        for (ControlWord word : ControlWord.values()) {
            children.add(decodeAllowed(word));
        }
        children.add(CapabilityLayouts.MISC.decode(misc(), Optional.empty()));
        children.add(CapabilityLayouts.EPT_VPID.decode(eptVpid(), Optional.empty()));
        return new StructureNode.Structure(
                "VMX capabilities", "", Optional.empty(), Optional.of(Sdm.section("appendix A")), List.of(), children);
    }

    private StructureNode decodeAllowed(ControlWord word) {
        Observed<Allowed> allowed = allowed(word);
        List<StructureNode> children = new ArrayList<>();
        if (allowed instanceof Observed.Known<Allowed>(Allowed settings)) {
            for (VmxControl control : VmxControl.of(word)) {
                boolean mayBeOne = (settings.ones() & control.mask()) != 0;
                boolean mayBeZero = (settings.required() & control.mask()) == 0;
                String meaning = mayBeOne && mayBeZero ? "0 or 1" : mayBeOne ? "must be 1" : "must be 0";
                children.add(new StructureNode.Field(
                        control.title(),
                        Observed.known((mayBeOne ? 2L : 0) | (mayBeZero ? 1 : 0)),
                        2,
                        meaning,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(Sdm.section("appendix A")),
                        List.of(),
                        List.of()));
            }
        }
        return new StructureNode.Structure(
                "Allowed " + word.title(),
                allowed.isKnown() ? "" : allowed.reason(),
                Optional.empty(),
                Optional.of(Sdm.section("appendix A")),
                List.of(),
                children);
    }
}
