package io.payroute.payment.telling;

import java.time.Duration;
import java.util.List;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

import org.apache.camel.builder.ThreadPoolProfileBuilder;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.util.concurrent.ThreadPoolRejectedPolicy;
import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.payment.model.PaymentRole;
import io.payroute.platform.outbox.Retention;
import io.quarkus.arc.Unremovable;

/** What the route that tells customers names and Camel cannot make by itself. */
public class TellingBeans {

    static final String CALLS = "notificationCalls";

    @Produces
    @Singleton
    @Unremovable
    @Named(CALLS)
    ThreadPoolProfile calls(@ConfigProperty(name = "notification.grpc.parallelism") int threads) {
        return profile(threads);
    }

    /** The threads that tell the events of one batch; what they cannot take, the consumer's thread does itself. */
    static ThreadPoolProfile profile(int threads) {
        return new ThreadPoolProfileBuilder(CALLS).poolSize(threads).maxPoolSize(threads).maxQueueSize(1000)
                .rejectedPolicy(ThreadPoolRejectedPolicy.CallerRuns).build();
    }

    /**
     * As long as the inbox: an event that both have forgotten is told to nobody again. After that time no event from before the
     * table is proven by its payment either.
     */
    @Produces
    @Unremovable
    Retention.Rules retention(@ConfigProperty(name = "retention.inbox") Duration age) {
        return () -> List.of(new Retention.Rule(PaymentRole.NAME, "announced_event",
                "announced_at < now() - make_interval(secs => ?)", age),
                new Retention.Rule(PaymentRole.NAME, "announced_since", "since < now() - make_interval(secs => ?)", age));
    }
}
