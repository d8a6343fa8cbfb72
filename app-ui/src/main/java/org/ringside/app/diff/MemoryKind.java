package org.ringside.app.diff;

/** What changed memory is to the kernel, from what an analyst must see first to what changes all the time. */
public enum MemoryKind {
    /** The baseline's page tables map it executable and not writable. */
    CODE("Kernel code", "mapped executable and not writable in the baseline", false),
    /** The baseline's page tables map it read-only. */
    READ_ONLY_DATA("Read-only kernel data", "mapped without the right to write in the baseline", false),
    /** Executable for the kernel now, and not in the baseline. */
    NEW_CODE(
            "New kernel code",
            "executable for the kernel now and not in the baseline: a module, generated code",
            false),
    /** No page tables say: the registers were not captured. */
    UNKNOWN(
            "Use not known",
            "import the snapshot with its registers to see what the kernel uses the memory for",
            false),
    /** Protected in the baseline, no longer mapped there now. */
    FREED("Freed and used anew", "was protected in the baseline, and is no longer mapped where it was", true),
    /** Writable for the kernel. */
    DATA("Writable kernel memory", "changes all the time", true),
    /** The kernel half of the page tables does not lead there. */
    UNMAPPED("Not mapped by the kernel", "user memory, devices, free pages", true);

    private final String title;
    private final String meaning;
    private final boolean noise;

    MemoryKind(String title, String meaning, boolean noise) {
        this.title = title;
        this.meaning = meaning;
        this.noise = noise;
    }

    public String title() {
        return title;
    }

    /** Why it is of this kind, in words. */
    public String meaning() {
        return meaning;
    }

    /** Whether it changes without anybody's intent and is folded away. */
    public boolean isNoise() {
        return noise;
    }

    /** Whether the processor executes it: disassembly says more than bytes. */
    public boolean isExecutable() {
        return this == CODE || this == NEW_CODE;
    }
}
