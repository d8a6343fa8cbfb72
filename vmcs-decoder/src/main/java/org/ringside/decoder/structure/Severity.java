package org.ringside.decoder.structure;

/** How much a finding or an alarm matters; each has its own shape and hue in the window. */
public enum Severity {
    INFORMATION,
    WARNING,
    ERROR,
    CRITICAL
}
