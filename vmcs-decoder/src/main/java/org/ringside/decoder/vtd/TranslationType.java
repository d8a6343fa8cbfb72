package org.ringside.decoder.vtd;

/** What a context or PASID entry does with requests: its TT or PGTT field (VT-d specification, sections 9.3 and 9.6). */
public enum TranslationType {
    /** Untranslated requests go through the second-stage tables, others are blocked. */
    SECOND_STAGE("translated"),
    /** As {@link #SECOND_STAGE}, and requests that the device translated itself pass (Device-TLB, ATS). */
    SECOND_STAGE_AND_DEVICE_TLB("translated, device may translate itself (ATS)"),
    /** Requests go through first-stage tables, as of a processor (scalable mode). */
    FIRST_STAGE("translated by the first stage"),
    /** Requests go through first-stage tables, and what comes out, and the tables themselves, through second-stage tables. */
    NESTED("translated by two stages"),
    /** Requests reach memory as they are. */
    PASS_THROUGH("pass-through"),
    /** A value without meaning: requests are blocked. */
    RESERVED("reserved translation type");

    private final String title;

    TranslationType(String title) {
        this.title = title;
    }

    /** For a person. */
    public String title() {
        return title;
    }
}
