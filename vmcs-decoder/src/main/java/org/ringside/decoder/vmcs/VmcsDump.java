package org.ringside.decoder.vmcs;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ringside.decoder.memory.Observed;

/**
 * A VMCS as KVM prints it to the kernel log when a VM entry fails and its module's parameter {@code dump_invalid_vmcs} is set. Kernels of different
 * age print different lines; what is not printed is not known. Immutable.
 */
public final class VmcsDump implements VmcsValues {
    private static final int LONGEST_LINE = 1000;
    private static final int MOST_NOTES = 32;
    private static final Pattern HEADING = Pattern.compile("\\*\\*\\* (Guest|Host|Control) State \\*\\*\\*");
    private static final Pattern PREFIX = Pattern.compile("^.*?kvm(_intel)?: ");
    private static final Pattern BLANKS = Pattern.compile("\\s+");
    private static final Pattern TIME = Pattern.compile("^(<\\d+>)?\\s*\\[[^\\]]*\\]\\s?");

    private enum Section {
        NONE,
        GUEST,
        HOST,
        CONTROL
    }

    /** Texts with a field in braces for each number; tried in order, what one matches is taken off the line. */
    private static final Map<Section, List<Template>> TEMPLATES = Map.of(
            Section.GUEST,
            templates(
                    "CR0: actual={GUEST_CR0}, shadow={CR0_READ_SHADOW}, gh_mask={CR0_GUEST_HOST_MASK}",
                    "CR4: actual={GUEST_CR4}, shadow={CR4_READ_SHADOW}, gh_mask={CR4_GUEST_HOST_MASK}",
                    "CR3 = {GUEST_CR3}",
                    "PDPTR0 = {GUEST_PDPTE0}",
                    "PDPTR1 = {GUEST_PDPTE1}",
                    "PDPTR2 = {GUEST_PDPTE2}",
                    "PDPTR3 = {GUEST_PDPTE3}",
                    "Sysenter RSP={GUEST_IA32_SYSENTER_ESP} CS:RIP={GUEST_IA32_SYSENTER_CS}:{GUEST_IA32_SYSENTER_EIP}",
                    "RSP = {GUEST_RSP}",
                    "RIP = {GUEST_RIP}",
                    "RFLAGS={GUEST_RFLAGS}",
                    "DR7 = {GUEST_DR7}",
                    segment("CS"),
                    segment("DS"),
                    segment("SS"),
                    segment("ES"),
                    segment("FS"),
                    segment("GS"),
                    segment("LDTR"),
                    segment("TR"),
                    "GDTR: limit={GUEST_GDTR_LIMIT}, base={GUEST_GDTR_BASE}",
                    "IDTR: limit={GUEST_IDTR_LIMIT}, base={GUEST_IDTR_BASE}",
                    "EFER = {GUEST_IA32_EFER}",
                    "PAT = {GUEST_IA32_PAT}",
                    "DebugCtl = {GUEST_IA32_DEBUGCTL}",
                    "DebugExceptions = {GUEST_PENDING_DEBUG_EXCEPTIONS}",
                    "PerfGlobCtl = {GUEST_IA32_PERF_GLOBAL_CTRL}",
                    "BndCfgS = {GUEST_IA32_BNDCFGS}",
                    "Interruptibility = {GUEST_INTERRUPTIBILITY_STATE}",
                    "ActivityState = {GUEST_ACTIVITY_STATE}",
                    "InterruptStatus = {GUEST_INTR_STATUS}"),
            Section.HOST,
            templates(
                    "Sysenter RSP={HOST_IA32_SYSENTER_ESP} CS:RIP={HOST_IA32_SYSENTER_CS}:{HOST_IA32_SYSENTER_EIP}",
                    "RIP = {HOST_RIP}",
                    "RSP = {HOST_RSP}",
                    "CS={HOST_CS_SELECTOR} SS={HOST_SS_SELECTOR} DS={HOST_DS_SELECTOR} ES={HOST_ES_SELECTOR} FS={HOST_FS_SELECTOR}"
                            + " GS={HOST_GS_SELECTOR} TR={HOST_TR_SELECTOR}",
                    "FSBase={HOST_FS_BASE} GSBase={HOST_GS_BASE} TRBase={HOST_TR_BASE}",
                    "GDTBase={HOST_GDTR_BASE} IDTBase={HOST_IDTR_BASE}",
                    "CR0={HOST_CR0} CR3={HOST_CR3} CR4={HOST_CR4}",
                    "EFER = {HOST_IA32_EFER}",
                    "PAT = {HOST_IA32_PAT}",
                    "PerfGlobCtl = {HOST_IA32_PERF_GLOBAL_CTRL}"),
            Section.CONTROL,
            templates(
                    "PinBased={PIN_BASED_VM_EXEC_CONTROL}",
                    "CPUBased={CPU_BASED_VM_EXEC_CONTROL}",
                    "SecondaryExec={SECONDARY_VM_EXEC_CONTROL}",
                    "TertiaryExec={TERTIARY_VM_EXEC_CONTROL}",
                    "EntryControls={VM_ENTRY_CONTROLS}",
                    "ExitControls={VM_EXIT_CONTROLS}",
                    "ExceptionBitmap={EXCEPTION_BITMAP} PFECmask={PAGE_FAULT_ERROR_CODE_MASK} PFECmatch={PAGE_FAULT_ERROR_CODE_MATCH}",
                    "VMEntry: intr_info={VM_ENTRY_INTR_INFO} errcode={VM_ENTRY_EXCEPTION_ERROR_CODE} ilen={VM_ENTRY_INSTRUCTION_LENGTH}",
                    "VMExit: intr_info={VM_EXIT_INTR_INFO} errcode={VM_EXIT_INTR_ERROR_CODE} ilen={VM_EXIT_INSTRUCTION_LENGTH}",
                    "reason={EXIT_REASON} qualification={EXIT_QUALIFICATION}",
                    "IDTVectoring: info={IDT_VECTORING_INFO} errcode={IDT_VECTORING_ERROR_CODE}",
                    "TSC Offset = {TSC_OFFSET}",
                    "TSC Multiplier = {TSC_MULTIPLIER}",
                    "TPR Threshold = {TPR_THRESHOLD}",
                    "APIC-access addr = {APIC_ACCESS_ADDR}",
                    "virt-APIC addr = {VIRTUAL_APIC_PAGE_ADDR}",
                    "PostedIntrVec = {POSTED_INTR_NV}",
                    "EPT pointer = {EPT_POINTER}",
                    "PLE Gap={PLE_GAP} Window={PLE_WINDOW}",
                    "Virtual processor ID = {VIRTUAL_PROCESSOR_ID}",
                    "VE info address = {VE_INFORMATION_ADDRESS}"));

