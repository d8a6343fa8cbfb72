/** The timeline: lanes of events and snapshots over nanoseconds to years, and the time cursor that moves every other view. */
package org.ringside.app.timeline;
