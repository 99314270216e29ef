package io.payroute.payment.provider.stripe;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;

import io.payroute.money.CurrencyExponents;
import io.payroute.money.Money;

/**
 * Amounts as Stripe writes them. Its smallest unit is not always that of ISO 4217: MGA has no decimals there, ISK and UGX are
 * written with two that must be 00, and the last of three decimals must be 0. (HUF and TWD are special for payouts only.)
 *
 * @see <a href="https://docs.stripe.com/currencies">Supported currencies</a>
 */
final class StripeAmounts {

    private static final Set<String> ZERO = Set.of("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND",
            "VUV", "XAF", "XOF", "XPF");
    private static final Set<String> WRITTEN_WITH_TWO = Set.of("ISK", "UGX");
    private static final Set<String> THREE = Set.of("BHD", "JOD", "KWD", "OMR", "TND");

    private StripeAmounts() {
    }

    /** @return empty when Stripe cannot take the amount: its currency, or its last decimals */
    static Optional<String> of(Money money) {
        int decimals = decimals(money.currency());
        if (decimals < 0) {
            return Optional.empty();
        }
        try {
            BigDecimal amount = money.toDecimal().movePointRight(decimals).setScale(0, RoundingMode.UNNECESSARY);
            boolean taken = decimals < 3 || amount.remainder(BigDecimal.TEN).signum() == 0;
            return taken ? Optional.of(amount.toPlainString()) : Optional.empty();
        } catch (ArithmeticException moreDecimalsThanStripeTakes) {
            return Optional.empty();
        }
    }

    /**
     * @param currency as Stripe writes it, in lower case
     * @throws IllegalArgumentException when it is no amount of a currency that Stripe takes
     */
    static Money money(long amount, String currency) {
        String code = currency.toUpperCase(Locale.ROOT);
        int decimals = decimals(code);
        if (decimals < 0) {
            throw new IllegalArgumentException("Stripe has no currency " + code);
        }
        int exponent = CurrencyExponents.of(code);
        return new Money(BigDecimal.valueOf(amount, decimals).movePointRight(exponent).setScale(0, RoundingMode.HALF_UP)
                .longValueExact(), code);
    }

    /** @return null where it is no amount that moved */
    static Money moved(JsonNode amount, JsonNode currency) {
        try {
            return amount.asLong() > 0 ? money(amount.asLong(), currency.asText()) : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static int decimals(String currency) {
        if (ZERO.contains(currency)) {
            return 0;
        }
        if (THREE.contains(currency)) {
            return 3;
        }
        return WRITTEN_WITH_TWO.contains(currency) || CurrencyExponents.of(currency) == 2 ? 2 : -1;
    }
}