    private final Map<VmcsField, Long> values;
    private final List<String> notes;

    private VmcsDump(Map<VmcsField, Long> values, List<String> notes) {
        this.values = Collections.unmodifiableMap(values);
        this.notes = List.copyOf(notes);
    }

    private record Template(Pattern pattern, List<VmcsField> fields) {}

    private static List<Template> templates(String... texts) {
        List<Template> templates = new ArrayList<>();
        for (String text : texts) {
            templates.add(template(text));
        }
        return List.copyOf(templates);
    }

    private static Template template(String text) {
        List<VmcsField> fields = new ArrayList<>();
        Matcher places = Pattern.compile("\\{(\\w+)\\}").matcher(text);
        StringBuilder pattern = new StringBuilder("(?<![\\w])");
        int end = 0;
        while (places.find()) {
            pattern.append(literal(text.substring(end, places.start()))).append("(?:0x)?([0-9a-f]{1,16})\\b");
            fields.add(VmcsField.valueOf(places.group(1)));
            end = places.end();
        }
        return new Template(Pattern.compile(pattern.toString()), List.copyOf(fields));
    }

    /** Kernels differ in the blanks they put. */
    private static String literal(String text) {
        StringBuilder pattern = new StringBuilder();
        for (String word : text.strip().splitWithDelimiters("[=:,]|\\s+", 0)) {
            pattern.append(word.isBlank() ? "" : Pattern.quote(word)).append("\\s*");
        }
        return "\\s*" + pattern;
    }

