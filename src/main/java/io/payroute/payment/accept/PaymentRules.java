package io.payroute.payment.accept;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import io.payroute.money.InvalidMoneyException;
import io.payroute.money.Money;
import io.payroute.payment.model.PaymentInstruction;
import io.payroute.platform.EmailAddress;
import io.payroute.platform.FieldError;
import io.payroute.platform.Refusal;
import io.payroute.platform.http.JsonText;

/** The rules a payment must pass, whether it came by HTTP or as a message. All broken rules are named at once. */
public final class PaymentRules {

    static final String DEFAULT_CURRENCY = "USD";
    static final int MAX_EMAIL = 254;
    static final int MAX_DESCRIPTION = 500;
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_.:-]+");

    /** How the fields are called where a payment comes in. */
    public enum Names {
        /** {@code POST /pay} and messages. */
        PAY("userId", "orderId"),
        /** {@code POST /api/v1/payments}. */
        CREATE("user_id", "order_id");

        private final String userId;
        private final String orderId;

        Names(String userId, String orderId) {
            this.userId = userId;
            this.orderId = orderId;
        }
    }

    private final List<FieldError> errors = new ArrayList<>();

    public static String currencyOrDefault(String currency) {
        return currency == null || currency.isEmpty() ? DEFAULT_CURRENCY : currency;
    }

    private PaymentRules() {
    }

    /**
     * @param names of the fields, as the caller's contract spells them
     * @param id of the payment to be
     * @param money reads the amount, see {@link Money}
     * @throws Refusal 422 naming every field that breaks a rule
     */
    public static PaymentInstruction check(Names names, UUID id, String userId, Supplier<Money> money, String method,
            String email,
            String description, String orderId) {
        PaymentRules rules = new PaymentRules();
        rules.text(names.userId, userId, PaymentInstruction.MAX_USER_ID, true);
        rules.word("method", method, PaymentInstruction.MAX_METHOD);
        rules.text("description", description, MAX_DESCRIPTION, false);
        rules.text(names.orderId, orderId, PaymentInstruction.MAX_ORDER_ID, false);
        if (email != null && (!EmailAddress.isValid(email))) {
            rules.broken("email", "email", "email must be one plain e-mail address.");
        }
        Money amount = rules.money(money);
        if (!rules.errors.isEmpty()) {
            throw Refusal.invalid(rules.errors);
        }
        return new PaymentInstruction(id, userId, amount, method, email, description, orderId);
    }

    private Money money(Supplier<Money> money) {
        try {
            return money.get();
        } catch (InvalidMoneyException e) {
            String field = InvalidMoneyException.CURRENCY_UNKNOWN.equals(e.rule()) ? "currency" : "amount";
            broken(field, e.rule(), e.getMessage());
            return null;
        }
    }

    private void word(String field, String value, int max) {
        if (value == null || value.isBlank()) {
            broken(field, "required", field + " is required.");
        } else if (length(value) > max || !WORD.matcher(value).matches()) {
            broken(field, "word", field + " must be at most " + max + " letters, digits or any of _ . : -");
        }
    }

    private void text(String field, String value, int max, boolean required) {
        if (value == null || value.isBlank()) {
            if (required) {
                broken(field, "required", field + " is required.");
            }
        } else if (length(value) > max || !JsonText.isClean(value)) {
            broken(field, "text",
                    field + " must be at most " + max + " characters without control characters or half surrogates.");
        }
    }

    /** Characters are Unicode code points, as in the contract and the database. */
    private static int length(String value) {
        return value.codePointCount(0, value.length());
    }

    private void broken(String field, String rule, String detail) {
        errors.add(new FieldError(field, rule, detail));
    }
}
