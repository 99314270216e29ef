package io.payroute.payment;

import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.payment.model.Payment;
import io.payroute.payment.query.FindPayments;
import io.payroute.platform.http.Waiters;

/**
 * Lets requests wait for what becomes of their payments: until it is known, not longer. A payment whose provider does not answer
 * has no outcome yet.
 */
@ApplicationScoped
public class PaymentOutcomes {

    private final Waiters<Payment> waiters;

    PaymentOutcomes(FindPayments findPayments, @ConfigProperty(name = "payment.process.max-waiting") int max,
            @ConfigProperty(name = "payment.process.poll-interval") Duration interval) {
        waiters = new Waiters<>("payment-outcomes", max, interval, findPayments::withOutcome);
    }

    /** @return empty when there is no outcome in time, or no room to wait */
    public CompletionStage<Optional<Payment>> await(UUID payment, Duration patience) {
        return waiters.await(payment, patience);
    }

    /** To be called with payments that changed state, after the commit. */
    public void changed(Collection<UUID> payments) {
        waiters.ended(payments);
    }

    @PreDestroy
    public void close() {
        waiters.close();
    }
}
