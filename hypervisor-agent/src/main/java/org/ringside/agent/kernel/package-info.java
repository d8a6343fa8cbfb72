/** What can be said of a guarded kernel from its memory alone. */
package org.ringside.agent.kernel;
