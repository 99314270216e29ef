package io.payroute.payment;

import java.time.Instant;

import io.payroute.payment.model.Payment;
import io.payroute.payment.model.PaymentStatus;
import io.payroute.payment.provider.ProviderCall;

/**
 * A claimed charge on its way through the provider route.
 *
 * @param payment as it was read by the claim
 * @param ask true for a status query, false for a charge
 * @param attempts charges sent so far, this one included
 * @param queries status queries sent so far, this one included
 * @param callUntil the {@link System#nanoTime} after which the call must not begin: it could outlast the lease
 */
record ChargeTask(Payment payment, boolean ask, int attempts, int queries, Instant startedAt, long callUntil) {

    static final String PROPERTY = "chargeTask";

    /** The state that this task found or made: it is what the settlement compares with. */
    PaymentStatus status() {
        return payment.status() == PaymentStatus.PENDING ? PaymentStatus.PROCESSING : payment.status();
    }

    /** The key is the payment's id: fixed before the first call, the same in every retry. */
    ProviderCall call() {
        ProviderCall call = new ProviderCall(payment.capture() ? ProviderCall.CHARGE : ProviderCall.AUTHORIZE, null,
                payment.id().toString(), payment.id(), payment.providerReference(), payment.money(), payment.method(),
                attempts);
        return ask ? call.status(queries) : call;
    }
}
