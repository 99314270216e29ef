package io.payroute.aggregator;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.payroute.money.Money;
import io.payroute.proto.payment.Payment;

/** A payment as one line, as a dry run says it: amounts in major units with the decimals of their currency. */
final class PaymentLine {

    private PaymentLine() {
    }

    static String of(Payment payment) {
        List<String> parts = new ArrayList<>();
        String currency = payment.getCurrency();
        parts.add(String.join(" ", payment.getProviderName(), payment.getId(),
                payment.getStatus().name().toLowerCase(Locale.ROOT), "(" + payment.getState() + ")",
                currency.isEmpty() ? "of no known amount" : amount(payment.getAmountMinor(), currency) + " " + currency));
        if (payment.getCapturedMinor() > 0) {
            parts.add("captured " + amount(payment.getCapturedMinor(), currency));
        }
        if (payment.getRefundedMinor() > 0) {
            parts.add("refunded " + amount(payment.getRefundedMinor(), currency));
        }
        if (!payment.getDispute().isEmpty()) {
            parts.add("dispute " + payment.getDispute());
        }
        if (!payment.getCustomerEmail().isEmpty()) {
            parts.add(payment.getCustomerEmail());
        }
        if (payment.getCreatedAt() != Instant.MAX.getEpochSecond()) {
            parts.add(Instant.ofEpochSecond(payment.getCreatedAt()).toString());
        }
        return String.join(", ", parts);
    }

    private static String amount(long minor, String currency) {
        return currency.isEmpty() ? minor + " minor units" : new Money(minor, currency).toDecimalText();
    }
}
