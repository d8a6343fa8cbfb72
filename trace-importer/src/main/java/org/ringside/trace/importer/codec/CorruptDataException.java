package org.ringside.trace.importer.codec;

/** Compressed bytes that break their format's rules, or do not unpack to as many bytes as they should. */
public final class CorruptDataException extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param problem what is wrong, as a part of a sentence */
    public CorruptDataException(String problem) {
        super(problem);
    }
}
