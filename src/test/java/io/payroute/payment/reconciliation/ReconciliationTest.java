package io.payroute.payment.reconciliation;

import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;

class ReconciliationTest extends ReconciliationRoutes {

    @Test
    void shouldReportADisputeThatNoEventToldOf() throws Exception {
        // Given
        disputed = true;
        UUID unheard = ours("completed", 4999);
        theirs(unheard, "charge", "charged", 4999);
        UUID heard = ours("completed", 1000);
        theirs(heard, "charge", "charged", 1000);
        database.execute("UPDATE payment SET dispute_status = 'open', disputed_minor = 1000 WHERE id = ?", heard);
        settleAll();

        // When
        JsonObject run = reconcile(true);

        // Then
        assertThat(run.getJsonObject("differences").getMap()).isEqualTo(Map.of("dispute", 1));
        assertThat(database.value("SELECT payment_id || ' ' || effect FROM reconciliation_difference"))
                .isEqualTo(unheard + " not_repairable");
    }

    @Test
    void shouldFindNothingWhereTheBooksAgree() throws Exception {
        // Given
        theirs(ours("completed", 4999), "charge", "charged", 4999);
        theirs(ours("failed", 4002), "charge", "declined", 4002);
        UUID refunded = ours("completed", 1000);
        theirs(refunded, "charge", "charged", 1000);
        refund(refunded, 400);
        database.execute("UPDATE payment SET status = 'partially_refunded', refund_claimed_minor = 400, refunded_minor = 400 "
                + "WHERE id = ?", refunded);
        settleAll();

        // When
        JsonObject run = reconcile(false);

        // Then
        assertThat(run.getString("status")).isEqualTo("completed");
        assertThat(run.getLong("listed")).isEqualTo(3);
        assertThat(run.getJsonObject("differences")).isEmpty();
        assertThat(database.count("reconciliation_entry")).isZero();
    }

    @Test
    void shouldReportEveryKindOfDifference() throws Exception {
        // Given
        UUID missing = ours("completed", 100);
        UUID extra = UUID.randomUUID();
        theirs(extra, "charge", "charged", 200);
        UUID amount = ours("completed", 300);
        theirs(amount, "charge", "charged", 301);
        UUID status = ours("failed", 400);
        theirs(status, "charge", "charged", 400);
        UUID refund = ours("completed", 500);
        theirs(refund, "charge", "charged", 500);
        refund(refund, 50);
        UUID doubled = ours("completed", 600);
        theirs(doubled, "charge", "charged", 600);
        theirs(doubled, "charge", "charged", 600);
        settleAll();

        // When
        JsonObject run = reconcile(false);

        // Then
        assertThat(run.getJsonObject("differences").getMap()).isEqualTo(
                Map.of("missing", 1, "extra", 2, "amount", 1, "status", 1, "refund", 1));
        List<String> lines = Files.readAllLines(files().get(0));
        assertThat(lines).hasSize(7)
                .anyMatch(line -> line.startsWith("missing," + missing + ",,completed,,USD,,1.00,,1.00,,0.00"))
                .anyMatch(line -> line.startsWith("extra," + extra + ",sandbox_" + extra + ",,completed,,USD,,2.00"))
                .anyMatch(line -> line.startsWith("amount," + amount + ",") && line.contains(",3.00,3.01,"))
                .anyMatch(line -> line.startsWith("status," + status + ",") && line.contains(",failed,completed,"))
                .anyMatch(line -> line.startsWith("refund," + refund + ",") && line.contains(",0.00,0.50,"))
                .anyMatch(line -> line.startsWith("extra," + doubled + ",sandbox_" + doubled + "_"));
        assertThat(meters.get("payroute.reconciliation.differences").tag("provider", "sandbox").tag("kind", "extra").gauge()
                .value()).isEqualTo(2);
        assertThat(meters.get("payroute.reconciliation.last.success.seconds").tag("provider", "sandbox").gauge().value())
                .isPositive();
    }

    @Test
    void shouldNotCompareWhatIsOnItsWayOrOfAnotherDay() throws Exception {
        // Given
        UUID onItsWay = ours("completed", 100);
        ours("processing", 100);
        UUID yesterday = ours("completed", 100);
        theirs(UUID.randomUUID(), "charge", "charged", 200);
        database.execute("UPDATE sandbox_charge SET created_at = ?", DAY.minusSeconds(1));
        settleAll();
        database.execute("UPDATE payment SET updated_at = now() WHERE id = ?", onItsWay);
        database.execute("UPDATE provider_call SET started_at = ? WHERE payment_id = ?", DAY.minusSeconds(1), yesterday);

        // When
        JsonObject run = reconcile(false);

        // Then
        assertThat(run.getJsonObject("differences")).isEmpty();
    }

    @Test
    void shouldMatchAcrossTheEdgeOfThePeriod() throws Exception {
        // Given
        UUID payment = ours("completed", 100);
        theirs(payment, "charge", "charged", 100);
        settleAll();
        database.execute("UPDATE sandbox_charge SET created_at = ?", DAY.plus(Duration.ofDays(1)).plusSeconds(60));

        // When
        JsonObject run = reconcile(false);

        // Then
        assertThat(run.getJsonObject("differences")).isEmpty();
    }
}
