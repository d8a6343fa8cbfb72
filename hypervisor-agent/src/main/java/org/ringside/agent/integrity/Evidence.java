package org.ringside.agent.integrity;

/** What a check may need to be evaluated. */
public enum Evidence {
    /** Physical memory of the moment that is trusted. */
    BASELINE_MEMORY("memory of the baseline snapshot"),
    /** Control registers of a processor at the moment that is trusted: CR3, CR4, and EFER where it was captured. */
    BASELINE_CONTROL_REGISTERS("control registers (CR3, CR4) of the baseline snapshot"),
    /** The page tables below the baseline's CR3. */
    BASELINE_PAGE_TABLES("page tables of the baseline snapshot"),
    /** Physical memory of the moment under suspicion. */
    CURRENT_MEMORY("memory of the current snapshot");

    private final String meaning;

    Evidence(String meaning) {
        this.meaning = meaning;
    }

    /** For a person, as part of a sentence. */
    public String meaning() {
        return meaning;
    }
}
