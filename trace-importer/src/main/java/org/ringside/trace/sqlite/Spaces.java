package org.ringside.trace.sqlite;

import org.ringside.decoder.structure.AddressSpace;

/** Address spaces as text, the form in which links keep them. */
final class Spaces {
    private Spaces() {}

    static String format(AddressSpace space) {
        return switch (space) {
            case AddressSpace.Physical() -> "physical";
            case AddressSpace.Virtual(long cr3) -> "virtual:" + Long.toHexString(cr3);
            case AddressSpace.GuestPhysical(long eptPointer) -> "guest-physical:" + Long.toHexString(eptPointer);
            case AddressSpace.DeviceVisible(long unit, int source) ->
                "device:" + Long.toHexString(unit) + ":" + Integer.toHexString(source);
            case AddressSpace.Registers(String bank) -> "registers:" + bank;
        };
    }

    /** @throws IllegalArgumentException if {@code text} is not as {@link #format} writes it */
    static AddressSpace parse(String text) {
        String[] parts = text.split(":", 2);
        AddressSpace space = switch (parts[0]) {
            case "physical" -> AddressSpace.physical();
            case "virtual" -> new AddressSpace.Virtual(hex(parts, text));
            case "guest-physical" -> new AddressSpace.GuestPhysical(hex(parts, text));
            case "device" -> {
                String[] device = rest(parts, text).split(":", 2);
                yield new AddressSpace.DeviceVisible(hex(new String[] {"", device[0]}, text), (int) hex(device, text));
            }
            case "registers" -> new AddressSpace.Registers(rest(parts, text));
            default -> throw new IllegalArgumentException("not an address space: " + text);
        };
        if (!format(space).equals(text)) {
            throw new IllegalArgumentException("not an address space as it is written: " + text);
        }
        return space;
    }

    private static String rest(String[] parts, String text) {
        if (parts.length < 2) {
            throw new IllegalArgumentException("not an address space: " + text);
        }
        return parts[1];
    }

    private static long hex(String[] parts, String text) {
        return Long.parseUnsignedLong(rest(parts, text), 16);
    }
}
