package org.ringside.agent.kernel.image;

import java.util.List;
import org.ringside.decoder.structure.Finding;

/** What a search for Linux came to. */
public sealed interface KernelSearch {
    /** What was odd, or cut short. */
    List<Finding> findings();

    /**
     * A kernel with its symbols.
     *
     * @param kernel the one with the most evidence
     * @param others places that have evidence too, best first: other kernels, or copies of this one
     */
    record Found(LinuxKernel kernel, List<KernelPlace> others, List<Finding> findings) implements KernelSearch {
        public Found {
            others = List.copyOf(others);
            findings = List.copyOf(findings);
        }
    }

    /**
     * Linux is there, but not enough of it was captured to read its symbols.
     *
     * @param places where it may lie, best first
     * @param banners physical addresses of version banners
     * @param missing what is missing, for a person, one item each; at least one
     */
    record Incomplete(List<KernelPlace> places, List<Long> banners, List<String> missing, List<Finding> findings)
            implements KernelSearch {
        public Incomplete {
            places = List.copyOf(places);
            banners = List.copyOf(banners);
            missing = List.copyOf(missing);
            findings = List.copyOf(findings);
        }
    }

    /**
     * Nothing of Linux is there.
     *
     * @param why what was looked for in how much memory
     */
    record NotLinux(String why, List<Finding> findings) implements KernelSearch {
        public NotLinux {
            findings = List.copyOf(findings);
        }
    }
}
