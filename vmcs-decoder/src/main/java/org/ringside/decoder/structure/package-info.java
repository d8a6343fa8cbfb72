/** The one decoded tree: every decoder builds it, every table, hex view, diff, JSON output and report reads it. */
package org.ringside.decoder.structure;
