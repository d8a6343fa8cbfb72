package org.ringside.trace.importer;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * A kind of file that would be mistaken for raw memory, but is something else that is known.
 *
 * @param name what it is
 * @param offset where its signature lies, in bytes from the start of the file
 * @param signature hexadecimal
 * @param remedy what to do instead
 */
record UnsupportedFormat(String name, int offset, String signature, String remedy) {
    private static final String UNPACK = "Unpack it and open the result.";
    private static final String DISK = "This is a disk image, not memory; name the memory image.";
    private static final String DUMP =
            "Record the guest again with QEMU's dump-guest-memory or with pmemsave, or convert it to a raw image.";
    private static final String VMWARE =
            "Open the .vmem file beside it as a raw image, with a memory map if the machine has more than 3 GiB.";

    private static final List<UnsupportedFormat> KNOWN = List.of(
            new UnsupportedFormat("a gzip archive", 0, "1f8b08", UNPACK),
            new UnsupportedFormat("a zstd archive", 0, "28b52ffd", UNPACK),
            new UnsupportedFormat("an xz archive", 0, "fd377a585a00", UNPACK),
            new UnsupportedFormat("a bzip2 archive", 0, "425a68", UNPACK),
            new UnsupportedFormat("an LZ4 archive", 0, "04224d18", UNPACK),
            new UnsupportedFormat("an lzop archive", 0, "894c5a4f000d0a1a0a", UNPACK),
            new UnsupportedFormat("a framed Snappy stream", 0, "ff060000734e61507059", UNPACK),
            new UnsupportedFormat("a 7-Zip archive", 0, "377abcaf271c", UNPACK),
            new UnsupportedFormat("a ZIP archive (or AFF4 container)", 0, "504b0304", UNPACK),
            new UnsupportedFormat("a RAR archive", 0, "526172211a07", UNPACK),
            new UnsupportedFormat("a tar archive", 257, "7573746172", UNPACK),
            new UnsupportedFormat(
                    "an SQLite database, perhaps a Ringside trace",
                    0,
                    "53514c69746520666f726d6174203300",
                    "Open a trace itself; it is not an image to import."),
            new UnsupportedFormat("a VMware snapshot state (vmss or vmsn)", 0, "d0bed2be", VMWARE),
            new UnsupportedFormat("a VMware snapshot state (vmss or vmsn)", 0, "d1bad1ba", VMWARE),
            new UnsupportedFormat("a VMware snapshot state (vmss or vmsn)", 0, "d2bed2be", VMWARE),
            new UnsupportedFormat("a VMware snapshot state (vmss or vmsn)", 0, "d3bed3be", VMWARE),
            new UnsupportedFormat(
                    "a 64-bit Windows crash dump", 0, "5041474544553634", "Convert it to a raw image first."),
            new UnsupportedFormat(
                    "a 32-bit Windows crash dump", 0, "5041474544554d50", "Convert it to a raw image first."),
            new UnsupportedFormat(
                    "a Windows minidump", 0, "4d444d5093a7", "It holds one process, not physical memory."),
            new UnsupportedFormat("a Windows hibernation file", 0, "48494252", "Convert it to a raw image first."),
            new UnsupportedFormat("a Windows hibernation file", 0, "68696272", "Convert it to a raw image first."),
            new UnsupportedFormat("a Windows hibernation file", 0, "52535452", "Convert it to a raw image first."),
            new UnsupportedFormat("a QEMU migration stream (savevm)", 0, "5145564d", DUMP),
            new UnsupportedFormat("a libvirt save file", 0, "4c69627669727451656d7564", DUMP),
            new UnsupportedFormat("a Proxmox VMA archive", 0, "564d4100", DISK),
            new UnsupportedFormat(
                    "a VirtualBox saved state",
                    0,
                    "7f5669727475616c426f7820536176656453746174",
                    "Record an ELF core with VBoxManage debugvm NAME dumpvmcore."),
            new UnsupportedFormat("a qcow2 image", 0, "514649fb", DISK),
            new UnsupportedFormat("a VMware disk (VMDK)", 0, "4b444d56", DISK),
            new UnsupportedFormat("a Hyper-V disk (VHDX)", 0, "7668647866696c65", DISK),
            new UnsupportedFormat("a Hyper-V disk (VHD)", 0, "636f6e6563746978", DISK),
            new UnsupportedFormat("a VirtualBox disk (VDI)", 64, "7f10dabe", DISK),
            new UnsupportedFormat(
                    "an EnCase evidence file (EWF)", 0, "455646090d0aff00", "Export a raw image with ewfexport."),
            new UnsupportedFormat(
                    "an LKCD crash dump", 0, "ed238f6173017819", "Convert it to ELF or to kdump-compressed."),
            new UnsupportedFormat(
                    "an old diskdump image",
                    0,
                    "4449534b44554d50",
                    "Convert it to an ELF core or to a kdump-compressed file."));

    /** What the file is, if it begins like something known. */
    static Optional<UnsupportedFormat> recognise(MemorySegment head) {
        return KNOWN.stream().filter(format -> format.matches(head)).findFirst();
    }

    private boolean matches(MemorySegment head) {
        byte[] bytes = HexFormat.of().parseHex(signature);
        if (head.byteSize() < offset + bytes.length) {
            return false;
        }
        for (int i = 0; i < bytes.length; i++) {
            if (head.get(ValueLayout.JAVA_BYTE, offset + i) != bytes[i]) {
                return false;
            }
        }
        return true;
    }

    /** What it is and what to do, for a person. */
    String advice() {
        return "looks like %s, which cannot be read as memory. %s If it really is raw memory, give a memory map with it."
                .formatted(name, remedy);
    }
}
