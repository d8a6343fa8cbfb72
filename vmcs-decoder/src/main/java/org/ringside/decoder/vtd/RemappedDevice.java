package org.ringside.decoder.vtd;

/**
 * A PCI function with a present context entry.
 *
 * @param id who it is
 * @param entry its context entry
 */
public record RemappedDevice(RequesterId id, ContextEntry entry) {}
