package org.ringside.decoder.vtd;

/** Which tables a unit walks: TTM of RTADDR_REG. */
public enum RemappingMode {
    LEGACY("legacy mode"),
    SCALABLE("scalable mode"),
    RESERVED("reserved mode"),
    ABORT_DMA("abort-DMA mode");

    private final String title;

    RemappingMode(String title) {
        this.title = title;
    }

    /** For a person. */
    public String title() {
        return title;
    }

    /** TTM as it lies in RTADDR_REG. */
    public long field() {
        return switch (this) {
            case LEGACY -> 0;
            case SCALABLE -> 1 << 10;
            case RESERVED -> 2 << 10;
            case ABORT_DMA -> 3 << 10;
        };
    }

    static RemappingMode of(long rootTableAddress) {
        return switch ((int) (rootTableAddress >>> 10 & 3)) {
            case 0 -> LEGACY;
            case 1 -> SCALABLE;
            case 2 -> RESERVED;
            default -> ABORT_DMA;
        };
    }
}
