package io.payroute.payment.query;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.payroute.money.Money;
import io.payroute.payment.model.PaymentStatus;
import io.payroute.platform.sql.Sql;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;

/** Whatever payments are searched by, an index finds them: in a table that is small, and in one that has grown. */
class SearchPlansTest {

    private static final int MANY = 30_000;
    private static final Instant TIME = Instant.parse("2026-11-20T00:00:00Z");
    private static final List<PaymentQuery> QUERIES = List.of(query("order-7", null, null, null, null, null, null),
            query(null, "ref-7", null, null, null, null, null), query(null, null, "adyen", null, null, null, null),
            query(null, null, null, "sepa", null, null, null), query(null, null, null, null, "u7@example.com", null, null),
            query(null, null, null, null, "U7@Example.com", null, null),
            query(null, null, null, null, null, List.of(new Money(700, "EUR")), null),
            query(null, null, null, null, null, List.of(new Money(7, "JPY"), new Money(700, "EUR"), new Money(700, "USD"),
                    new Money(7000, "KWD")), null),
            query(null, null, null, null, null, null, TIME),
            query("order-7", "ref-7", "adyen", "sepa", "u7@example.com", List.of(new Money(700, "EUR")), TIME));

    private static final TestDatabase SMALL = TestDatabase.create();
    private static final TestDatabase GROWN = TestDatabase.create();

    @BeforeAll
    static void fill() {
        fill(SMALL, 100);
        fill(GROWN, MANY);
    }

    @Test
    void shouldFindPaymentsByAnIndexHoweverManyThereAre() throws Exception {
        for (PaymentQuery query : QUERIES) {
            // When
            String ofFew = plan(SMALL, query);
            String ofMany = plan(GROWN, query);

            // Then
            assertThat(ofMany).as(query + "\n" + ofMany).doesNotContain("Seq Scan");
            // All that is read on the way to a page: a whole table of a hundred payments is three pages.
            assertThat(buffers(ofFew)).as(query + "\n" + ofFew).isLessThan(200);
            assertThat(buffers(ofMany)).as(query + "\n" + ofMany).isLessThan(200);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FAILED", "UNKNOWN", "CANCELLED", "PENDING", "PROCESSING", "COMPLETED"})
    void shouldFindPaymentsInAnyStateWithoutReadingAll(PaymentStatus status) throws Exception {
        // When
        String plan = plan(GROWN, new PaymentQuery(null, status, null, null, null, null, null, null, null, null, 20, null));

        // Then
        assertThat(buffers(plan)).as(plan).isLessThan(300);
    }

    private static String plan(TestDatabase database, PaymentQuery query) throws SQLException {
        FindPayments.Search search = FindPayments.Search.of(query);
        return String.join("\n", Sql.query(database.dataSource(), "EXPLAIN (ANALYZE, BUFFERS) " + search.sql(),
                row -> row.getString(1), search.parameters()));
    }

    /** Pages that the whole statement has read, without those of the catalogue that the planner reads. */
    private static int buffers(String plan) {
        return plan.split("Planning:")[0].lines().filter(line -> line.contains("Buffers: ")).findFirst().stream()
                .flatMap(line -> Pattern.compile("(?:hit|read)=([0-9]+)").matcher(line).results())
                .mapToInt(match -> Integer.parseInt(match.group(1))).sum();
    }

    /** One in as many payments as there are has what is searched, and its state. */
    private static void fill(TestDatabase database, int count) {
        database.execute("ALTER TABLE payment DISABLE TRIGGER payment_status_insert");
        database.execute(
                "INSERT INTO payment (id, user_id, amount_minor, currency, method, provider, email, order_id, created_at, status) "
                        + "SELECT gen_random_uuid(), 'user-' || i % 50, 100 * i, 'EUR', CASE WHEN i = 7 THEN 'sepa' ELSE 'card' END, "
                        + "CASE WHEN i = 7 THEN 'adyen' ELSE 'stripe' END, 'u' || i || '@example.com', 'order-' || i, "
                        + "'2026-11-01'::timestamptz + make_interval(secs => i), "
                        + "CASE i WHEN 7 THEN 'failed' WHEN 9 THEN 'unknown' ELSE 'completed' END FROM generate_series(1, ?) AS i",
                count);
        database.execute("ALTER TABLE payment ENABLE TRIGGER payment_status_insert");
        database.execute("INSERT INTO payment_transition (payment_id, from_status, to_status) "
                + "SELECT id, 'pending', 'processing' FROM payment UNION ALL SELECT id, 'processing', status FROM payment");
        database.execute("INSERT INTO provider_call (payment_id, provider, operation, attempt, outcome, detail, started_at, "
                + "ended_at) SELECT id, provider, 'charge', 1, 'completed', 'ref-' || amount_minor / 100, now(), now() FROM payment");
        database.execute("VACUUM ANALYZE");
    }

    private static PaymentQuery query(String order, String reference, String provider, String method, String email,
            List<Money> amounts, Instant from) {
        return new PaymentQuery(null, null, order, reference, provider, method, email, amounts, from, null, 20, null);
    }
}
