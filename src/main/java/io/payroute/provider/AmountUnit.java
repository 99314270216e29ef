package io.payroute.provider;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

import io.payroute.money.CurrencyExponents;
import io.payroute.money.InvalidMoneyException;
import io.payroute.money.Money;

/**
 * How a provider writes amounts: declared, never guessed from their size.
 *
 * @param minor whole numbers of the smallest unit; otherwise decimals
 * @param decimals of currencies whose smallest unit is another for this provider than for ISO 4217
 */
public record AmountUnit(boolean minor, Map<String, Integer> decimals) {

    private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,20}(\\.[0-9]{1,10})?");

    /**
     * @param word {@code minor} or {@code major}
     * @param decimals {@code currency=decimals}, comma separated
     * @throws IllegalArgumentException for what can be neither
     */
    public static AmountUnit of(String word, String decimals) {
        if (!word.equals("minor") && !word.equals("major")) {
            throw new IllegalArgumentException("unit must be minor or major, but is '" + word + "'");
        }
        Map<String, Integer> own = new HashMap<>();
        EventKinds.pairs(decimals).forEach((currency, digits) -> own.put(currency, Integer.valueOf(digits)));
        return new AmountUnit(word.equals("minor"), Map.copyOf(own));
    }

    /** @return a whole number or a decimal; empty when the provider cannot write exactly this amount */
    public Optional<BigDecimal> write(Money money) {
        try {
            int digits = decimals(money.currency());
            return Optional.of(minor
                    ? money.toDecimal().movePointRight(digits).setScale(0, RoundingMode.UNNECESSARY)
                    : money.toDecimal().setScale(digits, RoundingMode.UNNECESSARY));
        } catch (ArithmeticException | IllegalArgumentException cannotBeWritten) {
            return Optional.empty();
        }
    }

    /** @throws UnreadableEvent when it is not exactly an amount to be paid in this currency */
    public Money money(String amount, String currency) throws UnreadableEvent {
        if (amount == null || currency == null || !DECIMAL.matcher(amount).matches()) {
            throw new UnreadableEvent("amount and currency must be there, and the amount a plain number");
        }
        String code = currency.toUpperCase(Locale.ROOT);
        try {
            BigDecimal value = new BigDecimal(amount);
            if (minor && value.scale() > 0) {
                throw new UnreadableEvent("the amount must be a whole number of minor units");
            }
            BigDecimal major = minor ? value.movePointLeft(decimals(code)) : value;
            return Money.of(major.signum() == 0 ? "0" : major.stripTrailingZeros().toPlainString(), code);
        } catch (InvalidMoneyException e) {
            throw new UnreadableEvent(e.getMessage());
        }
    }

    private int decimals(String currency) {
        Integer own = decimals.get(currency);
        return own == null ? CurrencyExponents.of(currency) : own;
    }
}
