/** Which pages of a recording tell what happened, so that the rest can be left out. */
package org.ringside.agent.extract;
