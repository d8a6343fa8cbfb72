package org.ringside.app.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ringside.app.text.LongText;
import org.ringside.decoder.cpu.CpuRegisters;
import org.ringside.decoder.cpu.DeviceRegisters;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.trace.MachineState;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.SourceInfo;
import org.ringside.trace.Trace;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "info",
        mixinStandardHelpOptions = true,
        description = "What a trace holds: sources, snapshots, registers.")
final class InfoCommand extends TraceCommand {
    @Option(names = "--registers", description = "Also every captured register.")
    private boolean registers;

    InfoCommand(Console console) {
        super(console);
    }

    @Override
    int run(Trace trace) throws IOException {
        List<Captured> snapshots = new ArrayList<>();
        for (SnapshotInfo snapshot : trace.snapshots()) {
            snapshots.add(new Captured(snapshot, trace.state(snapshot.id())));
        }
        if (wantsJson()) {
            ObjectNode json =
                    Json.object().put("trace", trace.path().toAbsolutePath().toString());
            json.set("sources", Json.array(trace.sources(), Json::source));
            json.set("snapshots", Json.array(snapshots, InfoCommand::json));
            write(json);
        } else {
            line("%s", trace.path());
            for (SourceInfo source : trace.sources()) {
                line("source %d    %s", source.id(), source.location());
                line("            %s, %,d bytes, imported %s", source.format(), source.size(), source.imported());
                line("            SHA-256 %s", source.sha256());
                source.notes()
                        .forEach(note ->
                                line("            note: %s", LongText.of(note).brief()));
            }
            snapshots.forEach(this::print);
            if (snapshots.isEmpty()) {
                line("no snapshot yet: ringside import --into %s IMAGE", trace.path());
            }
        }
        return CommandLineInterface.FINE;
    }

    private record Captured(SnapshotInfo snapshot, MachineState state) {}

    private static ObjectNode json(Captured captured) {
        ObjectNode json = Json.snapshot(captured.snapshot());
        json.set("cpus", Json.array(captured.state().cpus(), InfoCommand::json));
        json.set(
                "devices",
                Json.array(
                        captured.state().devices(),
                        device -> Json.object()
                                .put("name", device.name())
                                .put("base", Json.hex(device.base()))
                                .put("length", device.bytes().byteSize())));
        return json;
    }

    private static ObjectNode json(CpuRegisters cpu) {
        ObjectNode values = Json.object();
        cpu.values().forEach((name, value) -> values.put(name, Json.hex(value)));
        ObjectNode json = Json.object().put("vcpu", cpu.vcpu());
        json.set("registers", values);
        return json;
    }

    private void print(Captured captured) {
        SnapshotInfo snapshot = captured.snapshot();
        line("snapshot %d  %s", snapshot.id().value(), snapshot.name());
        line("            machine %s, %s", snapshot.machine(), snapshot.time());
        line(
                "            %,d pages captured (%,d MiB), %,d of them zero%s, from source %d",
                snapshot.capturedPages(),
                (snapshot.capturedPages() * PhysicalMemory.PAGE_SIZE) >> 20,
                snapshot.zeroPages(),
                snapshot.inPlace() ? ", bytes stay in the source's file" : "",
                snapshot.source().id());
        line("            root %s", snapshot.root());
        for (CpuRegisters cpu : captured.state().cpus()) {
            line(
                    "            vCPU %d: %d registers%s",
                    cpu.vcpu(),
                    cpu.values().size(),
                    cpu.get("cr3")
                            .toOptional()
                            .map(cr3 -> ", CR3 " + Json.hex(cr3))
                            .orElse(""));
            if (registers) {
                for (Map.Entry<String, Long> register : cpu.values().entrySet()) {
                    line("              %-14s %s", register.getKey(), Json.hex(register.getValue()));
                }
            }
        }
        for (DeviceRegisters device : captured.state().devices()) {
            line(
                    "            device %s at %s, %d bytes",
                    device.name(), Json.hex(device.base()), device.bytes().byteSize());
        }
    }
}
