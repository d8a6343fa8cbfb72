package org.ringside.agent.kernel.objects;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ringside.agent.kernel.btf.BtfMember;
import org.ringside.agent.kernel.btf.BtfTypes;
import org.ringside.agent.kernel.image.LinuxKernel;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory.LittleEndian;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.FindingCollector;
import org.ringside.decoder.structure.Severity;

/** Reads members of the kernel's structures by name, and walks its lists. Collects what is odd. For one thread. */
final class ObjectReader {
    private static final int MOST_FINDINGS = 64;

    private final LinuxKernel kernel;
    private final FindingCollector findings;
    private final Map<String, Observed<BtfMember>> members = new HashMap<>();

    ObjectReader(LinuxKernel kernel, String area) {
        this.kernel = kernel;
        this.findings = new FindingCollector(area, MOST_FINDINGS);
    }

    LinuxKernel kernel() {
        return kernel;
    }

    /** Where a member lies; a path as in {@link BtfTypes#member(int, String)}. */
    Observed<BtfMember> member(String structure, String path) {
        return members.computeIfAbsent(structure + " " + path, key -> kernel.member(structure, path));
    }

    /** Bytes from the structure's start to the member. */
    Observed<Long> offset(String structure, String path) {
        return member(structure, path).map(BtfMember::offset);
    }

    /** The first of these paths that the structure has: a structure changes its form from version to version. */
    Optional<String> firstOf(String structure, String... paths) {
        for (String path : paths) {
            if (member(structure, path).isKnown()) {
                return Optional.of(path);
            }
        }
        return Optional.empty();
    }

    /** A number or pointer of 1, 2, 4 or 8 bytes, or a bit field, zero-extended. */
    Observed<Long> number(long base, String structure, String path) {
        return member(structure, path).flatMap(member -> number(base, member));
    }

    private Observed<Long> number(long base, BtfMember member) {
        long size =
                kernel.types().map(types -> types.size(member.type()).orElse(0)).orElse(0L);
        return kernel.memory()
                .read(base + member.offset(), (int) Math.min(Math.max(size, 0), Long.BYTES))
                .flatMap(bytes -> {
                    Observed<Long> value = value(bytes);
                    return member.isBitField()
                            ? value.map(all -> all >>> (member.bitOffset() & 7)
                                    & -1L >>> (Long.SIZE - Math.min(Long.SIZE, member.bits())))
                            : value;
                });
    }

    private static Observed<Long> value(MemorySegment bytes) {
        return switch ((int) bytes.byteSize()) {
            case 1 -> Observed.known(bytes.get(ValueLayout.JAVA_BYTE, 0) & 0xffL);
            case 2 -> Observed.known(bytes.get(LittleEndian.SHORT, 0) & 0xffffL);
            case 4 -> Observed.known(bytes.get(LittleEndian.INT, 0) & 0xffff_ffffL);
            case 8 -> Observed.known(bytes.get(LittleEndian.LONG, 0));
            default -> new Observed.Malformed<>("a member of %d bytes is no number".formatted(bytes.byteSize()));
        };
    }

    /** The characters of an array member, up to a zero byte. */
    Observed<String> text(long base, String structure, String path) {
        return member(structure, path).flatMap(member -> {
            long length = kernel.types()
                    .map(types -> types.size(member.type()).orElse(0))
                    .orElse(0L);
            return length < 1 || length > 4096
                    ? new Observed.Malformed<>("%s of %s is no text".formatted(path, structure))
                    : kernel.memory().readText(base + member.offset(), (int) length);
        });
    }

    /** Adds a finding about bytes in the kernel's memory. */
    void note(Severity severity, String code, String message, long address, long length) {
        if (findings.isFull()) {
            findings.count();
            return;
        }
        Optional<ByteSpan> span = kernel.memory()
                .walker()
                .map(walker -> new ByteSpan(walker.virtualSpace(), address, Math.max(1, length)));
        findings.add(new Finding(severity, code, message, span, Optional.empty()));
    }

    List<Finding> findings() {
        return findings.toList();
    }
}
