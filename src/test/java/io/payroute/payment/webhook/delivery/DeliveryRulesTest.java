package io.payroute.payment.webhook.delivery;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

import javax.net.ssl.SSLHandshakeException;

import org.apache.hc.core5.http.ProtocolException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.payment.webhook.TestWebhooks;
import io.payroute.payment.webhook.delivery.DeliveryResult.Outcome;
import io.payroute.payment.webhook.delivery.DeliveryRules.Answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class DeliveryRulesTest {

    private static final Instant NOW = Instant.parse("2026-11-21T04:00:00Z");

    private double random;
    private final DeliveryRules rules = new DeliveryRules(TestWebhooks.settings(), () -> random);

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 202, 204, 299})
    void shouldTakeEvery2xxForASuccess(int status) {
        // When
        DeliveryResult result = decide(0, new Answer(status, null, null));

        // Then
        assertThat(result.outcome()).isEqualTo(Outcome.DELIVERED);
        assertThat(result.error()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"301,redirect", "302,redirect", "307,redirect", "304,redirect", "400,refused", "401,refused", "404,refused",
            "429,refused", "500,refused", "503,refused", "100,refused"})
    void shouldTryAgainAfterEveryOtherAnswer(int status, String error) {
        // When
        DeliveryResult result = decide(0, new Answer(status, null, null));

        // Then
        assertThat(result.outcome()).isEqualTo(Outcome.AGAIN);
        assertThat(result.error()).isEqualTo(error);
        assertThat(result.statusCode()).isEqualTo(status);
    }

    @Test
    void shouldGiveUpAnEndpointThatIsGone() {
        // When
        DeliveryResult result = decide(0, new Answer(410, "5", null));

        // Then
        assertThat(result.outcome()).isEqualTo(Outcome.GONE);
        assertThat(result.error()).isEqualTo("gone");
    }

    @Test
    void shouldNameEveryFailureWithoutItsText() {
        assertThat(List.of(new SocketTimeoutException("x"), new UnknownHostException("x"), new ConnectException("x"),
                new SSLHandshakeException("x"), new ProtocolException("x"), new IOException("x"),
                new IllegalStateException("wrapped", new SocketTimeoutException()), new IllegalStateException("bug")))

                // When
                .extracting(failure -> decide(0, new Answer(null, null, failure)).error())

                // Then
                .containsExactly("timeout", "unknown_host", "no_connection", "tls_failed", "no_http", "connection_lost",
                        "timeout", "internal");
    }

    @Test
    void shouldKeepTheSchedule() {
        // When
        List<Duration> pauses = java.util.stream.IntStream.range(0, 9)
                .mapToObj(step -> decide(step, new Answer(500, null, null)).delay()).toList();

        // Then
        assertThat(pauses).containsExactly(Duration.ofSeconds(5), Duration.ofMinutes(5), Duration.ofMinutes(30),
                Duration.ofHours(2), Duration.ofHours(5), Duration.ofHours(10), Duration.ofHours(14), Duration.ofHours(20),
                Duration.ofHours(24));
        assertThat(decide(9, new Answer(500, null, null)).outcome()).isEqualTo(Outcome.FAILED);
    }

    @Test
    void shouldSpreadAttemptsByUpToTheJitter() {
        // Given
        random = 0.999;

        // When
        Duration pause = decide(1, new Answer(500, null, null)).delay();

        // Then
        assertThat(pause).isBetween(Duration.ofSeconds(329), Duration.ofSeconds(330));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"120|120", "'Sat, 21 Nov 2026 04:10:00 GMT'|600", "999999999|86400",
            "'Sat, 21 Nov 2099 04:10:00 GMT'|86400", "2|5", "0|5", "-7|5", "'Sat, 21 Nov 2020 04:10:00 GMT'|5", "soon|5",
            "''|5",
            "99999999999999999999|5", "1e9|5"})
    void shouldWaitAsLongAsAReceiverRequestsWithinBounds(String retryAfter, long seconds) {
        // When
        DeliveryResult result = decide(0, new Answer(503, retryAfter, null));

        // Then
        assertThat(result.delay()).isEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void shouldStopTheStartByALeaseThatASlowReceiverOutlives() {
        // When
        assertThatThrownBy(() -> TestWebhooks.settings(Duration.ofSeconds(15), Duration.ofSeconds(40)))

                // Then
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("webhook.lease");
    }

    private DeliveryResult decide(int step, Answer answer) {
        DueDelivery due = new DueDelivery(UUID.randomUUID(), UUID.randomUUID(), null, "event-1", "https://shop.example.com",
                "{}", 1, NOW, 0,
                step,
                null,
                List.of());
        return rules.decide(due, answer, NOW.minusSeconds(1), NOW);
    }
}
