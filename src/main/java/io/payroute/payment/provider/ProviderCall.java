package io.payroute.payment.provider;

import java.time.Duration;
import java.util.UUID;
import java.util.function.BiConsumer;

import io.payroute.money.Money;

/**
 * What a provider route gets as its body.
 *
 * @param operation {@link #CHARGE}, {@link #AUTHORIZE}, {@link #CAPTURE}, {@link #CANCEL}, {@link #REFUND} or {@link #STATUS}
 * @param queried for a status query the operation that it is about, otherwise null
 * @param key the idempotency key of the operation, the same for every repetition and for the status query; of a charge or an
 *        authorization the payment's id
 * @param reference the provider's own id of the payment; null until an answer has told it
 * @param money of the operation: a capture or a refund may be of a part
 * @param attempt from 1, counted for each operation
 * @param keyAge how long before the claim of this call the operation was sent first, of those times that may have reached the
 *        provider; null when that is not known
 * @param payer whose payment it is; null where only the payment's reference is needed
 * @param givenUp whether nobody waits for the customer any more, who has not confirmed the payment yet
 */
public record ProviderCall(String operation, String queried, String key, UUID paymentId, String reference, Money money,
        String method, int attempt, Duration keyAge, Payer payer, boolean givenUp) {

    public static final String CHARGE = "charge";
    public static final String AUTHORIZE = "authorize";
    public static final String CAPTURE = "capture";
    public static final String CANCEL = "cancel";
    public static final String REFUND = "refund";
    public static final String STATUS = "status";
    /** Exchange property that holds the call, whatever a provider's route makes of body and headers. */
    public static final String PROPERTY = "providerCall";
    /** Exchange property with the {@link System#nanoTime} after which a call must not begin; absent when there is no hurry. */
    public static final String UNTIL = "providerCallUntil";

    /** Stands in the property while a request is under way that can move no money and comes before the operation. */
    public static final String PREPARE = "prepare";

    /** As the payment was accepted with, so the same for every repetition. Optional values are null. */
    public record Payer(String userId, String email, String orderId) {

        /** What is printed says nothing of a person. */
        @Override
        public String toString() {
            return "payer";
        }
    }

    /** A call of which is not known when it was sent first. */
    public ProviderCall(String operation, String queried, String key, UUID paymentId, String reference, Money money,
            String method,
            int attempt) {
        this(operation, queried, key, paymentId, reference, money, method, attempt, null, null);
    }

    /** A call whose {@link Payer} is not needed. */
    public ProviderCall(String operation, String queried, String key, UUID paymentId, String reference, Money money,
            String method, int attempt, Duration keyAge) {
        this(operation, queried, key, paymentId, reference, money, method, attempt, keyAge, null);
    }

    /** A call for which nothing is given up. */
    public ProviderCall(String operation, String queried, String key, UUID paymentId, String reference, Money money,
            String method, int attempt, Duration keyAge, Payer payer) {
        this(operation, queried, key, paymentId, reference, money, method, attempt, keyAge, payer, false);
    }

    /** The request before this operation that can move no money. */
    public ProviderCall prepare() {
        return new ProviderCall(PREPARE, null, key, paymentId, reference, money, method, attempt, keyAge, payer);
    }

    /** The headers by which a provider's route chooses its step. @param header takes a name and a value */
    public void describe(BiConsumer<String, Object> header) {
        header.accept("operation", operation);
        if (queried != null) {
            header.accept("queried", queried);
        }
    }

    /** The status query for this operation. */
    public ProviderCall status(int query) {
        return new ProviderCall(STATUS, operation, key, paymentId, reference, money, method, query, keyAge, payer, givenUp);
    }
}
