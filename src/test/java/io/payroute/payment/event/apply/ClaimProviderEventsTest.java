package io.payroute.payment.event.apply;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultExchange;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.payroute.payment.PaymentQueues;
import io.payroute.payment.event.DueEvent;
import io.payroute.platform.work.WakeUps;
import io.payroute.provider.ProviderEvent.Effect;

import static org.assertj.core.api.Assertions.assertThat;

class ClaimProviderEventsTest extends SettlingEvents {

    @Test
    void shouldUndoAndTryAgainAfterAFailure() throws Exception {
        // Given
        insertPayment();
        failure = new SQLException("unavailable", "08006");
        received("e1", "COMPLETED", "1 second");

        // When
        dispatch();

        // Then
        Awaitility.await().atMost(20, TimeUnit.SECONDS)
                .untilAsserted(
                        () -> assertThat(database.value("SELECT status || ' ' || coalesce(detail, '') FROM provider_event"))
                                .isEqualTo("waiting SQLException: unavailable"));
        assertThat(database.value("SELECT description FROM payment")).isEqualTo("null");
    }

    @ParameterizedTest
    @CsvSource({"-2", "2"})
    void shouldWaitByTheClockOfTheDatabase(long minutesAhead) throws Exception {
        // Given
        database.clockAhead(Duration.ofMinutes(minutesAhead));
        effect = Effect.NOT_YET;
        insertPayment();
        received("e1", "COMPLETED", "1 second");

        // When
        dispatch();

        // Then
        Awaitility.await().atMost(20, TimeUnit.SECONDS).untilAsserted(
                () -> assertThat(database.value("SELECT kind, due_at BETWEEN now() AND now() + interval '1 min' "
                        + "FROM provider_event")).isEqualTo("completed t"));
    }

    @ParameterizedTest
    @CsvSource({"-2, 71:59, waiting", "2, 71:59, waiting", "-2, 72:01, unmatched", "2, 72:01, unmatched"})
    void shouldGiveUpByTheClockOfTheDatabase(long minutesAhead, String ago, String status) throws Exception {
        // Given
        database.clockAhead(Duration.ofMinutes(minutesAhead));
        effect = Effect.NOT_YET;
        insertPayment();
        received("e1", "COMPLETED", ago);

        // When
        dispatch();

        // Then
        Awaitility.await().atMost(20, TimeUnit.SECONDS).untilAsserted(
                () -> assertThat(database.value("SELECT kind, status FROM provider_event")).isEqualTo("completed " + status));
    }

    @Test
    void shouldCallWhatFailsForEverFailed() throws Exception {
        // Given
        failure = new NullPointerException("bug");
        received("e1", "COMPLETED", "73 hours");

        // When
        dispatch();

        // Then
        settled("e1", "failed null null t null");
    }

    @Test
    void shouldChangeNothingByAClaimThatWasTakenOver() throws Exception {
        // Given
        received("e1", "COMPLETED", "1 second");
        UUID id = UUID.fromString(database.value("SELECT id FROM provider_event"));
        database.execute("UPDATE provider_event SET attempts = 2");
        Exchange late = new DefaultExchange(context);
        late.setProperty(DueEvent.PROPERTY,
                new DueEvent(id, "sandbox", "e1", "COMPLETED".getBytes(StandardCharsets.UTF_8), 1, Duration.ZERO));
        late.getMessage().setBody(late.getProperty(DueEvent.PROPERTY));
        new Reading().read(late);
        AtomicInteger woken = new AtomicInteger();
        Runnable wake = woken::incrementAndGet;
        WakeUps.add(PaymentQueues.WEBHOOKS, wake);

        // When
        settle.apply(late);

        // Then
        WakeUps.remove(PaymentQueues.WEBHOOKS, wake);
        assertThat(woken).hasValue(0);
        assertThat(applied).isEmpty();
        assertThat(database.value("SELECT status FROM provider_event")).isEqualTo("waiting");
    }

    @Test
    void shouldClaimEachEventOnce() throws Exception {
        // Given
        for (int i = 0; i < 50; i++) {
            received("e" + i, "COMPLETED", "1 second");
        }

        // When
        for (int i = 0; i < 20; i++) {
            dispatch();
        }

        // Then
        Awaitility.await().atMost(20, TimeUnit.SECONDS).untilAsserted(() -> {
            dispatch();
            assertThat(database.value("SELECT count(*) FROM provider_event WHERE status = 'applied'")).isEqualTo("50");
        });
        assertThat(applied).hasSize(50);
    }
}
