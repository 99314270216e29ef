package io.payroute.aggregator;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.aggregator.model.KnownPayment;
import io.payroute.aggregator.model.PaymentFact;
import io.payroute.platform.CrashPoint;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.kafka.Poison;
import io.payroute.platform.outbox.EventEnvelope;
import io.payroute.platform.outbox.Outbox;
import io.payroute.platform.sql.Rows;
import io.payroute.platform.sql.Sql;
import io.payroute.platform.work.WakeUps;
import io.payroute.proto.payment.Payment;
import io.vertx.core.json.JsonObject;

/**
 * Keeps what providers tell, a batch in one commit: each payment as it is now, and each event with what came of it. One that comes
 * again, or late, is recorded and changes nothing.
 * <p>
 * Whoever writes holds an advisory lock of the database from before it reads until it has committed, also against other processes. So
 * the numbers of the events are the order of their commits, and whoever has read up to a number has missed none below it
 * (adr/0062).
 */
@ApplicationScoped
@Named("storeEvents")
public class StoreEvents {

    static final String TYPE = "io.payroute.aggregator.payment-normalized";
    /** Who is told of what was committed. */
    public static final String STREAMS = "aggregator-streams";
    private static final String ROUTE = "aggregator-store";

    /** Of all locks in this database; the outbox has others. A process that is frozen while it has it loses it soon. */
    private static final String LOCK = "SELECT set_config('idle_in_transaction_session_timeout', '10s', true), "
            + "pg_advisory_xact_lock(4750158)";
    private static final Rows<Key> KEYS = new Rows<Key>().text("provider", Key::provider).text("payment_id", Key::payment);
    static final String KNOWN = """
            SELECT %s, p.first_seq
            FROM %s CROSS JOIN LATERAL (
              SELECT * FROM payment WHERE payment_id = t.payment_id AND provider = t.provider LIMIT 1) p"""
            .formatted(PaymentRows.COLUMNS, KEYS.unnest());
    private static final String POSITION = "SELECT coalesce((SELECT last FROM position), 0) AS last, clock_timestamp() AS now";

    private static final Rows<Change> PAYMENTS = new Rows<Change>().text("payment_id", one -> one.payment.id())
            .text("provider", one -> one.payment.provider()).text("status", one -> word(one.payment))
            .text("ladder", one -> one.payment.ladder().word())
            .int8("amount_minor", one -> one.payment.amount() == null ? null : one.payment.amount().minor())
            .text("currency", one -> one.payment.amount() == null ? null : one.payment.amount().currency())
            .text("parts", one -> new JsonObject(new TreeMap<>(one.payment.parts())).encode())
            .text("dispute", one -> one.payment.dispute()).text("customer_email", one -> one.payment.email())
            .text("metadata", one -> new JsonObject(new LinkedHashMap<>(one.payment.metadata())).encode())
            .text("topic", one -> one.payment.topic()).timestamptz("created_at", one -> one.payment.createdAt())
            .int8("first_seq", one -> one.firstSeq).int8("seq", one -> one.seq);
    private static final Rows<Event> EVENTS = Outbox.columns(new Rows<Event>().int8("seq", Event::seq)
            .text("provider", one -> one.heard.provider()).text("payment_id", one -> one.heard.payment())
            .text("id", one -> one.heard.eventId()).text("kind", one -> one.heard.kind()).text("effect", Event::effect)
            .text("topic", one -> one.heard.topic()).text("status", Event::status), Event::envelope);
    private static final Rows<String> TOPICS = new Rows<String>().text("topic", topic -> topic);
    private static final String WRITE = """
            WITH p AS (
              SELECT * FROM %s),
            e AS (
              SELECT * FROM %s),
            paid AS (
              INSERT INTO payment AS o (payment_id, provider, status, ladder, amount_minor, currency, parts, dispute, customer_email,
                metadata, topic, created_at, processed_at, first_seq, seq)
              SELECT payment_id, provider, status, ladder, amount_minor, currency, parts::jsonb, dispute, customer_email,
                metadata::jsonb, topic, created_at, ?::timestamptz, first_seq, seq FROM p
              ON CONFLICT (payment_id, provider) DO UPDATE SET status = excluded.status, ladder = excluded.ladder,
                amount_minor = excluded.amount_minor, currency = excluded.currency, parts = excluded.parts,
                dispute = excluded.dispute, customer_email = excluded.customer_email, metadata = excluded.metadata,
                topic = excluded.topic, created_at = excluded.created_at, processed_at = excluded.processed_at,
                seq = excluded.seq),
            recorded AS (
              INSERT INTO payment_event (seq, provider, payment_id, event_id, kind, effect, topic, status, payload)
              SELECT seq, provider, payment_id, id, kind, effect, topic, status, payload FROM e),
            moved AS (
              INSERT INTO position AS o (last) VALUES (?::int8) ON CONFLICT (one) DO UPDATE SET last = excluded.last),
            topics AS (
              INSERT INTO raw_topic (topic) SELECT topic FROM %s ON CONFLICT DO NOTHING)
            """.formatted(PAYMENTS.unnest(), EVENTS.unnest(), TOPICS.unnest()) + Outbox.INSERT + """
            SELECT shard, ?, message_key, event_id, ?, ?, traceparent, payload FROM e WHERE payload IS NOT NULL ORDER BY seq""";

