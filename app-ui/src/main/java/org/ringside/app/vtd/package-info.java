/** DMA remapping units: who may reach which memory. */
package org.ringside.app.vtd;
