package io.payroute.payment.reconciliation;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import io.payroute.platform.Refusal;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
    void shouldKeepAFindingOpenUntilItIsRepairedOrGoneOrClosed() throws Exception {
        // Given
        UUID repaired = ours("unknown", 100);
        theirs(repaired, "charge", "charged", 100);
        UUID amount = ours("completed", 600);
        theirs(amount, "charge", "charged", 601);
        UUID settled = ours("completed", 700);
        theirs(settled, "charge", "charged", 701);
        settleAll();
        ReconciliationFindings findings = new ReconciliationFindings(databases);

        // When
        UUID first = UUID.fromString(reconcile(true).getString("id"));
        List<String> openAfterTheFirst = open();
        database.execute("UPDATE sandbox_charge SET amount_minor = 600 WHERE amount_minor = 601");
        settleAll();
        UUID second = UUID.fromString(reconcile(false).getString("id"));
        List<String> openAfterTheSecond = open();
        long finding = Long.parseLong(database.value("SELECT id FROM reconciliation_difference WHERE closed_at IS NULL"));
        findings.close(second, finding, "desk", "refunded 0.01 there");

        // Then
        assertThat(openAfterTheFirst).containsExactlyInAnyOrder(first + " " + amount, first + " " + settled);
        assertThat(openAfterTheSecond).containsExactly(second + " " + settled);
        assertThat(open()).isEmpty();
        assertThat(findings.openByRun()).isEmpty();
        assertThat(findings.first(second, 5)).singleElement().satisfies(one -> assertThat(one.getString("closed_by") + ": "
                + one.getString("closed_reason")).isEqualTo("desk: refunded 0.01 there"));
        assertThatThrownBy(() -> findings.close(second, finding, "desk", "again")).isInstanceOf(Refusal.class);
    }

    private static List<String> open() {
        return database.rows("SELECT reconciliation_id, payment_id FROM reconciliation_difference WHERE closed_at IS NULL");
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
