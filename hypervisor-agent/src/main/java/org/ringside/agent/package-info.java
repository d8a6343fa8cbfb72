/** The security hypervisor (I1): its protocol, the agent that stands in for it, and the integrity checks. */
package org.ringside.agent;
