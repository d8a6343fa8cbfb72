package org.ringside.decoder.translation;

/**
 * Neighbouring leaves that map contiguous addresses to contiguous addresses with the same rights and attributes.
 *
 * @param input first address, as software writes it
 * @param output address that {@code input} is mapped to
 * @param length bytes
 * @param rights what is allowed, combined over all levels
 * @param attributes the format's further attributes, as it encodes them; {@link TableFormat#describeAttributes}
 * @param leaves leaf entries in the range
 * @param smallestPage bytes of its smallest page
 * @param largestPage bytes of its largest page
 */
public record MappedRange(
        long input,
        long output,
        long length,
        AccessRights rights,
        int attributes,
        long leaves,
        long smallestPage,
        long largestPage) {

    /** Whether memory that this range leads to overlaps {@code length} bytes at {@code address}. */
    public boolean reaches(long address, long bytes) {
        return Long.compareUnsigned(output, address + bytes) < 0 && Long.compareUnsigned(address, output + length) < 0;
    }

    /** The input address that leads to {@code address}, which must lie in the output. */
    public long inputOf(long address) {
        return input + (address - output);
    }

    @Override
    public String toString() {
        return "0x%x..0x%x -> 0x%x %s".formatted(input, input + length, output, rights);
    }
}
