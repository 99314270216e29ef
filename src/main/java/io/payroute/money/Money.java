package io.payroute.money;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * An amount in the currency's minor units: 49.99 USD is {@code Money(4999, "USD")}, 4999 JPY is {@code Money(4999, "JPY")}.
 * Integers, so that no sum ever drifts; text is parsed exactly and never through binary floating point.
 *
 * <p>The type itself allows zero and negative money, since differences are money too. What comes from outside goes through
 * {@link #of}, {@link #ofMinor} or {@link #ofDouble}, which hold the rules of an amount that is paid or refunded. Retired money is
 * taken everywhere, since old payments are refunded and told of; only a new payment must be {@link #payable}.
 *
 * @param minor minor units
 * @param currency ISO 4217 code, upper case, known to {@link CurrencyExponents}
 */
public record Money(long minor, String currency) {

    /** The largest amount that can be paid, in minor units: 9,999,999,999.99 USD. A double still holds it exactly. */
    public static final long MAX_MINOR = 999_999_999_999L;

    /** @throws InvalidMoneyException rule {@code currency_unknown} */
    public Money {
        CurrencyExponents.of(currency);
    }

    /**
     * Reads an amount to be paid.
     *
     * @param text a number as JSON writes it ({@code 49.99}, {@code 5e3}), at most 40 characters, in major units
     * @param currency a code of {@link CurrencyExponents#knownCodes()}
     * @throws InvalidMoneyException with the first rule broken, in the order currency, number, positive, precision, size
     */
    public static Money of(String text, String currency) {
        int exponent = CurrencyExponents.of(currency);
        BigDecimal value = DecimalText.parse(text);
        requirePositive(value.signum());
        if (value.scale() > exponent) {
            throw precision(currency, exponent);
        }
        // Digits before the point; compared before anything is expanded, so that 1e999999999 costs nothing.
        long integerDigits = (long) value.precision() - value.scale();
        if (integerDigits + exponent > String.valueOf(MAX_MINOR).length()) {
            throw tooLarge();
        }
        return ofMinor(value.movePointRight(exponent).longValueExact(), currency);
    }

    /**
     * An amount to be paid, given in minor units.
     *
     * @throws InvalidMoneyException rule {@code currency_unknown}, {@code amount_not_positive} or {@code amount_too_large}
     */
    public static Money ofMinor(long minor, String currency) {
        CurrencyExponents.of(currency);
        requirePositive(Long.signum(minor));
        if (minor > MAX_MINOR) {
            throw tooLarge();
        }
        return new Money(minor, currency);
    }

    /**
     * An amount to be paid from an old client that can send nothing but a double. It is taken when it is the double nearest
     * to an amount of the currency (19.99 is), and refused when it is not (19.999 USD): it is never rounded.
     *
     * @param major major units
     * @throws InvalidMoneyException as {@link #of}
     */
    public static Money ofDouble(double major, String currency) {
        int exponent = CurrencyExponents.of(currency);
        if (!Double.isFinite(major)) {
            throw DecimalText.notANumber();
        }
        requirePositive((int) Math.signum(major));
        if (major > MAX_MINOR) {
            throw tooLarge();
        }
        BigDecimal nearest = new BigDecimal(major).setScale(exponent, RoundingMode.HALF_EVEN);
        if (nearest.doubleValue() != major) {
            throw precision(currency, exponent);
        }
        return ofMinor(nearest.unscaledValue().longValueExact(), currency);
    }

    /**
     * This money, as that of a new payment.
     *
     * @throws InvalidMoneyException rule {@code currency_unknown} when nobody pays in the currency any more
     */
    public Money payable() {
        CurrencyExponents.ofActive(currency);
        return this;
    }

    /**
     * An amount to be paid that a message may state in two ways, of which 0 is the one that was not set. One that states both must
     * mean the same by both: otherwise nobody knows what is to be paid.
     *
     * @throws InvalidMoneyException as {@link #of}; rule {@code amount_ambiguous} when they differ
     */
    public static Money ofEither(double major, long minor, String currency) {
        if (minor == 0) {
            return ofDouble(major, currency);
        }
        Money money = ofMinor(minor, currency);
        if (major != 0 && major != money.majorAsDouble()) {
            throw new InvalidMoneyException(InvalidMoneyException.AMBIGUOUS,
                    "amount and amount_minor must be the same amount of " + currency);
        }
        return money;
    }

    /** The exact amount in major units, with as many decimals as the currency has: 49.99, 4999, 4.999. */
    public BigDecimal toDecimal() {
        return BigDecimal.valueOf(minor, CurrencyExponents.of(currency));
    }

    /** {@link #toDecimal()} as plain text, without an exponent. */
    public String toDecimalText() {
        return toDecimal().toPlainString();
    }

    /** Major units for clients whose contract has only a double; {@link #ofDouble} reads it back exactly. */
    public double majorAsDouble() {
        return toDecimal().doubleValue();
    }

    private static void requirePositive(int signum) {
        if (signum <= 0) {
            throw new InvalidMoneyException(InvalidMoneyException.NOT_POSITIVE, "amount must be greater than 0");
        }
    }

    private static InvalidMoneyException precision(String currency, int exponent) {
        return new InvalidMoneyException(InvalidMoneyException.PRECISION,
                "amount has more decimals than " + currency + " allows (" + exponent + ")");
    }

    private static InvalidMoneyException tooLarge() {
        return new InvalidMoneyException(InvalidMoneyException.TOO_LARGE,
                "amount must be at most " + MAX_MINOR + " minor units");
    }
}
