package io.payroute.payment.event;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;

import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.payment.model.PaymentRole;
import io.payroute.platform.kafka.RoleTopics;
import io.payroute.platform.outbox.Retention;
import io.payroute.platform.work.Backlog;
import io.payroute.platform.work.QueueSamples;
import io.quarkus.arc.Unremovable;

/**
 * Measures and cleans the providers' events. A row is also what makes a repetition harmless, so it must outlive the longest time
 * for which a provider repeats: 30 days, Adyen's.
 */
@ApplicationScoped
class ProviderEventUpkeep {

    private static final Duration LONGEST_REPETITION = Duration.ofDays(30);

    private static final Pattern SECRETS = Pattern.compile("provider[._]([a-z0-9_-]+)[._]webhook[._-]secrets");
    private static final String SANDBOX = "sandbox";

    /** Events that are to be applied, those that wait for their payment included. */
    @Produces
    @Unremovable
    QueueSamples.Watched waiting() {
        return new QueueSamples.Watched(PaymentRole.NAME, "provider-events-waiting",
                new Backlog("provider_event WHERE status = 'waiting'", "waiting_since"), false);
    }

    /** Events that need an operator. */
    @Produces
    @Unremovable
    QueueSamples.Watched open() {
        return new QueueSamples.Watched(PaymentRole.NAME, "provider-events-open",
                new Backlog("provider_event WHERE " + FindProviderEvents.OPEN,
                        "applied_at"));
    }

    @Produces
    @Unremovable
    RoleTopics topics(Config config, @ConfigProperty(name = "topic.payments-raw") String raw,
            @ConfigProperty(name = "payment.provider.default") String provider) {
        Set<String> providers = providers(config.getPropertyNames());
        if (provider.equals(SANDBOX)) {
            providers.add(SANDBOX);
        }
        return new RoleTopics(PaymentRole.NAME, List.of(), providers.stream().map(name -> raw + "." + name).toList());
    }

    /**
     * @param keys of the configuration, variables among them
     * @return the providers that are let in, since they have secrets; no provider's name has an underscore, and no variable's a hyphen
     */
    private static Set<String> providers(Iterable<String> keys) {
        Set<String> providers = new TreeSet<>();
        for (String key : keys) {
            Matcher secrets = SECRETS.matcher(key.toLowerCase(Locale.ROOT));
            if (secrets.matches()) {
                providers.add(secrets.group(1).replace('_', '-'));
            }
        }
        return providers;
    }

    /** @throws IllegalStateException when events would be forgotten before their providers stop repeating them */
    @Produces
    @Unremovable
    Retention.Rules providerEvents(@ConfigProperty(name = "retention.provider-events") Duration age) {
        if (age.compareTo(LONGEST_REPETITION) < 0) {
            throw new IllegalStateException("retention.provider-events is " + age.toDays()
                    + " days; it must be at least 30, because providers repeat their events for so long.");
        }
        return () -> List.of(new Retention.Rule(PaymentRole.NAME, "provider_event",
                "received_at < now() - make_interval(secs => ?) AND status <> 'waiting'", age));
    }
}
