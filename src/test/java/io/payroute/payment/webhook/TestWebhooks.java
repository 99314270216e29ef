package io.payroute.payment.webhook;

import java.time.Duration;
import java.util.List;
import java.util.UUID;

import io.payroute.platform.Ids;
import io.payroute.platform.access.SecretBox;
import io.payroute.testing.TestDatabase;

/** Settings, endpoints and deliveries as tests need them. */
public final class TestWebhooks {

    public static final SecretBox SECRETS = new SecretBox("webhook.secrets-key", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
            false);
    private static final List<Duration> SCHEDULE = List.of(Duration.ZERO, Duration.ofSeconds(5), Duration.ofMinutes(5),
            Duration.ofMinutes(30), Duration.ofHours(2), Duration.ofHours(5), Duration.ofHours(10), Duration.ofHours(14),
            Duration.ofHours(20), Duration.ofHours(24));

    private TestWebhooks() {
    }

    public static WebhookSettings settings() {
        return settings(Duration.ofSeconds(15), Duration.ofSeconds(60));
    }

    public static WebhookSettings settings(Duration timeout, Duration lease) {
        return new WebhookSettings(SCHEDULE, 0.1, Duration.ofHours(24), timeout, 8, 2, lease, Duration.ofHours(24),
                Duration.ofDays(5), 3, "ops@example.com");
    }

    /** @return the id of a new endpoint that wants everything */
    public static UUID endpoint(TestDatabase database, String url, WebhookSecret secret) {
        UUID id = Ids.next();
        database.execute("INSERT INTO webhook_endpoint (id, owner, url, secret) VALUES (?, 'shop', ?, ?)", id, url,
                secret.seal(SECRETS, id));
        return id;
    }

    /** @return the id of a new delivery that is due */
    public static UUID delivery(TestDatabase database, UUID endpoint) {
        UUID id = Ids.next();
        database.execute("INSERT INTO webhook_delivery (id, endpoint_id, payment_id, event_id, type, payload) "
                + "VALUES (?, ?, ?, ?, 'payment.completed', '{\"type\":\"payment.completed\"}')", id, endpoint, Ids.next(),
                id.toString());
        return id;
    }
}
