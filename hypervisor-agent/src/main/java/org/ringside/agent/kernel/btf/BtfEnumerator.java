package org.ringside.agent.kernel.btf;

/**
 * A value of an enumeration.
 *
 * @param name its name
 * @param value its value, extended to 64 bits as the enumeration is signed or not
 */
public record BtfEnumerator(String name, long value) {}
