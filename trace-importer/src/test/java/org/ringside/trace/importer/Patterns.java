package org.ringside.trace.importer;

import java.util.Random;

/** Memory of a known kind, the same on every run. */
public final class Patterns {
    private Patterns() {}

    /** Bytes that no compressor makes smaller. */
    public static byte[] noise(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** Text that every compressor makes smaller, different everywhere. */
    public static byte[] text(int length, int seed) {
        StringBuilder text = new StringBuilder();
        for (int i = seed; text.length() < length; i++) {
            text.append("page table entry ")
                    .append(i)
                    .append(" maps frame ")
                    .append(i * 7919L)
                    .append('\n');
        }
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) text.charAt(i);
        }
        return bytes;
    }

    /** Pages of zeros, text and noise in turn. */
    public static byte[] mixed(int pages, int seed) {
        byte[] bytes = new byte[pages * 4096];
        for (int page = 0; page < pages; page++) {
            byte[] one = switch (page % 3) {
                case 0 -> new byte[4096];
                case 1 -> text(4096, seed + page);
                default -> noise(4096, seed + page);
            };
            System.arraycopy(one, 0, bytes, page * 4096, 4096);
        }
        return bytes;
    }
}
