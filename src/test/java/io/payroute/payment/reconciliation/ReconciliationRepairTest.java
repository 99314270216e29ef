package io.payroute.payment.reconciliation;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;

class ReconciliationRepairTest extends ReconciliationRoutes {

    @Test
    void shouldRepairThroughTheStateMachineAlone() throws Exception {
        // Given
        UUID lost = ours("unknown", 100);
        theirs(lost, "charge", "charged", 100);
        UUID contradicted = ours("failed", 200);
        theirs(contradicted, "charge", "charged", 200);
        UUID refunded = ours("completed", 500);
        theirs(refunded, "charge", "charged", 500);
        refund(refunded, 50);
        UUID never = ours("unknown", 300);
        UUID amount = ours("completed", 600);
        theirs(amount, "charge", "charged", 601);
        settleAll();

        // When
        reconcile(true);

        // Then
        assertThat(state(lost)).isEqualTo("completed 100 0");
        assertThat(state(contradicted)).isEqualTo("failed 0 0");
        assertThat(state(refunded)).isEqualTo("partially_refunded 500 50");
        assertThat(state(never)).isEqualTo("failed 0 0");
        assertThat(state(amount)).isEqualTo("completed 600 0");
        assertThat(database.rows("SELECT payment_id, kind, effect FROM reconciliation_difference")).containsExactlyInAnyOrder(
                lost + " status applied", contradicted + " status conflict", refunded + " refund applied",
                never + " missing applied", amount + " amount not_repairable");
        assertThat(database.count("outbox")).isEqualTo(3);
    }

    @Test
    void shouldNotFailAPaymentWhoseChargeMayStillBeMade() throws Exception {
        // Given
        UUID recent = ours("unknown", 300);
        settleAll();
        database.execute("UPDATE provider_call SET started_at = now() - interval '24 hours'");
        database.execute(
                "UPDATE payment SET created_at = now() - interval '24 hours', updated_at = now() - interval '24 hours'");

        // When
        JsonObject run = reconcile(true, Instant.now().minus(Duration.ofDays(2)), Instant.now());

        // Then
        assertThat(run.getJsonObject("differences").getLong("missing")).isEqualTo(1);
        assertThat(state(recent)).isEqualTo("unknown 0 0");
    }

    @Test
    void shouldRepairNothingTwice() throws Exception {
        // Given
        UUID refunded = ours("completed", 500);
        theirs(refunded, "charge", "charged", 500);
        refund(refunded, 50);
        settleAll();
        reconcile(true);
        settleAll();

        // When
        JsonObject second = reconcile(true);

        // Then
        assertThat(state(refunded)).isEqualTo("partially_refunded 500 50");
        assertThat(second.getJsonObject("differences")).isEmpty();
        assertThat(database.count("payment_operation")).isEqualTo(1);
    }
}
