package io.payroute.money;

import java.math.BigDecimal;

/**
 * The grammar of a JSON number (RFC 8259, section 6) for amounts. {@link BigDecimal} alone is too generous: it takes a plus
 * sign, {@code .5}, {@code 5.} and the digits of every script. Nothing is expanded here, so a huge exponent is cheap.
 */
final class DecimalText {

    /** Longer texts are refused unread. */
    static final int MAX_LENGTH = 40;

    private DecimalText() {
    }

    /** @throws InvalidMoneyException rule {@code amount_not_a_number} */
    static BigDecimal parse(String text) {
        if (text == null || text.isEmpty() || text.length() > MAX_LENGTH || !isJsonNumber(text)) {
            throw notANumber();
        }
        try {
            return new BigDecimal(text);
        } catch (NumberFormatException exponentBeyondInt) {
            throw notANumber();
        }
    }

    static InvalidMoneyException notANumber() {
        return new InvalidMoneyException(InvalidMoneyException.NOT_A_NUMBER,
                "amount must be a decimal number of at most " + MAX_LENGTH + " characters, such as 49.99");
    }

    private static boolean isJsonNumber(String text) {
        int start = text.charAt(0) == '-' ? 1 : 0;
        int at = digits(text, start);
        if (at == start || (text.charAt(start) == '0' && at > start + 1)) {
            return false;
        }
        if (at < text.length() && text.charAt(at) == '.') {
            int fraction = at + 1;
            at = digits(text, fraction);
            if (at == fraction) {
                return false;
            }
        }
        if (at < text.length() && (text.charAt(at) | 0x20) == 'e') {
            int exponent = at + 1;
            if (exponent < text.length() && (text.charAt(exponent) == '+' || text.charAt(exponent) == '-')) {
                exponent++;
            }
            at = digits(text, exponent);
            if (at == exponent) {
                return false;
            }
        }
        return at == text.length();
    }

    /** The first index at or after {@code from} that is no ASCII digit. */
    private static int digits(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        return at;
    }
}
