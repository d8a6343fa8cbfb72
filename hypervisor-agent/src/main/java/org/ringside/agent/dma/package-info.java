/** What a snapshot tells of DMA remapping, with what devices should keep their hands off. */
package org.ringside.agent.dma;
