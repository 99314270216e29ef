package io.payroute.money;

import java.util.Currency;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * How many decimals a currency has, by ISO 4217 as the JDK carries it: JPY 0, USD 2, KWD 3. One place answers this, because a
 * wrong exponent charges a hundred times too much.
 *
 * <p>Two questions are kept apart. <em>Known</em> codes can be stored and shown: retired currencies stay readable. <em>Active</em>
 * codes, the ones that some country uses today, can be paid in. Codes without minor units (XXX, XAU, XDR) and the test code
 * XTS are neither.
 */
public final class CurrencyExponents {

    private static final Set<String> NO_MONEY = Set.of("XXX", "XTS");
    private static final Map<String, Integer> KNOWN = known();
    private static final Set<String> ACTIVE = active();

    private CurrencyExponents() {
    }

    /**
     * The number of decimals of a known currency.
     *
     * @param currency an ISO 4217 code, upper case
     * @throws InvalidMoneyException rule {@code currency_unknown}
     */
    public static int of(String currency) {
        Integer exponent = currency == null ? null : KNOWN.get(currency);
        if (exponent == null) {
            throw unknown();
        }
        return exponent;
    }

    /**
     * The number of decimals of a currency that can be paid in today.
     *
     * @param currency an ISO 4217 code, upper case
     * @throws InvalidMoneyException rule {@code currency_unknown}
     */
    public static int ofActive(String currency) {
        if (currency == null || !ACTIVE.contains(currency)) {
            throw unknown();
        }
        return of(currency);
    }

    /** All codes that can be paid in today; cannot be changed. */
    public static Set<String> activeCodes() {
        return ACTIVE;
    }

    /** All codes that money may carry, retired ones included; cannot be changed. */
    public static Set<String> knownCodes() {
        return KNOWN.keySet();
    }

    private static InvalidMoneyException unknown() {
        return new InvalidMoneyException(InvalidMoneyException.CURRENCY_UNKNOWN,
                "currency must be an ISO 4217 code in upper case, such as USD");
    }

    private static Map<String, Integer> known() {
        Map<String, Integer> exponents = new HashMap<>();
        for (Currency currency : Currency.getAvailableCurrencies()) {
            if (currency.getDefaultFractionDigits() >= 0 && !NO_MONEY.contains(currency.getCurrencyCode())) {
                exponents.put(currency.getCurrencyCode(), currency.getDefaultFractionDigits());
            }
        }
        return Map.copyOf(exponents);
    }

    private static Set<String> active() {
        Set<String> codes = new HashSet<>();
        for (String country : Locale.getISOCountries()) {
            Currency currency = Currency.getInstance(new Locale("", country));
            if (currency != null && KNOWN.containsKey(currency.getCurrencyCode())) {
                codes.add(currency.getCurrencyCode());
            }
        }
        return Set.copyOf(codes);
    }
}
