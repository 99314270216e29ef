package io.payroute.aggregator;

import java.sql.SQLException;
import java.util.List;
import java.util.TreeSet;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;

import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.platform.Refusal;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.http.Parameters;
import io.payroute.platform.sql.Sql;
import io.payroute.proto.payment.GetPaymentRequest;
import io.payroute.proto.payment.ListPaymentsRequest;
import io.payroute.proto.payment.Payment;
import io.payroute.proto.payment.PaymentList;
import io.payroute.proto.payment.TopicList;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * Reads what is known of providers' payments.
 * <p>
 * A list goes by the number of the event that a payment was known by, which never changes: what arrives while somebody pages is newer
 * than his first page, and no payment is on two pages. Its rows come from one index, a short range for each provider and state that
 * there is ({@code payment_total}), so the tenth million costs what the first ten did. The total is the sum of these few rows.
 */
@ApplicationScoped
@Named("aggregatedPayments")
public class FindPayments {

    static final String COLUMNS = PaymentRows.COLUMNS + ", p.processed_at, p.first_seq, p.seq, p.status ";
    static final String GET = "SELECT " + COLUMNS
            + "FROM payment p WHERE p.payment_id = ? AND (?::text IS NULL OR p.provider = ?) ORDER BY p.provider LIMIT 1";
    static final String LIST = "SELECT " + COLUMNS + """
            FROM payment_total t CROSS JOIN LATERAL (
              SELECT * FROM payment WHERE provider = t.provider AND status = t.status AND first_seq < ?
              ORDER BY first_seq DESC LIMIT ?) p
            WHERE t.total > 0 AND (?::text IS NULL OR t.provider = ?) AND (?::text IS NULL OR t.status = ?)
            ORDER BY p.first_seq DESC LIMIT ?""";
    private static final String TOTAL = "SELECT coalesce(sum(total), 0) FROM payment_total t "
            + "WHERE (?::text IS NULL OR t.provider = ?) AND (?::text IS NULL OR t.status = ?)";
    private static final String TOPICS = "SELECT topic FROM raw_topic ORDER BY topic";

    private static final int DEFAULT_LIMIT = 10;
    private static final int MAX_LIMIT = 100;
    private static final int MAX_ID = 255;

    /** @param next where the next one begins, null on the last one */
    private record Page(List<Payment> payments, String next, long total) {
    }

    private record Listed(Payment payment, long firstSeq) {
    }

    private final DataSource dataSource;
    private final String topic;

    @Inject
    FindPayments(RoleDatabases databases, @ConfigProperty(name = "topic.payments-raw") String topic) {
        this(databases.of(AggregatorRole.NAME), topic);
    }

    FindPayments(DataSource dataSource, String topic) {
        this.dataSource = dataSource;
        this.topic = topic;
    }

    /** @throws Refusal 404 when no event has told of it */
    public Payment get(@Body GetPaymentRequest request) throws SQLException {
        if (request.getPaymentId().isBlank() || request.getPaymentId().length() > MAX_ID) {
            throw Refusal.invalid("payment_id", "required", "payment_id must have 1 to " + MAX_ID + " characters.");
        }
        String provider = request.getProviderName().isEmpty() ? null : request.getProviderName();
        return Sql
                .query(dataSource, GET, PaymentRows::message, request.getPaymentId(), provider,
                        provider)
                .stream().findFirst().orElseThrow(() -> Refusal.notFound("No event has told of a payment with this id."));
    }

    /** @throws Refusal for a limit below 0, or a cursor that is none */
    public PaymentList list(@Body ListPaymentsRequest request) throws SQLException {
        if (request.getLimit() < 0) {
            throw Refusal.invalid("limit", "range", "limit must be 0 or more.");
        }
        int limit = request.getLimit() == 0 || request.getLimit() > MAX_LIMIT ? DEFAULT_LIMIT : request.getLimit();
        Page page = page(PaymentMessages.provider(request.getProvider(), request.getProviderName()),
                PaymentMessages.status(request.getStatus()), limit, request.getCursor());
        return PaymentList.newBuilder().addAllPayments(page.payments()).setNextCursor(page.next() == null ? "" : page.next())
                .setTotal(page.total()).setTotalCount((int) Math.min(page.total(), Integer.MAX_VALUE)).build();
    }

    /** Answers {@code GET /api/v1/aggregator/payments}. */
    public void answer(Exchange exchange) throws SQLException {
        Parameters parameters = Parameters.of(exchange.getMessage());
        String cursor = parameters.text("cursor", MAX_ID);
        Page page = page(parameters.text("provider", MAX_ID), parameters.word("status", PaymentJson.STATUSES),
                parameters.limit(), cursor == null ? "" : cursor);
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "application/json");
        exchange.getMessage().setBody(new JsonObject()
                .put("payments", new JsonArray(page.payments().stream().map(PaymentJson::of).toList()))
                .put("next_cursor", page.next()).put("total_count", page.total()).encode());
    }

    private Page page(String provider, String status, int limit, String cursor) throws SQLException {
        List<Listed> rows = Sql.query(dataSource, LIST,
                row -> new Listed(PaymentRows.message(row), row.getLong("first_seq")), before(cursor), limit + 1,
                provider,
                provider,
                status, status, limit + 1);
        long total = Sql
                .query(dataSource, TOTAL, row -> row.getLong(1), provider, provider, status, status)
                .get(0);
        return new Page(rows.stream().limit(limit).map(Listed::payment).toList(),
                rows.size() > limit ? Long.toString(rows.get(limit - 1).firstSeq(), Character.MAX_RADIX) : null, total);
    }

    /** Those from which an event came, and the one that everybody may write to. */
    public TopicList topics() throws SQLException {
        TreeSet<String> topics = new TreeSet<>(Sql.query(dataSource, TOPICS, row -> row.getString(1)));
        topics.add(topic);
        return TopicList.newBuilder().addAllTopics(topics).setCount(topics.size()).build();
    }

    private static long before(String cursor) {
        if (cursor.isEmpty()) {
            return Long.MAX_VALUE;
        }
        if (!cursor.matches("[0-9a-z]{1,12}")) {
            throw Refusal.invalid("cursor", "cursor", "cursor must be a next_cursor of an earlier page.");
        }
        return Long.parseLong(cursor, Character.MAX_RADIX);
    }
}
