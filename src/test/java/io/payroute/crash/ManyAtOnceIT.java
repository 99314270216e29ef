package io.payroute.crash;

import java.math.BigDecimal;
import java.sql.Connection;
import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import io.payroute.platform.sql.Sql;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;

/** A thousand payments at once, at a provider that takes its time and declines some. How long that takes is for the benchmark. */
class ManyAtOnceIT {

    private static final int PAYMENTS = 1_000;
    private static final Map<String, String> SLOW = Map.of("payment.provider.sandbox.latency-min", "2s",
            "payment.provider.sandbox.latency-max", "4s", "payment.provider.sandbox.decline-percent", "10",
            "payment.charge.lease", "30s");

    private record Sums(long payments, long completed, long failed, BigDecimal amount, BigDecimal captured) {
    }

    private static TestBed bed;

    @BeforeAll
    static void start() {
        bed = new TestBed("many");
        bed.launch(SLOW).awaitReady();
    }

    @AfterAll
    static void stop() {
        bed.close();
    }

    @Test
    void shouldEndAThousandPaymentsOfTheSameMomentOnceEach() throws Exception {
        // When
        Load load = bed.load("many", PAYMENTS, Duration.ZERO, TestBed.seed("ManyAtOnceIT"), Purchase::plain);

        // Then
        load.finish();
        bed.drain();
        bed.check("ManyAtOnceIT retries=" + load.retries());
        Sums stored = stored();
        assertThat(told()).isEqualTo(stored);
        assertThat(stored.payments()).isEqualTo(PAYMENTS);
        assertThat(stored.completed() + stored.failed()).isEqualTo(PAYMENTS);
        assertThat(stored.failed()).as("of them declined").isBetween(50L, 150L);
    }

    private static Sums told() {
        JsonObject stats = bed.get("/api/v1/payments/metrics/stats").getJsonObject("stats");
        return new Sums(stats.getLong("total_payments"), stats.getLong("completed_payments"), stats.getLong("failed_payments"),
                new BigDecimal(stats.getJsonObject("total_amount").getValue("USD").toString()).setScale(2),
                new BigDecimal(stats.getJsonObject("captured_amount").getValue("USD").toString()).setScale(2));
    }

    private static Sums stored() throws Exception {
        try (Connection payment = bed.connect("payment")) {
            return Sql.query(payment, """
                    SELECT count(*), count(*) FILTER (WHERE status = 'completed'), count(*) FILTER (WHERE status = 'failed'),
                      sum(amount_minor) / 100.0, sum(amount_minor) FILTER (WHERE status = 'completed') / 100.0 FROM payment""",
                    row -> new Sums(row.getLong(1), row.getLong(2), row.getLong(3), row.getBigDecimal(4).setScale(2),
                            row.getBigDecimal(5).setScale(2)))
                    .get(0);
        }
    }
}
