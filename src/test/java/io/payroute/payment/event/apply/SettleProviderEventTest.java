package io.payroute.payment.event.apply;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.payroute.provider.ProviderEvent.Effect;

import static org.assertj.core.api.Assertions.assertThat;

class SettleProviderEventTest extends SettlingEvents {

    @ParameterizedTest
    @CsvSource({"APPLIED, applied", "NO_EFFECT, no_effect", "CONFLICT, conflict"})
    void shouldRecordWhatCameOfAnEvent(Effect of, String status) throws Exception {
        // Given
        effect = of;
        insertPayment();
        received("e1", "COMPLETED", "1 second");

        // When
        dispatch();

        // Then
        settled("e1", status + " completed " + payment + " t null");
        assertThat(applied).containsExactly(payment);
    }

    @Test
    void shouldSayWhichFactMetWhichState() throws Exception {
        // Given
        effect = Effect.CONFLICT;
        insertPayment();
        received("e1", "COMPLETED", "1 second");

        // When
        dispatch();

        // Then
        settled("e1", "conflict completed " + payment + " t null");
        assertThat(database.value("SELECT detail FROM provider_event"))
                .matches("the payment is \\w+ here, and by this event: money of another currency");
    }

    @Test
    void shouldListEveryEventOfATypeThatNobodyDeclared() throws Exception {
        // Given
        insertPayment();
        received("e1", "UNDECLARED", "1 second");
        received("e2", "UNDECLARED", "1 second");

        // When
        dispatch();

        // Then
        settled("e1", "undeclared undeclared " + payment + " t null");
        settled("e2", "undeclared undeclared " + payment + " t null");
        assertThat(database.rows("SELECT detail FROM provider_event"))
                .containsOnly("the provider's route declares no any");
        Awaitility.await().untilAsserted(() -> assertThat(meters.counter("payroute.provider.events.settled", "provider",
                "sandbox", "status", "undeclared").count()).isEqualTo(2));
    }

    @Test
    void shouldKeepAnEarlyEventUntilItsPaymentIsThere() throws Exception {
        // Given
        effect = Effect.NOT_YET;
        received("e1", "COMPLETED", "1 second");
        dispatch();
        settled("e1", "waiting completed null f t");
        assertThat(
                database.value("SELECT due_at BETWEEN now() + interval '20s' AND now() + interval '70s' FROM provider_event"))
                .isEqualTo("t");
        insertPayment();
        effect = Effect.APPLIED;
        database.execute("UPDATE provider_event SET due_at = now()");

        // When
        dispatch();

        // Then
        settled("e1", "applied completed " + payment + " t null");
    }

    @Test
    void shouldGiveUpWhatNeverMatchesAndKeepItToBeFound() throws Exception {
        // Given
        effect = Effect.NOT_YET;
        received("e1", "COMPLETED", "73 hours");

        // When
        dispatch();

        // Then
        settled("e1", "unmatched completed null t null");
        assertThat(database.value("SELECT detail FROM provider_event")).contains("no payment");
    }

    @Test
    void shouldPutAsideWhatCannotBeReadAndApplyTheRest() throws Exception {
        // Given
        received("e1", "unreadable", "1 second");
        received("e2", "COMPLETED", "1 second");

        // When
        dispatch();

        // Then
        settled("e1", "unreadable null null t null");
        settled("e2", "applied completed null t null");
    }

    @Test
    void shouldRecordWhatChangesNothing() throws Exception {
        // Given
        received("e1", "OTHER", "1 second");

        // When
        dispatch();

        // Then
        settled("e1", "no_effect other null t null");
    }
}
