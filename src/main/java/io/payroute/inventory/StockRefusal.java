package io.payroute.inventory;

import io.payroute.inventory.model.Outcome;
import io.payroute.platform.Refusal;

/** Why something was not done to stock, in words for the caller. */
final class StockRefusal {

    private StockRefusal() {
    }

    /** Of a command that the stock has no room for. */
    static String words(Outcome outcome) {
        return switch (outcome.kind()) {
            case UNKNOWN_PRODUCT -> "There is no product " + outcome.productId() + ".";
            case NOT_FOR_SALE -> "Product " + outcome.productId() + " is not for sale.";
            case TOO_FEW -> "Of product " + outcome.productId() + " there are " + outcome.pieces() + " pieces.";
            case TOO_MANY -> "Of product " + outcome.productId() + " there are " + outcome.pieces()
                    + " pieces; there can be at most " + Integer.MAX_VALUE + ".";
            case NOT_RESERVED -> "Nothing is reserved for this order.";
            case EXPIRED -> "The reservation has expired. Reserve again.";
            case RELEASED -> "The order was released, which is final.";
            case USED_OTHERWISE -> "It was used before, with something else.";
            case DONE, REPEATED -> throw new IllegalArgumentException(outcome.toString());
        };
    }

    static Refusal of(Outcome outcome) {
        String words = words(outcome);
        return switch (outcome.kind()) {
            case UNKNOWN_PRODUCT, NOT_RESERVED -> Refusal.notFound(words);
            default -> Refusal.conflict(words);
        };
    }

    /** Of an id that names something else already. */
    static Refusal used(String field) {
        return Refusal.invalid(field, "used", field + " was used before, with something else");
    }
}
