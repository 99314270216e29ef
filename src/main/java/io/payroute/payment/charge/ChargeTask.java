package io.payroute.payment.charge;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

import io.payroute.payment.model.Payment;
import io.payroute.payment.model.PaymentStatus;
import io.payroute.payment.provider.ProviderCall;
import io.payroute.payment.routing.ProviderTries;
import io.payroute.platform.LogSubject;

/**
 * A claimed charge.
 *
 * @param payment as it was read by the claim, at the provider that it is claimed for
 * @param keyAge how long ago the first charge was sent of those that may have reached the provider; null when that is not known
 * @param rule that chose the provider, null when the caller did
 * @param tries the calls before this one; none are read where an answer is missing
 * @param unreleased what the hook before the charge must be asked first; null when there is nothing to be asked
 * @param givenUp whether the customer is not to confirm it any more
 */
public record ChargeTask(Payment payment, boolean statusQuery, int attempts, int queries, Instant startedAt,
        Duration keyAge, String rule, ProviderTries tries, Unreleased unreleased, boolean givenUp)
        implements
            ProviderTask {

    /**
     * A charge that is not marked as sent.
     *
     * @param until the end of the claim, which no other claim shares
     * @param failures how often the hook could not decide
     */
    record Unreleased(Instant until, int failures) {
    }

    /** A task that no hook is asked about. */
    public ChargeTask(Payment payment, boolean statusQuery, int attempts, int queries, Instant startedAt,
            Duration keyAge, String rule, ProviderTries tries) {
        this(payment, statusQuery, attempts, queries, startedAt, keyAge, rule, tries, null, false);
    }

    /** A task without another provider. */
    public ChargeTask(Payment payment, boolean statusQuery, int attempts, int queries, Instant startedAt) {
        this(payment, statusQuery, attempts, queries, startedAt, null, null, ProviderTries.NONE);
    }

    /** The same, once it is marked as sent. */
    ChargeTask released() {
        return new ChargeTask(payment, statusQuery, attempts, queries, startedAt, keyAge, rule, tries);
    }

    @Override
    public String logIds() {
        return ProviderTask.super.logIds() + LogSubject.id("orderId", payment.orderId());
    }

    @Override
    public UUID id() {
        return payment.id();
    }

    @Override
    public UUID paymentId() {
        return payment.id();
    }

    @Override
    public String provider() {
        return payment.provider();
    }

    /** The state that this task found or made: it is what the settlement compares with. */
    PaymentStatus status() {
        return payment.status() == PaymentStatus.PENDING ? PaymentStatus.PROCESSING : payment.status();
    }

    /** The key is the payment's id: fixed before the first call, the same in every retry. */
    @Override
    public ProviderCall call() {
        ProviderCall call = new ProviderCall(payment.capture() ? ProviderCall.CHARGE : ProviderCall.AUTHORIZE, null,
                payment.id().toString(), payment.id(), payment.providerReference(), payment.money(), payment.method(),
                attempts, keyAge, new ProviderCall.Payer(payment.userId(), payment.email(), payment.orderId()), givenUp);
        return statusQuery ? call.status(queries) : call;
    }
}
