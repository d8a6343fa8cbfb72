package org.ringside.trace;

/**
 * An event in a trace.
 *
 * @param id positive, in order of recording
 * @param content what was reported
 */
public record TraceEvent(long id, NewEvent content) {}
