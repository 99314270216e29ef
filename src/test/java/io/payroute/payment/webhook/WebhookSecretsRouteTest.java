package io.payroute.payment.webhook;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;

import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;

import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;

class WebhookSecretsRouteTest extends EndpointRoutes {

    @Test
    void shouldKeepNoSecretOfADeletedEndpoint() {
        // Given
        String id = made().getString("id");
        TestWebhooks.delivery(database, UUID.fromString(id));
        call("rotate", null, Map.of("id", id));

        // When
        Exchange answer = call("delete", null, Map.of("id", id));

        // Then
        assertThat(status(answer)).isEqualTo(204);
        assertThat(status(get(id, "shop"))).isEqualTo(404);
        assertThat(status(call("delete", null, Map.of("id", id)))).isEqualTo(404);
        assertThat(database.rows("SELECT status, secret FROM webhook_endpoint")).containsExactly("deleted null");
        assertThat(database.count("webhook_old_secret")).isZero();
        assertThat(database.value("SELECT status FROM webhook_delivery")).isEqualTo("discarded");
    }

    @Test
    void shouldLetTheOldSecretSignForAWhileAfterARotation() {
        // Given
        JsonObject made = made();
        Map<String, Object> request = Map.of("id", made.getString("id"), "Idempotency-Key", "r1");

        // When
        JsonObject rotated = endpoint(call("rotate", null, request));
        JsonObject repeated = endpoint(call("rotate", null, request));

        // Then
        assertThat(rotated.getString("secret")).startsWith("whsec_").isNotEqualTo(made.getString("secret"));
        assertThat(repeated).isEqualTo(rotated);
        assertThat(database.rows("SELECT until BETWEEN now() + interval '23 h' AND now() + interval '25 h' "
                + "FROM webhook_old_secret")).containsExactly("t");
        assertThat(secret("SELECT secret FROM webhook_old_secret", made)).isEqualTo(made.getString("secret"));
        assertThat(secret("SELECT secret FROM webhook_endpoint", made)).isEqualTo(rotated.getString("secret"));
        assertThat(rotated.getString("previous_secret_until")).isNotNull();
    }

    @Test
    void shouldKeepTheFirstSecretForItsTimeWhenASecondRotationFollows() {
        // Given
        JsonObject made = made();
        call("rotate", null, Map.of("id", made.getString("id")));
        database.execute("UPDATE webhook_old_secret SET until = now() + interval '1 min'");

        // When
        JsonObject second = endpoint(call("rotate", null, Map.of("id", made.getString("id"))));

        // Then
        assertThat(database.count("webhook_old_secret")).isEqualTo(2);
        assertThat(secret("SELECT secret FROM webhook_old_secret WHERE until < now() + interval '2 min'", made))
                .isEqualTo(made.getString("secret"));
        assertThat(secret("SELECT secret FROM webhook_endpoint", made)).isEqualTo(second.getString("secret"));
        assertThat(Instant.parse(second.getString("previous_secret_until"))).isAfter(Instant.now().plus(23, ChronoUnit.HOURS));
    }

    @Test
    void shouldRefuseARotationThatWouldMakeTooManySignatures() {
        // Given
        JsonObject made = made();
        Map<String, Object> request = Map.of("id", made.getString("id"));
        IntStream.range(0, WebhookEndpoints.MOST_OLD_SECRETS).forEach(i -> call("rotate", null, request));

        // When
        Exchange answer = call("rotate", null, request);

        // Then
        assertThat(status(answer)).isEqualTo(409);
        database.execute("UPDATE webhook_old_secret SET until = now() WHERE ctid = (SELECT max(ctid) FROM webhook_old_secret)");
        assertThat(status(call("rotate", null, request))).isEqualTo(200);
    }

    @Test
    void shouldTellHowLongAnOldSecretSignsByTheClockOfTheDatabase() {
        // Given
        JsonObject made = made();
        Map<String, Object> request = Map.of("id", made.getString("id"), "Idempotency-Key", "r1");
        database.clockAhead(Duration.ofDays(-3));
        call("rotate", null, request);

        // When
        JsonObject signing = endpoint(call("get", null, request));
        database.execute("UPDATE webhook_old_secret SET until = now()");
        JsonObject over = endpoint(call("get", null, request));

        // Then
        assertThat(signing.containsKey("previous_secret_until")).isTrue();
        assertThat(over.containsKey("previous_secret_until")).isFalse();
    }
}
