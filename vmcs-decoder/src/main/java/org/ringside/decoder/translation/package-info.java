/**
 * Radix translation tables, whatever they translate: guest page tables, extended page tables and the tables of a remapping unit differ
 * only in a {@link org.ringside.decoder.translation.TableFormat}; walking one address and listing all mappings is the same for all.
 */
package org.ringside.decoder.translation;
