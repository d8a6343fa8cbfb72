/** Physical memory as evidence: what was captured, and a typed answer where something was not. */
package org.ringside.decoder.memory;
