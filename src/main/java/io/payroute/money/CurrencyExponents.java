package io.payroute.money;

import java.util.Currency;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * How many decimals a currency has, by ISO 4217: JPY 0, USD 2, KWD 3. One place answers this, because a wrong exponent charges a
 * hundred times too much.
 *
 * <p>Two questions are kept apart. <em>Active</em> codes can be paid in: the money of list one, written down here, so that the
 * age of the JDK decides nothing. <em>Known</em> codes can be stored and shown, refunded and told of: active ones, and what was
 * money once, as the JDK remembers it. What nobody can pay with ({@link #NO_MONEY}) is neither.
 *
 * <p>Source: ISO 4217 list one (SIX Group, maintenance agency), with all amendments up to number 180 of 2025-09-22; looked at
 * 2026-11-26. Its latest changes: ANG to XCG (2025-03-31), CUC, SLL and ZWL withdrawn, ZWG added (2024-06-25), BGN to EUR
 * (2026-01-01).
 */
public final class CurrencyExponents {

    private static final String WITHOUT_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF";
    private static final String WITH_THREE = "BHD IQD JOD KWD LYD OMR TND";
    private static final String WITH_TWO = """
            AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP
            CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES
            KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK
            NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB
            TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD XCG YER ZAR ZMW ZWG""";

    /**
     * Codes of the standard that are refused on purpose: funds and units of account (XAD is the Arab Monetary Fund's), VED, which
     * is for inside the Central Bank of Venezuela only, metals, drawing rights, bond market units, tests and nothing at all.
     */
    private static final Set<String> NO_MONEY = words("BOV CHE CHW CLF COU MXV USN USS UYI UYW XAD VED XAG XAU XPD XPT XBA "
            + "XBB XBC XBD XDR XFO XFU XSU XUA XTS XXX");
    private static final Map<String, Integer> ACTIVE = active();
    private static final Map<String, Integer> KNOWN = known();

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
        Integer exponent = currency == null ? null : ACTIVE.get(currency);
        if (exponent == null) {
            throw unknown();
        }
        return exponent;
    }

    /** All codes that can be paid in today; cannot be changed. */
    public static Set<String> activeCodes() {
        return ACTIVE.keySet();
    }

    /** All codes that money may carry, retired ones included; cannot be changed. */
    public static Set<String> knownCodes() {
        return KNOWN.keySet();
    }

    private static InvalidMoneyException unknown() {
        return new InvalidMoneyException(InvalidMoneyException.CURRENCY_UNKNOWN,
                "currency must be the ISO 4217 code of money in use, in upper case, such as USD");
    }

    private static Map<String, Integer> active() {
        Map<String, Integer> exponents = new HashMap<>();
        words(WITHOUT_DECIMALS).forEach(code -> exponents.put(code, 0));
        words(WITH_TWO).forEach(code -> exponents.put(code, 2));
        words(WITH_THREE).forEach(code -> exponents.put(code, 3));
        return Map.copyOf(exponents);
    }

    private static Map<String, Integer> known() {
        Map<String, Integer> exponents = new HashMap<>();
        for (Currency currency : Currency.getAvailableCurrencies()) {
            if (currency.getDefaultFractionDigits() >= 0 && !NO_MONEY.contains(currency.getCurrencyCode())) {
                exponents.put(currency.getCurrencyCode(), currency.getDefaultFractionDigits());
            }
        }
        exponents.putAll(ACTIVE);
        return Map.copyOf(exponents);
    }

    private static Set<String> words(String text) {
        return Set.of(text.split("\\s+"));
    }
}
