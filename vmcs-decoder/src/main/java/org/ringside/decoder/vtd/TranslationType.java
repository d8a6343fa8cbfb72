package org.ringside.decoder.vtd;

/** What a context entry does with requests: its TT field (VT-d specification, section 9.3). */
public enum TranslationType {
    /** Untranslated requests go through the second-stage tables, others are blocked. */
    SECOND_STAGE("translated"),
    /** As {@link #SECOND_STAGE}, and requests that the device translated itself pass (Device-TLB, ATS). */
    SECOND_STAGE_AND_DEVICE_TLB("translated, device may translate itself (ATS)"),
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