    private static String segment(String name) {
        return "%1$s: sel={GUEST_%1$s_SELECTOR}, attr={GUEST_%1$s_ACCESS_RIGHTS}, limit={GUEST_%1$s_LIMIT}, base={GUEST_%1$s_BASE}"
                .formatted(name);
    }

    /** The last VMCS that a log tells of; empty if it tells of none. Other lines are skipped. */
    public static Optional<VmcsDump> parse(String log) {
        Map<VmcsField, Long> values = new EnumMap<>(VmcsField.class);
        List<String> notes = new ArrayList<>();
        Section section = Section.NONE;
        for (String raw : log.lines().toList()) {
            if (raw.length() > LONGEST_LINE) {
                continue;
            }
            String line = TIME.matcher(raw.strip()).replaceFirst("");
            // One blank for many: what the templates allow between two words must not be matched in many ways.
            line = BLANKS.matcher(PREFIX.matcher(line).replaceFirst("").strip()).replaceAll(" ");
            Matcher heading = HEADING.matcher(line);
            if (heading.find()) {
                section = switch (heading.group(1)) {
                    case "Guest" -> Section.GUEST;
                    case "Host" -> Section.HOST;
                    default -> Section.CONTROL;
                };
                if (section == Section.GUEST) {
                    values.clear();
                    notes.clear();
                }
            } else if (section != Section.NONE) {
                String left = take(line, section, values);
                if (left.equals(line) && section == Section.CONTROL && !left.contains("=")) {
                    section = Section.NONE;
                } else if (left.contains("=") && notes.size() < MOST_NOTES) {
                    notes.add("not understood: " + left);
                }
            }
        }
        return values.isEmpty() ? Optional.empty() : Optional.of(new VmcsDump(new EnumMap<>(values), notes));
    }

    private static String take(String line, Section section, Map<VmcsField, Long> values) {
        String left = line;
        if (section == Section.CONTROL) {
            left = interruptStatus(left, values);
        }
        for (Template template : TEMPLATES.getOrDefault(section, List.of())) {
            Matcher matcher = template.pattern().matcher(left);
            if (matcher.find()) {
                for (int i = 0; i < template.fields().size(); i++) {
                    values.put(template.fields().get(i), Long.parseUnsignedLong(matcher.group(i + 1), 16));
                }
                left = (left.substring(0, matcher.start()) + " " + left.substring(matcher.end())).strip();
            }
        }
        return left;
    }

    /** Two halves of one field, which is printed among the controls. */
    private static String interruptStatus(String line, Map<VmcsField, Long> values) {
        Matcher matcher =
                Pattern.compile("SVI\\|RVI = ([0-9a-f]{1,2})\\|([0-9a-f]{1,2})").matcher(line);
        if (!matcher.find()) {
            return line;
        }
        values.put(
                VmcsField.GUEST_INTR_STATUS,
                Long.parseLong(matcher.group(1), 16) << 8 | Long.parseLong(matcher.group(2), 16));
        return line.substring(matcher.end()).strip();
    }

    /** Lines of the dump, or parts of them, that hold something and were not understood. */
    public List<String> notes() {
        return notes;
    }

    @Override
    public Observed<Long> get(VmcsField field) {
        Long value = values.get(field);
        return value == null
                ? new Observed.Unreadable<>("the kernel did not print %s".formatted(field))
                : Observed.known(value);
    }
}