    private record Key(String provider, String payment) {
    }

    /** A payment that is other now. */
    private static final class Change {
        private KnownPayment payment;
        private long firstSeq;
        private long seq;
    }

    private record Event(long seq, HeardEvent heard, String effect, String status, EventEnvelope envelope) {
    }

    private final DataSource dataSource;
    private final String topic;

    @Inject
    StoreEvents(RoleDatabases databases, @ConfigProperty(name = "topic.payments-normalized") String topic) {
        this(databases.of(AggregatorRole.NAME), topic);
    }

    StoreEvents(DataSource dataSource, String topic) {
        this.dataSource = dataSource;
        this.topic = topic;
    }

    /** Stores the batch. What the database refuses for ever is a dead letter; it holds up no other. */
    public void store(List<List<HeardEvent>> batch) throws SQLException {
        List<HeardEvent> events = batch.stream().flatMap(List::stream).toList();
        Poison.sort(events, this::write, (one, cause) -> one.record().refuse(ROUTE, cause));
        WakeUps.wake(STREAMS);
    }

    private void write(List<HeardEvent> events) throws SQLException {
        try {
            Sql.inTransaction(dataSource, connection -> {
                Sql.query(connection, LOCK, row -> null);
                write(connection, events);
                CrashPoint.reached("aggregate-before-commit");
                return null;
            });
            CrashPoint.reached("aggregate-after-commit-before-offset");
        } catch (SQLException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new SQLException(e);
        }
    }

    private void write(Connection connection, List<HeardEvent> batch) throws SQLException {
        Map<Key, Change> changes = known(connection, batch);
        long[] last = new long[1];
        Instant[] now = new Instant[1];
        Sql.query(connection, POSITION, row -> {
            last[0] = row.getLong("last");
            now[0] = Sql.instant(row, "now");
            return null;
        });
        List<Event> events = new ArrayList<>(batch.size());
        Map<Key, Change> changed = new LinkedHashMap<>();
        for (HeardEvent heard : batch) {
            Key key = new Key(heard.provider(), heard.payment());
            Change change = changes.computeIfAbsent(key, none -> new Change());
            events.add(apply(heard, change, ++last[0], now[0]));
            if (change.seq == last[0]) {
                changed.put(key, change);
            }
        }
        List<String> topics = batch.stream().map(HeardEvent::topic).distinct().sorted().toList();
        Sql.update(connection, WRITE, PAYMENTS.of(List.copyOf(changed.values())), EVENTS.of(events), now[0], last[0],
                TOPICS.of(topics), topic, TYPE, EventEnvelope.PROTOBUF);
    }

    private Event apply(HeardEvent heard, Change change, long seq, Instant now) {
        if (heard.fact().kind() == PaymentFact.Kind.NOTHING) {
            return new Event(seq, heard, "ignored", null, null);
        }
        KnownPayment before = change.payment == null
                ? KnownPayment.unknown(heard.provider(), heard.payment())
                : change.payment;
        KnownPayment after = before.with(heard.fact(), heard.topic(), now);
        if (after == before) {
            return new Event(seq, heard, "no_effect", null, null);
        }
        change.payment = after;
        change.firstSeq = change.firstSeq == 0 ? seq : change.firstSeq;
        change.seq = seq;
        Payment message = PaymentMessages.of(after, now);
        return new Event(seq, heard, "applied", word(after),
                EventEnvelope.protobuf(topic, heard.provider() + ":" + heard.payment(), TYPE, message.toByteArray()));
    }

    private static String word(KnownPayment payment) {
        return payment.status().name().toLowerCase(Locale.ROOT);
    }

    private static Map<Key, Change> known(Connection connection, List<HeardEvent> batch) throws SQLException {
        List<Key> keys = batch.stream().map(heard -> new Key(heard.provider(), heard.payment())).distinct().toList();
        Map<Key, Change> known = new HashMap<>();
        for (Change change : Sql.query(connection, KNOWN, StoreEvents::known, KEYS.of(keys))) {
            known.put(new Key(change.payment.provider(), change.payment.id()), change);
        }
        return known;
    }

    private static Change known(ResultSet row) throws SQLException {
        Change change = new Change();
        change.payment = PaymentRows.payment(row);
        change.firstSeq = row.getLong("first_seq");
        return change;
    }

}
