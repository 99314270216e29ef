package io.payroute.payment.query;

import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.payroute.messaging.Sql;
import io.payroute.money.Money;
import io.payroute.payment.model.PaymentStatus;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;

/** Whatever payments are looked for by, an index finds them: in a table that is small, and in one that has grown. */
class SearchPlansTest {

    private static final int MANY = 100_000;
    private static final Instant TIME = Instant.parse("2026-11-20T00:00:00Z");
    private static final List<PaymentQuery> QUERIES = List.of(query("order-7", null, null, null, null, null, null),
            query(null, "ref-7", null, null, null, null, null), query(null, null, "adyen", null, null, null, null),
            query(null, null, null, "sepa", null, null, null), query(null, null, null, null, "u7@example.com", null, null),
            query(null, null, null, null, null, new Money(700, "EUR"), null), query(null, null, null, null, null, null, TIME),
            query("order-7", "ref-7", "adyen", "sepa", "u7@example.com", new Money(700, "EUR"), TIME));

    private final TestDatabase database = TestDatabase.create();

    @Test
    void shouldFindPaymentsByAnIndexHoweverManyThereAre() throws Exception {
        // Given
        fill(100);
        plans(false);

        // When
        fill(MANY);

        // Then
        plans(true);
    }

    @ParameterizedTest
    @EnumSource(names = {"FAILED", "UNKNOWN", "CANCELLED", "PENDING", "PROCESSING", "COMPLETED"})
    void shouldFindPaymentsInAnyStateWithoutReadingAll(PaymentStatus status) throws Exception {
        // Given
        fill(MANY);
        database.execute("UPDATE payment SET status = 'processing'");
        database.execute("UPDATE payment SET status = CASE amount_minor WHEN 700 THEN 'failed' WHEN 900 THEN 'unknown' "
                + "ELSE 'completed' END");
        database.execute("VACUUM ANALYZE");
        PaymentQuery query = new PaymentQuery(null, status, null, null, null, null, null, null, null, null, 20, null);
        FindPayments.Search search = FindPayments.Search.of(query);

        // When
        String plan = String.join("\n", Sql.query(database.dataSource(), "EXPLAIN (ANALYZE, BUFFERS) " + search.sql(),
                row -> row.getString(1), search.parameters()));

        // Then
        assertThat(buffers(plan)).as(plan).isLessThan(300);
    }

    private void plans(boolean grown) throws Exception {
        for (PaymentQuery query : QUERIES) {
            FindPayments.Search search = FindPayments.Search.of(query);
            String plan = String.join("\n", Sql.query(database.dataSource(), "EXPLAIN (ANALYZE, BUFFERS) " + search.sql(),
                    row -> row.getString(1), search.parameters()));
            if (grown) {
                assertThat(plan).as(query + "\n" + plan).doesNotContain("Seq Scan");
            }
            // All that is read on the way to a page: a whole table of a hundred payments is three pages.
            assertThat(buffers(plan)).as(query + "\n" + plan).isLessThan(200);
        }
    }

    /** Pages that the whole statement has looked at. */
    private static int buffers(String plan) {
        return plan.lines().filter(line -> line.contains("Buffers: ")).findFirst().stream()
                .flatMap(line -> Pattern.compile("(?:hit|read)=([0-9]+)").matcher(line).results())
                .mapToInt(match -> Integer.parseInt(match.group(1))).sum();
    }

    /** One in as many payments as there are has what is looked for. */
    private void fill(int count) {
        database.clear();
        database.execute(
                "INSERT INTO payment (id, user_id, amount_minor, currency, method, provider, email, order_id, created_at) "
                        + "SELECT gen_random_uuid(), 'user-' || i % 50, 100 * i, 'EUR', CASE WHEN i = 7 THEN 'sepa' ELSE 'card' END, "
                        + "CASE WHEN i = 7 THEN 'adyen' ELSE 'stripe' END, 'u' || i || '@example.com', 'order-' || i, "
                        + "'2026-11-01'::timestamptz + make_interval(secs => i) FROM generate_series(1, ?) AS i",
                count);
        database.execute("INSERT INTO provider_call (payment_id, provider, operation, attempt, outcome, detail, started_at, "
                + "ended_at) SELECT id, provider, 'charge', 1, 'completed', 'ref-' || amount_minor / 100, now(), now() FROM payment");
        database.execute("ANALYZE payment, provider_call");
    }

    private static PaymentQuery query(String order, String reference, String provider, String method, String email,
            Money amount,
            Instant from) {
        return new PaymentQuery(null, null, order, reference, provider, method, email, amount, from, null, 20, null);
    }
}
