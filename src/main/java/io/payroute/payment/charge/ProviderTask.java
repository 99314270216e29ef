package io.payroute.payment.charge;

import java.time.Instant;
import java.util.UUID;

import io.payroute.payment.provider.ProviderCall;

/** Claimed work on its way through a provider route: a charge, or an operation after it. */
public interface ProviderTask {

    /** Exchange property that holds the task. */
    String PROPERTY = "chargeTask";

    /** The key of its row. */
    UUID id();

    UUID paymentId();

    String provider();

    /** True for a status query, false for the operation itself. */
    boolean ask();

    /** How often the operation was sent, this time included. */
    int attempts();

    /** How often its outcome was asked for, this time included. */
    int queries();

    /** When it was claimed, by the clock of the database. */
    Instant startedAt();

    /** The {@link System#nanoTime} after which the call must not begin: it could outlast the lease. */
    long callUntil();

    ProviderCall call();
}
