package io.payroute.product;

import java.util.UUID;

import io.payroute.money.InvalidMoneyException;
import io.payroute.money.Money;
import io.payroute.platform.Ids;
import io.payroute.platform.Refusal;
import io.payroute.platform.http.JsonText;

/** What may be a product's name, description, price and stock. */
final class ProductRules {

    static final int MAX_NAME = 200;
    static final int MAX_DESCRIPTION = 5_000;
    static final int MAX_STOCK = 1_000_000_000;
    static final String DEFAULT_CURRENCY = "USD";

    private ProductRules() {
    }

    static String name(String text) {
        if (text.isBlank()) {
            throw Refusal.invalid("name", "required", "name is required.");
        }
        if (length(text) > MAX_NAME || !JsonText.isClean(text)) {
            throw Refusal.invalid("name", "text",
                    "name must have at most " + MAX_NAME + " characters, and no control characters.");
        }
        return text;
    }

    static String description(String text) {
        if (length(text) > MAX_DESCRIPTION || text.indexOf('\0') >= 0) {
            throw Refusal.invalid("description", "text",
                    "description must have at most " + MAX_DESCRIPTION + " characters, and no character 0.");
        }
        return text;
    }

    static Money price(double major, long minor, String currency) {
        try {
            return Money.ofEither(major, minor, currency.isEmpty() ? DEFAULT_CURRENCY : currency).payable();
        } catch (InvalidMoneyException e) {
            throw Refusal.invalid(InvalidMoneyException.CURRENCY_UNKNOWN.equals(e.rule()) ? "currency" : "price", e.rule(),
                    e.getMessage());
        }
    }

    static int stock(int pieces) {
        if (pieces < 0 || pieces > MAX_STOCK) {
            throw Refusal.invalid("stock", "stock", "stock must be 0 to " + MAX_STOCK + ".");
        }
        return pieces;
    }

    static UUID id(String field, String text) {
        try {
            return Ids.parse(text);
        } catch (IllegalArgumentException e) {
            throw Refusal.invalid(field, "uuid", field + " must be a UUID.");
        }
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }
}
