package org.ringside.app.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.ringside.decoder.npt.NptContext;
import org.ringside.decoder.svm.CarvedVmcb;
import org.ringside.decoder.svm.ExitCode;
import org.ringside.decoder.svm.Vmcb;
import org.ringside.decoder.svm.VmcbCarver;
import org.ringside.decoder.svm.VmcbField;
import org.ringside.decoder.svm.VmcbScore;

/** The JSON of VMCBs. */
final class SvmJson {
    private SvmJson() {}

    /** A page that is one, or nearly, with the score and why. */
    static ObjectNode carved(CarvedVmcb carved, Optional<Vmcb> vmcb) {
        ObjectNode json = Json.object()
                .put("address", Json.hex(carved.address()))
                .put("kind", carved.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        score(json, carved.score());
        vmcb.ifPresent(known -> {
            if (carved.kind() == CarvedVmcb.Kind.HOST_SAVE_AREA) {
                put(json, "hostCr3", known, VmcbField.CR3);
                put(json, "hostRip", known, VmcbField.RIP);
            } else {
                values(json, known);
            }
        });
        return json;
    }

    static ObjectNode scan(VmcbCarver.Result result, Function<CarvedVmcb, Optional<Vmcb>> read) {
        ObjectNode json = Json.object().put("pages", result.pages()).put("complete", result.complete());
        json.set(
                "vmcb",
                Json.array(
                        result.vmcbs().stream()
                                .filter(one -> one.kind() != CarvedVmcb.Kind.HOST_SAVE_AREA)
                                .toList(),
                        one -> carved(one, read.apply(one))));
        json.set(
                "hostSaveAreas",
                Json.array(
                        result.vmcbs().stream()
                                .filter(one -> one.kind() == CarvedVmcb.Kind.HOST_SAVE_AREA)
                                .toList(),
                        one -> carved(one, read.apply(one))));
        json.set("runnersUp", Json.array(result.runnersUp(), one -> carved(one, Optional.empty())));
        json.set(
                "nestedRoots",
                Json.strings(result.nestedRoots().stream().map(Json::hex).toList()));
        return json;
    }

    private static void score(ObjectNode json, VmcbScore score) {
        json.put("score", score.percent()).put("points", score.points()).put("possible", score.possible());
        json.set(
                "reasons",
                Json.array(
                        score.tests(),
                        test -> Json.object()
                                .put("test", test.name())
                                .put("weight", test.weight())
                                .put("held", test.held())
                                .put("value", test.value())));
    }

    /** What tells one VMCB from another. */
    static void values(ObjectNode json, Vmcb vmcb) {
        json.put("asid", vmcb.element(VmcbField.GUEST_ASID, 0))
                .put("nestedPaging", vmcb.nestedPaging())
                .put("encryptedState", vmcb.encryptedState());
        if (vmcb.nestedPaging()) {
            put(json, "nCr3", vmcb, VmcbField.N_CR3);
        }
        put(json, "iopm", vmcb, VmcbField.IOPM_BASE_PA);
        put(json, "msrpm", vmcb, VmcbField.MSRPM_BASE_PA);
        put(json, "exitCode", vmcb, VmcbField.EXITCODE);
        ExitCode.of(vmcb.element(VmcbField.EXITCODE, 0)).ifPresent(code -> json.put("exit", code.name()));
        put(json, "exitInfo1", vmcb, VmcbField.EXITINFO1);
        put(json, "exitInfo2", vmcb, VmcbField.EXITINFO2);
        if (!vmcb.encryptedState()) {
            put(json, "guestCr3", vmcb, VmcbField.CR3);
            put(json, "guestRip", vmcb, VmcbField.RIP);
        }
        byte[] instruction = vmcb.instructionBytes();
        if (instruction.length > 0) {
            json.put("instructionBytes", HexFormat.of().formatHex(instruction));
        }
    }

    private static void put(ObjectNode json, String name, Vmcb vmcb, VmcbField field) {
        json.put(name, Json.hex(vmcb.element(field, 0)));
    }

    /** What decides a guest's nested paging. */
    static void context(ObjectNode json, NptContext context) {
        json.put("nCr3", Json.hex(context.nCr3()))
                .put("root", Json.hex(context.root()))
                .put("levels", context.levels())
                .put("executeTrap", context.executeTrap())
                .put("shadowStackCheck", context.shadowStackCheck())
                .put("readOnlyGuestTables", context.readOnlyGuestTables());
    }
}
