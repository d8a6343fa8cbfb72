package org.ringside.agent.kernel.image;

/**
 * Where the parts of a kallsyms lie, and which of the forms that Linux has had it is of.
 *
 * @param numSyms physical address of kallsyms_num_syms
 * @param names physical address of kallsyms_names
 * @param markers physical address of kallsyms_markers
 * @param tokenTable physical address of kallsyms_token_table
 * @param tokenIndex physical address of kallsyms_token_index
 * @param addresses physical address of kallsyms_offsets or kallsyms_addresses
 * @param count symbols
 * @param order which part comes where
 * @param scheme how an address is written
 * @param longNames whether a length may take two bytes (Linux 6.1 and later)
 * @param relativeBase the value of kallsyms_relative_base; 0 where addresses are absolute
 */
public record KallsymsLayout(
        long numSyms,
        long names,
        long markers,
        long tokenTable,
        long tokenIndex,
        long addresses,
        int count,
        Order order,
        Scheme scheme,
        boolean longNames,
        long relativeBase) {
    /** Which part comes where. */
    public enum Order {
        /** Addresses before the names: up to Linux 6.3. */
        ADDRESSES_FIRST("addresses before names (to Linux 6.3)"),
        /** Addresses after the token index: since Linux 6.4. */
        ADDRESSES_LAST("addresses after the token index (since Linux 6.4)");

        private final String title;

        Order(String title) {
            this.title = title;
        }

        /** For a person. */
        public String title() {
            return title;
        }
    }

    /** How an address is written. */
    public enum Scheme {
        /** A 32-bit number: negative for base − 1 − number, else the address itself, which is one in a per-CPU area. */
        RELATIVE_ABSOLUTE_PERCPU("relative to a base, per-CPU symbols absolute"),
        /** An unsigned 32-bit distance from the base. */
        RELATIVE("relative to a base"),
        /** The 64-bit address itself. */
        ABSOLUTE("absolute");

        private final String title;

        Scheme(String title) {
            this.title = title;
        }

        /** For a person. */
        public String title() {
            return title;
        }
    }
}
