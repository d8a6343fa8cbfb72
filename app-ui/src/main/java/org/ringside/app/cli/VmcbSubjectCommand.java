package org.ringside.app.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Optional;
import org.ringside.decoder.cpu.CpuRegisters;
import org.ringside.decoder.memory.PhysicalMemory;
import org.ringside.decoder.svm.Vmcb;
import org.ringside.decoder.svm.VmcbField;
import org.ringside.trace.SnapshotInfo;
import org.ringside.trace.Trace;
import picocli.CommandLine.Parameters;

/** A command on one VMCB of a snapshot. */
abstract class VmcbSubjectCommand extends TraceCommand {
    @Parameters(index = "1", paramLabel = "SNAP", description = "A snapshot's name or number.")
    private String snapshot = "";

    @Parameters(
            index = "2",
            arity = "0..1",
            paramLabel = "ADDRESS",
            description = "Physical address of the VMCB; without it the one that a scan finds, if there is one only.")
    private Optional<String> address = Optional.empty();

    VmcbSubjectCommand(Console console) {
        super(console);
    }

    /**
     * The VMCB that the command is about.
     *
     * @param vmcb its fields
     * @param memory system-physical memory
     * @param host the captured registers, if the processor was not in this VMCB's guest
     * @param json what every document about it begins with
     */
    record Subject(Vmcb vmcb, PhysicalMemory memory, Optional<CpuRegisters> host, ObjectNode json) {}

    /** Does what the command is for. */
    abstract int run(Subject subject) throws IOException;

    @Override
    final int run(Trace trace) throws IOException {
        SnapshotInfo chosen = snapshot(trace, snapshot);
        PhysicalMemory memory = trace.memory(chosen.id());
        Vmcb vmcb = address.isPresent()
                ? VmcbChoice.at(memory, AddressOptions.number("ADDRESS", address.get()))
                : VmcbChoice.only(memory, "ADDRESS");
        Optional<CpuRegisters> host = trace.state(chosen.id()).cpus().stream()
                .findFirst()
                .filter(cpu -> cpu.get("cr3").orElse(0L) != vmcb.element(VmcbField.CR3, 0));
        ObjectNode json =
                Json.object().put("trace", trace.path().toAbsolutePath().toString());
        json.set("snapshot", Json.reference(chosen));
        json.put("address", Json.hex(vmcb.address()));
        SvmJson.values(json, vmcb);
        return run(new Subject(vmcb, memory, host, json));
    }
}
