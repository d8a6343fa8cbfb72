package org.ringside.decoder.vtd;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ringside.decoder.memory.Observed;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.memory.PhysicalMemory.LittleEndian;
import org.ringside.decoder.structure.ByteSpan;
import org.ringside.decoder.structure.Finding;
import org.ringside.decoder.structure.FindingCollector;
import org.ringside.decoder.structure.Severity;

/** Reads the context tables of buses and, in scalable mode, the PASID tables behind them, within bounds. For one thread. */
final class BusReader {
    private static final int ENTRIES = 256;
    private static final int MOST_FINDINGS_OF_A_BUS = 32;
    /** Pages of PASID directories and tables read at most: a directory may have 16,384 entries, and each device its own. */
    private static final int MOST_PASID_PAGES = 8192;

    private static final int PASIDS_OF_A_TABLE = 64;

    private final PhysicalMemory memory;
    private final UnitRules rules;
    private final Map<Directory, List<PasidEntry>> directories = new HashMap<>();
    private int pasidPages;

    private record Directory(long address, int entries) {}

    BusReader(PhysicalMemory memory, UnitRules rules) {
        this.memory = memory;
        this.rules = rules;
    }

    RemappingBus read(RootEntry root) {
        FindingCollector findings = new FindingCollector(VtdLayouts.AREA, MOST_FINDINGS_OF_A_BUS);
        findings.addAll(root.lowLayout().check(root.low(), Optional.of(ByteSpan.physical(root.address(), 8))));
        findings.addAll(root.highLayout().check(root.high(), Optional.of(ByteSpan.physical(root.address() + 8, 8))));
        List<RemappedDevice> devices = new ArrayList<>();
        if (root.scalable()) {
            half(root, root.low(), 0, devices, findings);
            half(root, root.high(), ENTRIES / 2, devices, findings);
        } else {
            table(root, root.low() & -4096L, findings).ifPresent(table -> legacy(root, table, devices, findings));
        }
        return new RemappingBus(root, devices, findings.toList());
    }

    private Optional<MemorySegment> table(RootEntry root, long address, FindingCollector findings) {
        Observed<MemorySegment> page = memory.read(address, PhysicalMemory.PAGE_SIZE);
        if (!page.isKnown()) {
            findings.add(new Finding(
                    Severity.WARNING,
                    "vtd.context-table-not-readable",
                    "the context table of bus %02x at 0x%x could not be read: %s"
                            .formatted(root.bus(), address, page.reason()),
                    Optional.of(root.span()),
                    Optional.empty()));
        }
        return page.toOptional();
    }

    private void legacy(RootEntry root, MemorySegment table, List<RemappedDevice> devices, FindingCollector findings) {
        for (int function = 0; function < ENTRIES; function++) {
            long offset = (long) function * ContextEntry.BYTES;
            ContextEntry entry = new ContextEntry(
                    root.contextTable() + offset,
                    table.get(LittleEndian.LONG, offset),
                    table.get(LittleEndian.LONG, offset + 8));
            if (entry.present()) {
                RequesterId id = new RequesterId(root.bus() << 8 | function);
                devices.add(new RemappedDevice(id, entry, List.of()));
                findings.addAll(ContextFindings.of(id, entry, rules));
            }
        }
    }

    private void half(
            RootEntry root, long word, int firstFunction, List<RemappedDevice> devices, FindingCollector findings) {
        if ((word & 1) == 0) {
            return;
        }
        table(root, word & -4096L, findings).ifPresent(table -> {
            for (int i = 0; i < ENTRIES / 2; i++) {
                List<Long> words = words(table, (long) i * ScalableContextEntry.BYTES, 4);
                ScalableContextEntry entry =
                        new ScalableContextEntry((word & -4096L) + (long) i * ScalableContextEntry.BYTES, words);
                if (entry.present()) {
                    scalable(new RequesterId(root.bus() << 8 | firstFunction + i), entry, devices, findings);
                }
            }
        });
    }

