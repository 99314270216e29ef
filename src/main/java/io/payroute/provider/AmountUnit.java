package io.payroute.provider;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
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
record AmountUnit(boolean minor, Map<String, Integer> decimals) {

    private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,20}(\\.[0-9]{1,10})?");

    /** @throws UnreadableEvent when it is not exactly an amount to be paid in this currency */
    Money money(String amount, String currency) throws UnreadableEvent {
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
