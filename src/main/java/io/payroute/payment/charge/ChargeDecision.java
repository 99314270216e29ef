package io.payroute.payment.charge;

import java.time.Duration;

import io.payroute.payment.model.PaymentStatus;

/**
 * What follows from the answer to a provider call.
 *
 * @param next the new state, or null when it stays
 * @param reason why, or null
 * @param delay until it is due again, or null when the work is done
 * @param chargeAgain true when it is due again to be charged: nothing was charged, provably
 * @param provider the provider that goes on, or null when it stays
 */
record ChargeDecision(PaymentStatus next, String reason, Duration delay, boolean chargeAgain, String provider) {

    /** The type of the event in the payment's history that tells of another provider; its detail has from, to and reason. */
    static final String FAILOVER = "provider.failover";

    ChargeDecision(PaymentStatus next, String reason, Duration delay, boolean chargeAgain) {
        this(next, reason, delay, chargeAgain, null);
    }
}
