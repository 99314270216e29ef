package io.payroute.money;

/**
 * An amount or a currency that cannot be taken. It names the broken rule by a code that is part of the HTTP contract, so that
 * every edge (HTTP, gRPC, Kafka) can say the same thing in its own form. It knows no field: the caller knows which one it read.
 * The message is safe to show to a client; there is no stack trace, because a wrong amount is an answer and not a fault.
 */
public final class InvalidMoneyException extends IllegalArgumentException {

    /** Not a plain decimal number: blank, signed with plus, NaN, too long, or an exponent that cannot be read. */
    public static final String NOT_A_NUMBER = "amount_not_a_number";
    /** Zero or negative where something is to be paid. */
    public static final String NOT_POSITIVE = "amount_not_positive";
    /** More decimals than the currency has, trailing zeros included. */
    public static final String PRECISION = "amount_precision";
    /** Above {@link Money#MAX_MINOR}. */
    public static final String TOO_LARGE = "amount_too_large";
    /** Stated in two ways that differ. */
    public static final String AMBIGUOUS = "amount_ambiguous";
    /** Not an ISO 4217 code in upper case that has minor units. */
    public static final String CURRENCY_UNKNOWN = "currency_unknown";

    private static final long serialVersionUID = 1L;

    private final String rule;

    public InvalidMoneyException(String rule, String message) {
        super(message);
        this.rule = rule;
    }

    /** The code of the broken rule, one of the constants of this class. */
    public String rule() {
        return rule;
    }

    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}
