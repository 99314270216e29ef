package io.payroute.payment.reconciliation;

import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;

import io.payroute.payment.provider.ProviderListing;
import io.payroute.payment.provider.TestSandbox;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;

class ReconciliationRunTest extends ReconciliationRoutes {

    @Test
    void shouldGoOnWhereAKilledProcessStopped() throws Exception {
        // Given
        for (int i = 0; i < 501; i++) {
            theirs(UUID.randomUUID(), "charge", "charged", 100);
        }
        settleAll();
        create(false, DAY, DAY.plus(Duration.ofDays(1)));
        Reconciliation claimed = runs.claim(60).orElseThrow();
        runs.listed(claimed, TestSandbox.listing(databases).list(new ProviderListing.Query(DAY,
                DAY.plus(Duration.ofDays(1)), null)));
        database.execute("UPDATE reconciliation SET due_at = now()");

        // When
        JsonObject run = finish();

        // Then
        assertThat(run.getLong("listed")).isEqualTo(501);
        assertThat(run.getJsonObject("differences").getLong("extra")).isEqualTo(501);
        assertThat(listed).as("pages read after the restart").isEqualTo(1);
    }

    @Test
    void shouldTryARunAgainLaterWhenTheProviderIsUnavailable() throws Exception {
        // Given
        listFails = true;
        create(false, DAY, DAY.plus(Duration.ofDays(1)));

        // When
        JsonObject run = finish();

        // Then
        assertThat(run.getString("status")).isEqualTo("running");
        assertThat(run.getString("reason")).contains("the provider is unavailable");
        assertThat(database.rows("SELECT failures, due_at > now() FROM reconciliation")).containsExactly("1 t");
    }

    @Test
    void shouldMakeOneRunADayWhateverTheNumberOfProcesses() throws Exception {
        // Given
        database.clockAhead(Duration.between(Instant.now(), NOON));
        List<RunReconciliations> processes = List.of(runner("11:55"), runner("11:55"), runner("12:05"));

        // When
        processes.parallelStream().forEach(RunReconciliations::plan);

        // Then
        finish();
        assertThat(database.rows("SELECT provider, from_at = ?, to_at = ?, requested_by, status FROM reconciliation",
                DAY.minus(Duration.ofDays(1)), DAY)).containsExactly("sandbox t t schedule completed");
    }

    @Test
    void shouldMakeNoRunBeforeItsTimeByTheClockOfTheDatabase() {
        // Given
        database.clockAhead(Duration.between(Instant.now(), NOON));
        RunReconciliations process = runner("12:05");

        // When
        process.plan();

        // Then
        assertThat(database.count("reconciliation")).isZero();
    }

    @Test
    void shouldMakeOneRunOfARepeatedRequest() throws Exception {
        // Given
        String first = create(false, DAY, NOON);

        // When
        Exchange second = request(false, DAY, NOON);

        // Then
        assertThat(second.getMessage().getHeader("Idempotent-Replayed")).isEqualTo("true");
        assertThat(second.getMessage().getBody(String.class)).contains(first);
        assertThat(database.count("reconciliation")).isEqualTo(1);
    }

    @Test
    void shouldShowReportsToOperatorsOnly() throws Exception {
        // Given
        String id = create(false, DAY, NOON);
        finish();

        // When
        List<Integer> codes = new ArrayList<>();
        for (String verb : List.of("create", "list", "get", "file")) {
            codes.add(context.createProducerTemplate().send("direct:" + verb, exchange -> {
                exchange.getMessage().setHeader("id", id);
                exchange.getMessage().setHeader("X-Payroute-User", "user-1");
            }).getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class));
        }

        // Then
        assertThat(codes).containsOnly(403).hasSize(4);
    }

    @Test
    void shouldServeTheReportOfAnotherProcess() throws Exception {
        // Given
        String id = create(false, DAY, NOON);
        finish();
        Files.delete(files().get(0));

        // When
        Exchange answer = context.createProducerTemplate().send("direct:file",
                exchange -> exchange.getMessage().setHeader("id", id));

        // Then
        assertThat(answer.getMessage().getHeader("Content-Type")).isEqualTo("text/csv; charset=utf-8");
        assertThat(answer.getMessage().getBody(String.class)).startsWith("kind,payment_id,");
    }
}
