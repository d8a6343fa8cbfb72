/** Measurements of the trace, started by the scripts in {@code benchmarks}; not tests. */
@org.jspecify.annotations.NullMarked
package org.ringside.trace.benchmark;
