package io.payroute.payment.access;

import java.time.Duration;
import java.util.List;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.payment.model.PaymentRole;
import io.payroute.platform.outbox.Retention;
import io.quarkus.arc.Unremovable;

/** Rows of access that have done their duty: keys that ended long ago, buckets that are full again. */
@ApplicationScoped
class AccessUpkeep {

    private static final Duration BUCKETS = Duration.ofMinutes(1);

    @Produces
    @Unremovable
    Retention.Rules rules(@ConfigProperty(name = "retention.api-keys-ended") Duration keys) {
        return () -> List.of(
                new Retention.Rule(PaymentRole.NAME, "api_key",
                        "least(revoked_at, expires_at) < now() - make_interval(secs => ?)", keys),
                new Retention.Rule(PaymentRole.NAME, "rate_limit_bucket",
                        "expires_at < 1000 * extract(epoch FROM now() - make_interval(secs => ?))", BUCKETS));
    }
}
