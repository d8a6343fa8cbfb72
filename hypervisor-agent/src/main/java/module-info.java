import org.jspecify.annotations.NullMarked;

/** The security hypervisor (I1): its protocol, the agent that stands in for it, and the integrity checks. */
@NullMarked
module org.ringside.agent {
    requires static org.jspecify;
    requires transitive org.ringside.trace;

    exports org.ringside.agent.dma;
    exports org.ringside.agent.extract;
    exports org.ringside.agent.integrity;
    exports org.ringside.agent.kernel;
    exports org.ringside.agent.kernel.btf;
    exports org.ringside.agent.kernel.image;
    exports org.ringside.agent.kernel.objects;
}
