package io.payroute.inventory.model;

/**
 * What came of a command.
 *
 * @param productId which product it failed for, or null
 * @param pieces that are available of it; after a change, all that are
 */
public record Outcome(Kind kind, String productId, int pieces) {

    public enum Kind {
        /** It has its effect now. */
        DONE,
        /** It had its effect before, or has none. */
        REPEATED, UNKNOWN_PRODUCT, NOT_FOR_SALE,
        /** Less is available than is wanted. */
        TOO_FEW,
        /** More than a stock can hold. */
        TOO_MANY, NOT_RESERVED, EXPIRED, RELEASED,
        /** The order, or the key, was used for something else. */
        USED_OTHERWISE
    }

    static Outcome of(Kind kind) {
        return new Outcome(kind, null, 0);
    }

    static Outcome of(Kind kind, String productId) {
        return new Outcome(kind, productId, 0);
    }

    /** Whether it has its effect, from now or from before. */
    public boolean isDone() {
        return kind == Kind.DONE || kind == Kind.REPEATED;
    }
}
