/**
 * Integrity checks. A check keeps no state, names the evidence it needs, and answers violated, intact or could-not-be-evaluated; it runs
 * on any two snapshots of a trace, live or recorded.
 */
package org.ringside.agent.integrity;
