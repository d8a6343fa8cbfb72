package org.ringside.app.memory;

/** Reads pages of some address space. Called from several threads; may block. */
@FunctionalInterface
public interface PageLoader {
    /**
     * Reads a page.
     *
     * @param address address of its first byte, in the loader's space
     */
    LoadedPage load(long address);
}
