package io.payroute.payment.webhook.delivery;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;

import io.payroute.payment.telling.TestEvents;
import io.payroute.platform.outbox.DeadLetters;
import io.payroute.platform.outbox.EventEnvelope;

import static io.payroute.payment.telling.TestEvents.id;
import static org.assertj.core.api.Assertions.assertThat;

class ForgedEventsTest extends ToldEvents {

    @Test
    void shouldTellNothingThatThisRoleDidNotWrite() throws Exception {
        // Given
        endpoint("enabled", null);
        Exchange ours = event("e1", "completed");
        Exchange changed = forged("e2", TestEvents.payload("completed"));
        TestEvents.write(database, "e2", TestEvents.payload("failed"));
        Exchange foreign = forged("e3", ours.getMessage().getBody(byte[].class));
        foreign.getMessage().setHeader("ce_source", "/shop".getBytes(StandardCharsets.UTF_8));

        // When
        Exchange batch = consume(forged("e4", ours.getMessage().getBody(byte[].class)), ours, changed, foreign);

        // Then
        assertThat(batch.getException()).isNull();
        assertThat(database.rows("SELECT event_id FROM webhook_delivery")).containsExactly(id("e1"));
        assertThat(database.rows("SELECT cause FROM dead_letter ORDER BY id")).hasSize(3)
                .filteredOn(cause -> cause.contains("never wrote this event")).hasSize(2);
        assertThat(database.rows("SELECT cause FROM dead_letter")).filteredOn(cause -> cause.contains("another content"))
                .hasSize(1);
        assertThat(commits).hasValue(1);
    }

    @Test
    void shouldTellNothingForgedThatAnOperatorReplays() throws Exception {
        // Given
        endpoint("enabled", null);
        Exchange forged = forged("e1", TestEvents.payload("completed"));
        consume(forged);
        new DeadLetters("payment", database.dataSource()).replay(List.of(1L));
        forged.getMessage().setHeader(EventEnvelope.REPLAY, "1");

        // When
        consume(forged);

        // Then
        assertThat(database.count("webhook_delivery")).isZero();
        assertThat(database.rows("SELECT attempts, replayed_at FROM dead_letter")).containsExactly("2 null");
    }

    @Test
    void shouldKeepTheDeadLetterOfAnEventWhoseIdIsForged() throws Exception {
        // Given
        endpoint("enabled", null);
        byte[] ours = "no protobuf".getBytes(StandardCharsets.UTF_8);
        consume(record("e1", ours));

        // When
        consume(forged("e1", TestEvents.payload("completed")));

        // Then
        assertThat(database.rows("SELECT payload FROM dead_letter WHERE event_id = ?", id("e1")))
                .containsExactly("\\x" + HexFormat.of().formatHex(ours));
        assertThat(database.rows("SELECT cause FROM dead_letter WHERE event_id = ?",
                EventEnvelope.idOfPosition("payment.status-updated", 0, 0, 0))).singleElement().asString()
                .contains("another content");
    }

    @Test
    void shouldTellWhatWasPublishedBeforeEventsWereNoted() throws Exception {
        // Given
        endpoint("enabled", null);
        UUID payment = partlyRefunded();
        database.execute("INSERT INTO announced_since VALUES (now())");
        database.execute("UPDATE payment SET refund_claimed_minor = 4999, refunded_minor = 4999, status = 'refunded'");

        // When
        consume(forged("e1", earlier(payment, "completed").build().toByteArray()),
                forged("e2", earlier(payment, "partially_refunded").setPreviousStatus("partially_refunded").build()
                        .toByteArray()),
                forged("e3", earlier(payment, "failed").build().toByteArray()),
                forged("e4", earlier(payment, "completed").setEmail("eve@example.com").build().toByteArray()),
                forged("e5", earlier(payment, "completed").setUserId("eve").build().toByteArray()),
                forged("e6", earlier(payment, "completed").setAmountMinor(1).build().toByteArray()),
                forged("e7", earlier(payment, "completed").setCurrency("E\0R").build().toByteArray()),
                forged("e8", earlier(payment, "completed").setUpdatedAt(Instant.MAX.toString()).build().toByteArray()),
                forged("e9", earlier(payment, "refunded").setPreviousStatus("partially_refunded").build().toByteArray()));

        // Then
        assertThat(database.rows("SELECT event_id FROM webhook_delivery")).containsExactlyInAnyOrder(id("e1"), id("e2"));
        assertThat(database.count("dead_letter")).isEqualTo(7);
    }
}
