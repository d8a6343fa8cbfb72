package org.ringside.decoder.structure;

/**
 * Where a public specification defines something.
 *
 * @param document short title, for example {@code "Intel SDM vol. 3"}
 * @param section section or table, for example {@code "4.5.4, table 4-20"}
 */
public record SpecificationReference(String document, String section) {
    @Override
    public String toString() {
        return document + ", " + section;
    }
}
