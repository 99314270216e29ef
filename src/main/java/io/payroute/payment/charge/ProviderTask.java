package io.payroute.payment.charge;

import java.time.Instant;
import java.util.UUID;

import io.payroute.payment.provider.ProviderCall;
import io.payroute.platform.LogSubject;
import io.payroute.platform.work.WorkTask;

/** Claimed work on its way through a provider route: a charge, or an operation after it. */
public interface ProviderTask extends WorkTask {

    /** Exchange property that holds the task. */
    String PROPERTY = "chargeTask";

    /** Exchange property: when the call began, as {@link System#nanoTime()}. */
    String CALLED = "chargeCalled";

    /** The key of its row. */
    UUID id();

    UUID paymentId();

    String provider();

    @Override
    default String key() {
        return provider();
    }

    @Override
    default String logIds() {
        return LogSubject.id("paymentId", paymentId()) + LogSubject.id("provider", provider());
    }

    @Override
    default String traceKey() {
        return id().toString();
    }

    /** True for a status query, false for the operation itself. */
    boolean statusQuery();

    /** How often the operation was sent, this time included. */
    int attempts();

    /** How often its outcome was queried, this time included. */
    int queries();

    /** When it was claimed, by the clock of the database. */
    Instant startedAt();

    ProviderCall call();
}
