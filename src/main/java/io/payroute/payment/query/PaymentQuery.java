package io.payroute.payment.query;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

import org.apache.camel.Message;

import io.payroute.money.CurrencyExponents;
import io.payroute.money.InvalidMoneyException;
import io.payroute.money.Money;
import io.payroute.payment.model.PaymentInstruction;
import io.payroute.payment.model.PaymentStatus;
import io.payroute.platform.Refusal;
import io.payroute.platform.access.Confined;
import io.payroute.platform.http.Parameters;

/**
 * The filters of {@code GET /api/v1/payments}. What is null does not filter.
 *
 * @param reference what a provider calls the payment
 * @param email found whatever case it was written in
 * @param amounts one of these; without a currency they are those of all currencies in which it can be an amount
 * @param createdFrom inclusive
 * @param createdTo exclusive
 * @param limit 1 to 100
 * @param after null for the first page
 */
record PaymentQuery(String userId, PaymentStatus status, String orderId, String reference, String provider, String method,
        String email, List<Money> amounts, Instant createdFrom, Instant createdTo, int limit, PageCursor after) {

    private static final List<String> STATUSES = Arrays.stream(PaymentStatus.values()).map(PaymentStatus::word).toList();
    private static final int MAX_REFERENCE = 255;
    private static final int MAX_EMAIL = 254;
    private static final int MAX_AMOUNT = 40;
    private static final int MAX_CURRENCY = 3;

    /** @throws Refusal 422 naming the bad parameter, 403 for another user's payments */
    static PaymentQuery of(Message message) {
        Parameters parameters = Parameters.of(message);
        Confined confined = Confined.to(message);
        String userId = parameters.text("user_id", PaymentInstruction.MAX_USER_ID);
        if (userId == null) {
            userId = confined.user();
        } else {
            confined.check(userId);
        }
        String status = parameters.word("status", STATUSES);
        Instant from = parameters.time("created_from");
        Instant to = parameters.time("created_to");
        if (from != null && to != null && !from.isBefore(to)) {
            throw Refusal.invalid("created_to", "out_of_range", "created_to must be after created_from.");
        }
        String cursor = parameters.cursor();
        return new PaymentQuery(userId, status == null ? null : PaymentStatus.ofWord(status),
                parameters.text("order_id", PaymentInstruction.MAX_ORDER_ID), parameters.text("reference", MAX_REFERENCE),
                parameters.text("provider", PaymentInstruction.MAX_PROVIDER),
                parameters.text("method", PaymentInstruction.MAX_METHOD), parameters.text("email", MAX_EMAIL),
                amounts(parameters), from, to, parameters.limit(), cursor == null ? null : PageCursor.decode(cursor));
    }

    /** An amount is one of a currency: 4999 minor units are 49.99 USD and 4999 JPY. */
    private static List<Money> amounts(Parameters parameters) {
        String amount = parameters.text("amount", MAX_AMOUNT);
        String currency = parameters.text("currency", MAX_CURRENCY);
        if (amount == null && currency == null) {
            return null;
        }
        if (amount == null) {
            throw Refusal.invalid("amount", "required", "currency needs an amount beside it.");
        }
        List<Money> amounts = new ArrayList<>();
        InvalidMoneyException wrong = null;
        for (String one : currency == null ? CurrencyExponents.knownCodes() : Set.of(currency)) {
            try {
                amounts.add(Money.of(amount, one));
            } catch (InvalidMoneyException e) {
                wrong = e;
            }
        }
        if (amounts.isEmpty()) {
            throw Refusal.invalid(wrong.rule().equals(InvalidMoneyException.CURRENCY_UNKNOWN) ? "currency" : "amount",
                    wrong.rule(), wrong.getMessage() + ".");
        }
        return amounts;
    }
}
