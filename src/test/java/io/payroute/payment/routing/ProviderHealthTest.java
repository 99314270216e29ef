package io.payroute.payment.routing;

import java.time.Duration;
import java.util.Set;

import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;

import io.payroute.payment.model.ProviderOutcome;
import io.payroute.platform.health.HealthHandler;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;

class ProviderHealthTest {

    private static final ProviderOutcome SILENCE = new ProviderOutcome.Unanswered("a timeout of ada@example.com");
    private static final ProviderOutcome REFUSED = new ProviderOutcome.NotDone("connection refused");

    private final ProviderBreakers breakers = new ProviderBreakers(50, 20, Duration.ofMinutes(5));
    private final ProviderHealth health = new ProviderHealth(breakers, null, null);

    @Test
    void shouldBeDegradedAfterFiveFailuresInARow() {
        // Given
        record("stripe", 4, SILENCE);
        JsonObject before = told();

        // When
        record("stripe", 1, REFUSED);
        JsonObject told = told();

        // Then
        assertThat(before.getString("status")).isEqualTo("healthy");
        assertThat(told.getString("status")).isEqualTo("degraded");
        JsonObject stripe = told.getJsonObject("providers").getJsonObject("stripe");
        assertThat(stripe.getString("cause")).isEqualTo("not_done, connection refused");
        assertThat(stripe.getInteger("failures")).isEqualTo(5);
        assertThat(stripe.getString("breaker")).isEqualTo("not open");
    }

    @Test
    void shouldForgetTheFailuresOfAProviderThatAnswersAgain() {
        // Given
        record("stripe", 7, SILENCE);

        // When
        record("stripe", 1, new ProviderOutcome.Declined("insufficient_funds"));

        // Then
        assertThat(breakers.troubles()).isEmpty();
    }

    @Test
    void shouldNotCountAStatusQueryThatFindsNothing() {
        // When
        for (int i = 0; i < 9; i++) {
            breakers.record("stripe", true, REFUSED);
        }

        // Then
        assertThat(breakers.troubles()).isEmpty();
    }

    @Test
    void shouldNameAProviderWhoseBreakerIsOpenThoughItAnswersNowAndThen() {
        // When
        for (int i = 0; i < 10; i++) {
            breakers.record("stripe", false, new ProviderOutcome.Completed("ch_1"));
            breakers.record("stripe", false, SILENCE);
        }
        breakers.record("sandbox", false, new ProviderOutcome.Completed("ch_2"));

        // Then
        assertThat(breakers.troubles()).containsOnlyKeys("stripe");
        assertThat(breakers.troubles().get("stripe").open()).isTrue();
        assertThat(told().getJsonObject("providers").getJsonObject("stripe").getString("breaker")).isEqualTo("open");
    }

    @Test
    void shouldSayInTheCheckWhatFailsAndStayUp() {
        // Given
        record("stripe", 20, SILENCE);

        // When
        HealthCheckResponse check = ProviderHealth.check(breakers.troubles(), Set.of("sandbox", "stripe"));

        // Then
        assertThat(check.getStatus()).isEqualTo(Status.UP);
        assertThat(check.getData().orElseThrow()).containsEntry("sandbox", "ok").containsEntry(HealthHandler.DEGRADED, true);
        assertThat(check.getData().orElseThrow().get("stripe")).asString()
                .startsWith("does not answer: 20 calls in a row failed")
                .contains("the last one: unanswered, a timeout of ***", "breaker open").doesNotContain("ada@");
    }

    private JsonObject told() {
        JsonObject told = new JsonObject().put("status", "healthy");
        health.addTo(told);
        return told;
    }

    private void record(String provider, int times, ProviderOutcome outcome) {
        for (int i = 0; i < times; i++) {
            breakers.record(provider, false, outcome);
        }
    }
}
