/** Guests within guests: an address followed through every table of every level, and shadow tables compared with what they stand for. */
package org.ringside.decoder.nested;
