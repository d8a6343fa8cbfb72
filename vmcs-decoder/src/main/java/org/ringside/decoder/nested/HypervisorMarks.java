package org.ringside.decoder.nested;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Texts by which hypervisors and kernels give themselves away. */
final class HypervisorMarks {
    /** Bytes of a text that are shown at most. */
    static final int LONGEST_TEXT = 160;

    /** Text to meaning; # stands for a digit: a banner, not the format string of one. */
    private static final List<Map.Entry<String, String>> MARKS = List.of(
            Map.entry("kvm_intel", "KVM for Intel processors, a module of Linux"),
            Map.entry("kvm_amd", "KVM for AMD processors, a module of Linux"),
            Map.entry("Linux version #", "Linux kernel"),
            Map.entry("Xen version #", "Xen"),
            Map.entry("vboxdrv", "VirtualBox, host driver"),
            Map.entry("VBoxVMM", "VirtualBox, virtual-machine monitor"),
            Map.entry("VBoxDDR0", "VirtualBox, device drivers"),
            Map.entry("ACRN hypervisor", "ACRN"),
            Map.entry("Jailhouse", "Jailhouse"),
            Map.entry("BitVisor", "BitVisor"),
            Map.entry("hvix64", "Hyper-V for Intel processors"),
            Map.entry("hvax64", "Hyper-V for AMD processors"),
            Map.entry("vmkernel", "VMware ESXi"),
            Map.entry("vmmon", "VMware, host driver"),
            Map.entry("bhyve", "bhyve"),
            Map.entry("FreeBSD ", "FreeBSD kernel"),
            Map.entry("ntoskrnl", "Windows kernel"),
            Map.entry("QubesOS", "Qubes OS"),
            Map.entry("bareflank", "Bareflank"),
            Map.entry("hyperplatform", "HyperPlatform"),
            Map.entry("HyperDbg", "HyperDbg"),
            Map.entry("IntelHaxm", "HAXM"));

    private static final List<Mark> COMPILED = MARKS.stream()
            .map(entry -> new Mark(entry.getKey().getBytes(StandardCharsets.US_ASCII), entry.getValue()))
            .toList();

    private static final Mark[][] BY_FIRST = byFirst();

    private HypervisorMarks() {}

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Mark(byte[] bytes, String meaning) {
        boolean isAt(byte[] window, int at) {
            if (at + bytes.length > window.length) {
                return false;
            }
            for (int i = 1; i < bytes.length; i++) {
                boolean digit = window[at + i] >= '0' && window[at + i] <= '9';
                if (bytes[i] == '#' ? !digit : window[at + i] != bytes[i]) {
                    return false;
                }
            }
            return true;
        }
    }

    private static Mark[][] byFirst() {
        Mark[][] table = new Mark[256][];
        for (int first = 0; first < table.length; first++) {
            int wanted = first;
            table[first] =
                    COMPILED.stream().filter(mark -> mark.bytes()[0] == wanted).toArray(Mark[]::new);
        }
        return table;
    }

    /**
     * A mark in a window of bytes.
     *
     * @param offset of its first byte
     * @param meaning the program
     * @param text the mark and the printable text after it
     */
    record Found(int offset, String meaning, String text) {}

    /** The marks in {@code window}; those that end in the first {@code seen} bytes were found before and are left out. */
    static List<Found> in(byte[] window, int seen) {
        List<Found> found = new ArrayList<>();
        for (int at = 0; at < window.length; at++) {
            for (Mark mark : BY_FIRST[window[at] & 0xff]) {
                if (mark.isAt(window, at) && at + mark.bytes().length > seen) {
                    found.add(new Found(at, mark.meaning(), text(window, at)));
                }
            }
        }
        return found;
    }

    private static String text(byte[] window, int at) {
        StringBuilder text = new StringBuilder();
        for (int i = at; i < window.length && i < at + LONGEST_TEXT && window[i] >= 0x20 && window[i] < 0x7f; i++) {
            text.append((char) window[i]);
        }
        return text.toString();
    }
}
