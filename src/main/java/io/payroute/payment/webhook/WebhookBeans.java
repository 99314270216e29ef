package io.payroute.payment.webhook;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

import org.apache.hc.client5.http.classic.HttpClient;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.payment.model.PaymentRole;
import io.payroute.platform.access.GuardedHttpClient;
import io.payroute.platform.access.OutboundGuard;
import io.payroute.platform.access.SecretBox;
import io.payroute.platform.outbox.Retention;
import io.payroute.platform.work.Backlog;
import io.payroute.platform.work.QueueSamples;
import io.quarkus.arc.Unremovable;
import io.quarkus.runtime.StartupEvent;

/**
 * What webhooks are made of and the routes name: their settings, the HTTP client, the data format, what is watched of
 * them and their retention. Settings that cannot be right stop the start.
 * <p>
 * An embedded installation on loopback may send to receivers on the same machine, over http and without a key to seal secrets.
 * Everywhere else that takes a word in the configuration.
 */
@ApplicationScoped
public class WebhookBeans {

    private static final int MAX_ANSWER = 16 * 1024;
    private static final List<String> LOOPBACK = List.of("127.0.0.0/8", "::1/128");

    void check(@Observes StartupEvent started, WebhookSettings settings, OutboundGuard guard, SecretBox secrets) {
        // That they could be made is the check.
    }

    @Produces
    @Singleton
    WebhookSettings settings(Config config) {
        return WebhookSettings.of(config);
    }

    @Produces
    @Singleton
    OutboundGuard guard(Config config) {
        boolean local = local(config);
        try {
            return new OutboundGuard(config.getOptionalValue("webhook.allow-http", Boolean.class).orElse(local),
                    config.getOptionalValues("webhook.allowed-addresses", String.class).orElse(local ? LOOPBACK : List.of()));
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException("webhook.allowed-addresses: " + e.getMessage() + ".");
        }
    }

    @Produces
    @Singleton
    SecretBox secrets(Config config) {
        return new SecretBox("webhook.secrets-key", config.getOptionalValue("webhook.secrets-key", String.class).orElse(""),
                local(config));
    }

    /** As for tokens: an embedded installation that others can reach gets no privileges. */
    private static boolean local(Config config) {
        try {
            return !config.getOptionalValue("payroute.mode", String.class).orElse("embedded").equals("external")
                    && InetAddress.getByName(config.getValue("quarkus.http.host", String.class)).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    @Produces
    @Singleton
    @Unremovable
    @Named("webhookHttpClient")
    HttpClient client(OutboundGuard guard, WebhookSettings settings) {
        return GuardedHttpClient.build(guard, settings.inFlight(), settings.timeout(), MAX_ANSWER);
    }

    /** Endpoints that were disabled because nothing could be delivered. */
    @Produces
    @Unremovable
    QueueSamples.Watched disabled() {
        return new QueueSamples.Watched(PaymentRole.NAME, "webhook-endpoints-disabled", new Backlog(
                "webhook_endpoint WHERE status = 'disabled' AND disabled_reason <> 'owner'", "disabled_at"));
    }

    @Produces
    @Unremovable
    Retention.Rules retention(@ConfigProperty(name = "retention.webhook-deliveries") Duration age) {
        return () -> List.of(
                new Retention.Rule(PaymentRole.NAME, "webhook_delivery",
                        "status <> 'pending' AND created_at < now() - make_interval(secs => ?)", age),
                new Retention.Rule(PaymentRole.NAME, "webhook_old_secret", "until < now() - make_interval(secs => ?)",
                        Duration.ZERO));
    }
}
