package io.payroute.payment.hook;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

import org.apache.camel.Exchange;

import io.payroute.money.Money;

/**
 * What a hook before the store or the charge gets of a payment. Optional values are null.
 *
 * @param provider null before the rules have chosen one
 * @param capture false to authorise only
 * @param attempt from 1, counted anew by each hook
 */
public record HookedPayment(UUID id, String userId, String email, String orderId, Money money, String method,
        String provider, boolean capture, int attempt) {

    /** Puts the payment into the exchange, in place of what is there. */
    public void offer(Exchange exchange) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("Id", id.toString());
        values.put("UserId", userId);
        values.put("Email", email);
        values.put("OrderId", orderId);
        values.put("Amount", money.toDecimal().toPlainString());
        values.put("AmountMinor", money.minor());
        values.put("Currency", money.currency());
        values.put("Method", method);
        values.put("Provider", provider);
        values.put("Capture", capture);
        values.put("Attempt", attempt);
        HookedExchange.offer(exchange, values);
    }
}
