package org.ringside.trace.sqlite;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import org.ringside.decoder.cpu.CpuRegisters;
import org.ringside.decoder.cpu.DeviceRegisters;
import org.ringside.decoder.memory.AddressRange;
import org.ringside.trace.CustodyItem;
import org.ringside.trace.Digest;
import org.ringside.trace.EvidenceLink;
import org.ringside.trace.MachineState;
import org.ringside.trace.NewEvent;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.SourceInfo;
import org.ringside.trace.TraceEvent;
import org.ringside.trace.importer.MemoryImage.FileExtent;
import org.ringside.trace.snapshot.MerkleTree;

/**
 * Digests of what the trace keeps. Every field goes in with its length, numbers as 8 bytes big-endian, after the name of what is hashed,
 * so no two different things give the same bytes. Part of the file format: changing one breaks every existing custody log.
 */
final class Canonical {
    private final MessageDigest digest = MerkleTree.sha256();
    private final ByteBuffer number = ByteBuffer.allocate(Long.BYTES);

    private Canonical(String domain) {
        text(domain);
    }

    private Canonical number(long value) {
        digest.update(number.putLong(0, value).array());
        return this;
    }

    private Canonical text(String value) {
        return bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    private Canonical bytes(byte[] value) {
        number(value.length);
        digest.update(value);
        return this;
    }

    private Digest finish() {
        return Digest.of(digest.digest());
    }

    static Digest source(SourceInfo source, long modified) {
        Canonical c = new Canonical("ringside source 1")
                .number(source.id())
                .text(source.location())
                .text(source.format())
                .number(source.size())
                .number(modified)
                .bytes(source.sha256().toBytes())
                .number(source.imported().epochNanoseconds())
                .number(source.notes().size());
        source.notes().forEach(c::text);
        return c.finish();
    }

    static Digest snapshot(SnapshotInfo snapshot, MachineState state, List<FileExtent> extents) {
        Canonical c = new Canonical("ringside snapshot record 1")
                .number(snapshot.id().value())
                .text(snapshot.name())
                .text(snapshot.machine())
                .number(snapshot.time().epochNanoseconds())
                .bytes(snapshot.root().toBytes())
                .number(snapshot.capturedPages())
                .number(snapshot.zeroPages())
                .number(snapshot.inPlace() ? 1 : 0)
                .number(snapshot.source().id())
                .number(snapshot.ranges().size());
        for (AddressRange range : snapshot.ranges()) {
            c.number(range.start()).number(range.end());
        }
        c.number(extents.size());
        for (FileExtent extent : extents) {
            c.number(extent.address()).number(extent.length()).number(extent.offset());
        }
        c.state(state);
        return c.finish();
    }

    private void state(MachineState state) {
        number(state.cpus().size());
        for (CpuRegisters cpu : state.cpus()) {
            number(cpu.vcpu()).number(cpu.values().size());
            cpu.values().forEach((name, value) -> text(name).number(value));
        }
        number(state.devices().size());
        for (DeviceRegisters device : state.devices()) {
            text(device.name()).number(device.base()).bytes(bytes(device.bytes()));
        }
    }

    /** Digest of events with neighbouring numbers, in that order. */
    static final class Events {
        private final Canonical c = new Canonical("ringside events 1");

        void add(TraceEvent event) {
            NewEvent content = event.content();
            c.number(event.id())
                    .number(content.time().epochNanoseconds())
                    .text(content.kind().name())
                    .text(content.severity().name())
                    .text(content.machine())
                    .text(content.title())
                    .text(content.detail())
                    .number(
                            content.snapshot().isPresent()
                                    ? content.snapshot().get().value()
                                    : 0)
                    .number(content.links().size());
            for (EvidenceLink link : content.links()) {
                c.text(link.label())
                        .number(link.snapshot().value())
                        .number(
                                link.baseline().isPresent()
                                        ? link.baseline().get().value()
                                        : 0)
                        .text(Spaces.format(link.span().space()))
                        .number(link.span().address())
                        .number(link.span().length());
            }
        }

        Digest finish() {
            return c.finish();
        }
    }

    static Digest relocation(long id, long source, String location, long time) {
        return new Canonical("ringside relocation 1")
                .number(id)
                .number(source)
                .text(location)
                .number(time)
                .finish();
    }

    static Digest custody(
            Digest previous,
            long id,
            long time,
            String clock,
            String tool,
            String action,
            String detail,
            List<CustodyItem> items) {
        Canonical c = new Canonical("ringside custody 1")
                .bytes(previous.toBytes())
                .number(id)
                .number(time)
                .text(clock)
                .text(tool)
                .text(action)
                .text(detail)
                .number(items.size());
        items.forEach(item -> c.text(item.toString()));
        return c.finish();
    }

    static byte[] bytes(MemorySegment segment) {
        return segment.toArray(ValueLayout.JAVA_BYTE);
    }
}
