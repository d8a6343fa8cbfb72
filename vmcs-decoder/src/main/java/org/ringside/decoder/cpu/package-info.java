/** Processor state: general and control registers, segments, descriptor tables. */
package org.ringside.decoder.cpu;