    private void scalable(
            RequesterId id, ScalableContextEntry entry, List<RemappedDevice> devices, FindingCollector findings) {
        List<PasidEntry> pasids = pasids(id, entry, findings);
        RemappedDevice device = new RemappedDevice(id, entry, pasids);
        devices.add(device);
        findings.addAll(ContextFindings.of(id, entry, rules));
        for (PasidEntry pasid : pasids) {
            if (findings.isFull()) {
                break;
            }
            findings.addAll(ContextFindings.of(id, pasid, rules));
        }
        if (device.target().isEmpty()) {
            findings.add(finding(
                    Severity.INFORMATION,
                    "vtd.no-pasid-entry",
                    "device %s has no entry for PASID %d, which serves its requests without PASID: they are blocked"
                            .formatted(id, entry.requesterPasid()),
                    entry.span()));
        }
    }

    private List<PasidEntry> pasids(RequesterId id, ScalableContextEntry entry, FindingCollector findings) {
        Directory directory = new Directory(entry.directory(), entry.directoryEntries());
        List<PasidEntry> known = directories.get(directory);
        if (known == null) {
            known = readDirectory(id, directory, findings);
            directories.put(directory, known);
        }
        return known;
    }

    private List<PasidEntry> readDirectory(RequesterId id, Directory directory, FindingCollector findings) {
        List<PasidEntry> found = new ArrayList<>();
        for (int index = 0; index < directory.entries(); index++) {
            long address = directory.address() + 8L * index;
            if (index % 512 == 0 && ++pasidPages > MOST_PASID_PAGES) {
                findings.add(cut(id));
                break;
            }
            Observed<Long> raw = memory.readLong(address);
            if (!(raw instanceof Observed.Known<Long>(Long word))) {
                findings.add(finding(
                        Severity.WARNING,
                        "vtd.pasid-directory-not-readable",
                        "the PASID directory of %s at 0x%x could not be read: %s".formatted(id, address, raw.reason()),
                        ByteSpan.physical(address, 8)));
                break;
            }
            if ((word & 1) != 0 && !readTable(id, index, address, word, found, findings)) {
                break;
            }
        }
        return List.copyOf(found);
    }

    /** @return whether reading may go on */
    private boolean readTable(
            RequesterId id,
            int index,
            long directoryEntry,
            long word,
            List<PasidEntry> found,
            FindingCollector findings) {
        findings.addAll(ScalableLayouts.DIRECTORY.check(word, Optional.of(ByteSpan.physical(directoryEntry, 8))));
        if (++pasidPages > MOST_PASID_PAGES) {
            findings.add(cut(id));
            return false;
        }
        long base = word & -4096L;
        Observed<MemorySegment> page = memory.page(base);
        if (!(page instanceof Observed.Known<MemorySegment>(MemorySegment table))) {
            findings.add(finding(
                    Severity.WARNING,
                    "vtd.pasid-table-not-readable",
                    "the PASID table of %s at 0x%x could not be read: %s".formatted(id, base, page.reason()),
                    ByteSpan.physical(directoryEntry, 8)));
            return true;
        }
        for (int i = 0; i < PASIDS_OF_A_TABLE; i++) {
            long offset = (long) i * PasidEntry.BYTES;
            if ((table.get(LittleEndian.LONG, offset) & 1) != 0) {
                found.add(new PasidEntry(
                        index * PASIDS_OF_A_TABLE + i, directoryEntry, base + offset, words(table, offset, 8)));
            }
        }
        return true;
    }

    private static List<Long> words(MemorySegment table, long offset, int count) {
        List<Long> words = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            words.add(table.get(LittleEndian.LONG, offset + 8L * i));
        }
        return words;
    }

    private static Finding cut(RequesterId id) {
        return new Finding(
                Severity.WARNING,
                "vtd.pasids-cut",
                "PASID tables from those of %s on were not read: the limit was reached".formatted(id),
                Optional.empty(),
                Optional.empty());
    }

    private static Finding finding(Severity severity, String code, String message, ByteSpan span) {
        return new Finding(
                severity, code, message, Optional.of(span), Optional.of(ScalableLayouts.DIRECTORY.reference()));
    }
}
