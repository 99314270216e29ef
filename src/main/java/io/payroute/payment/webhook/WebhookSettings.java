package io.payroute.payment.webhook;

import java.time.Duration;
import java.util.List;

import org.eclipse.microprofile.config.Config;

import io.payroute.platform.EmailAddress;

/**
 * The keys {@code webhook.*} that decide how webhooks are delivered, checked together when the application starts.
 *
 * @param schedule pauses before each attempt; its length is the number of attempts
 * @param jitter by how much of itself a pause is made longer at most
 * @param retryAfterMax of the pause that a receiver requests, so much is granted
 * @param timeout of one exchange with a receiver
 * @param inFlight deliveries on their way at once, in this process
 * @param inFlightPerEndpoint of these to one endpoint
 * @param lease after which a delivery without a result is taken over
 * @param secretOverlap for which a replaced secret still signs
 * @param disableAfter for which an endpoint may fail
 * @param alertMail who is told of a disabled endpoint that names nobody; null for nobody
 */
public record WebhookSettings(List<Duration> schedule, double jitter, Duration retryAfterMax, Duration timeout, int inFlight,
        int inFlightPerEndpoint, Duration lease, Duration secretOverlap, Duration disableAfter, int maxEndpoints,
        String alertMail) {

    public WebhookSettings {
        check(!schedule.isEmpty(), "webhook.retry-schedule must name at least one pause, such as 0s,5s,5m");
        check(jitter >= 0 && jitter <= 1, "webhook.retry-jitter must be between 0 and 1");
        check(inFlight >= 1, "webhook.max-in-flight must be at least 1");
        check(inFlightPerEndpoint >= 1 && inFlightPerEndpoint <= inFlight,
                "webhook.max-in-flight-per-endpoint must be between 1 and webhook.max-in-flight");
        check(lease.compareTo(timeout.multipliedBy(3)) >= 0,
                "webhook.lease must be at least three times webhook.timeout, or a slow delivery would be sent twice");
        check(alertMail == null || EmailAddress.isValid(alertMail), "webhook.alert-mail must be one e-mail address");
    }

    static WebhookSettings of(Config config) {
        return new WebhookSettings(config.getValues("webhook.retry-schedule", Duration.class),
                config.getValue("webhook.retry-jitter", Double.class),
                config.getValue("webhook.retry-after-max", Duration.class), config.getValue("webhook.timeout", Duration.class),
                config.getValue("webhook.max-in-flight", Integer.class),
                config.getValue("webhook.max-in-flight-per-endpoint", Integer.class),
                config.getValue("webhook.lease", Duration.class), config.getValue("webhook.secret-overlap", Duration.class),
                config.getValue("webhook.disable-after", Duration.class),
                config.getValue("webhook.max-endpoints", Integer.class),
                config.getOptionalValue("webhook.alert-mail", String.class).orElse(null));
    }

    private static void check(boolean kept, String rule) {
        if (!kept) {
            throw new IllegalStateException(rule + ".");
        }
    }
}
