package org.ringside.decoder.cpu;

import java.lang.foreign.MemorySegment;

/**
 * The memory-mapped registers of a device, as read at one moment.
 *
 * @param name for example {@code "dmar0"}
 * @param base physical address of the first byte
 * @param bytes the bytes as read, read-only
 */
public record DeviceRegisters(String name, long base, MemorySegment bytes) {}
