import org.jspecify.annotations.NullMarked;

/** What the bytes mean: memory, address translation, VT-d and disassembly. Depends on no other module of Ringside. */
@NullMarked
module org.ringside.decoder {
    requires static org.jspecify;

    exports org.ringside.decoder.acpi;
    exports org.ringside.decoder.cpu;
    exports org.ringside.decoder.disasm;
    exports org.ringside.decoder.ept;
    exports org.ringside.decoder.memory;
    exports org.ringside.decoder.nested;
    exports org.ringside.decoder.npt;
    exports org.ringside.decoder.paging;
    exports org.ringside.decoder.structure;
    exports org.ringside.decoder.svm;
    exports org.ringside.decoder.svm.check;
    exports org.ringside.decoder.symbol;
    exports org.ringside.decoder.translation;
    exports org.ringside.decoder.vmcs.check;
    exports org.ringside.decoder.vmcs;
    exports org.ringside.decoder.vtd;
    exports org.ringside.decoder.vtd.dmar;
    exports org.ringside.decoder.vtd.finding;
    exports org.ringside.decoder.vtd.interrupt;
    exports org.ringside.decoder.vtd.queue;
}
