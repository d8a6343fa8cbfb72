package org.ringside.agent.kernel.btf;

import java.util.Optional;

/** The kinds of type that BTF describes, in the order of their numbers. */
public enum BtfKind {
    /** Number 0: no type. */
    VOID(0, 0),
    INT(4, 0),
    POINTER(0, 0),
    ARRAY(12, 0),
    STRUCT(0, 12),
    UNION(0, 12),
    ENUM(0, 8),
    FORWARD(0, 0),
    TYPEDEF(0, 0),
    VOLATILE(0, 0),
    CONST(0, 0),
    RESTRICT(0, 0),
    FUNCTION(0, 0),
    FUNCTION_PROTOTYPE(0, 8),
    VARIABLE(4, 0),
    DATA_SECTION(0, 12),
    FLOAT(0, 0),
    DECLARATION_TAG(4, 0),
    TYPE_TAG(0, 0),
    ENUM64(0, 12);

    private static final BtfKind[] KINDS = values();

    private final int fixedBytes;
    private final int itemBytes;

    BtfKind(int fixedBytes, int itemBytes) {
        this.fixedBytes = fixedBytes;
        this.itemBytes = itemBytes;
    }

    /** The kind of this number; empty for one that is not known. */
    static Optional<BtfKind> of(int number) {
        return number >= 0 && number < KINDS.length ? Optional.of(KINDS[number]) : Optional.empty();
    }

    /** Bytes that follow the 12 common ones. */
    int further(int items) {
        return fixedBytes + items * itemBytes;
    }

    /** Whether it has another type under it and the same size and members: a typedef, a qualifier or a tag. */
    boolean isTransparent() {
        return this == TYPEDEF || this == VOLATILE || this == CONST || this == RESTRICT || this == TYPE_TAG;
    }

    boolean isComposite() {
        return this == STRUCT || this == UNION;
    }
}
