package io.payroute.notification;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import javax.sql.DataSource;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

import io.payroute.platform.CrashPoint;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.sql.GroupCommit;
import io.payroute.platform.sql.Rows;
import io.payroute.platform.sql.Sql;
import io.payroute.platform.trace.TraceContext;
import io.payroute.platform.trace.Traces;

/**
 * Stores notifications, many callers in one statement. A caller who has his answer has his notification on disk, once for each
 * dedupe key. What is more than its recipient may get waits; nothing is refused or lost for that.
 */
@ApplicationScoped
public class StoreNotifications {

    private static final Rows<NewNotification> ROWS = new Rows<NewNotification>().text("kind", NewNotification::kind)
            .text("dedupe_key", NewNotification::dedupeKey).text("user_id", NewNotification::userId)
            .text("address", NewNotification::address).text("subject", NewNotification::subject)
            .text("template", NewNotification::template).text("fields", one -> one.fields().encode())
            .text("status", NewNotification::status).text("reason", NewNotification::skipped);
    // Ordered, so that two instances that store the same keys wait for one another and never deadlock.
    private static final String STORE = """
            INSERT INTO notification (kind, dedupe_key, user_id, address, subject, template, fields, status, reason)
            SELECT kind, dedupe_key, user_id, address, subject, template, fields::jsonb, status, reason
            FROM %s ORDER BY dedupe_key
            ON CONFLICT (dedupe_key) DO NOTHING""".formatted(ROWS.unnest());
    /** Books for what is new. Afterwards all rows of {@code recipient} are locked, in one order, and nothing else is waited for. */
    private static final String BOOK = "WITH stored AS (" + STORE
            + " RETURNING kind, address, status), counted AS (SELECT "
            + RecipientLimit.SQL
            + " AS recipient, count(*) AS many FROM stored WHERE status = 'queued' AND kind IN ('email', 'sms') GROUP BY 1), "
            + """
                    booked AS (
                      INSERT INTO recipient AS r (recipient, booked_until)
                      SELECT recipient, now() + many * ? * interval '1 microsecond' FROM counted ORDER BY recipient
                      ON CONFLICT (recipient) DO UPDATE
                        SET booked_until = greatest(r.booked_until, now()) + (excluded.booked_until - now())
                      RETURNING recipient, booked_until)
                    SELECT recipient, booked_until - ? * interval '1 microsecond' AS last FROM booked
                    WHERE booked_until > now() + ? * interval '1 microsecond'""";
    /** The last of them waits until {@code last}, each before it a share less. */
    private static final String PUT_OFF = """
            WITH new AS (
              SELECT id, ?::timestamptz - (row_number() OVER (ORDER BY id DESC) - 1) * ? * interval '1 microsecond' AS at
              FROM notification WHERE dedupe_key = ANY (?) AND created_at = now() AND status = 'queued')
            UPDATE notification_work w SET due_at = new.at, reason = ? FROM new WHERE w.id = new.id AND new.at > now()""";
    private static final String WAITS = "it waits for notification.recipient-limit";
    private static final Logger LOG = Logger.getLogger(StoreNotifications.class);
    private static final long LOG_EVERY = TimeUnit.MINUTES.toNanos(1);

    private record Over(String recipient, Instant last) {
    }

    /** Below a caller's deadline, so that he is told that the database is slow. */
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    private record Request(List<NewNotification> together, TraceContext trace) {

        List<String> keys() {
            return together.stream().map(NewNotification::dedupeKey).toList();
        }
    }

    private final GroupCommit<Request, Void> writes;

    private final DataSource dataSource;
    private final RecipientLimit limit;
    private final AtomicLong putOff = new AtomicLong();
    private volatile long loggedAt = System.nanoTime() - LOG_EVERY;

    @Inject
    StoreNotifications(RoleDatabases databases, Config config) {
        this(databases.of(NotificationRole.NAME), RecipientLimit.of(config));
    }

    StoreNotifications(DataSource dataSource, RecipientLimit limit) {
        this.dataSource = dataSource;
        this.limit = limit;
        writes = new GroupCommit<>("notification-store", 1, 256, 4096, GroupCommit.MOMENT, this::storeAll);
    }

    /** Returns after the commit. */
    void store(NewNotification notification) throws Exception {
        store(List.of(notification));
    }

    /** Returns after the commit, which has all of them or none. */
    void store(List<NewNotification> together) throws Exception {
        writes.write(new Request(together, Traces.current()), PATIENCE);
    }

    private List<Void> storeAll(List<Request> requests) throws Exception {
        List<NewNotification> many = requests.stream().flatMap(one -> one.together().stream()).toList();
        Traces.keep(NotificationRole.NAME, requests, Request::trace, Request::keys);
        CrashPoint.reached("notify-before-commit");
        if (limit.isOn()) {
            int waiting = Sql.inTransaction(dataSource, connection -> storeWithin(connection, many));
            if (waiting > 0) {
                say(waiting);
            }
        } else {
            Sql.update(dataSource, STORE, ROWS.of(many));
        }
        CrashPoint.reached("notify-after-commit-before-answer");
        return Collections.nCopies(requests.size(), null);
    }

    /** @return how many have to wait */
    private int storeWithin(Connection connection, List<NewNotification> many) throws SQLException {
        long period = limit.period().toNanos() / 1_000;
        int waiting = 0;
        for (Over over : Sql.query(connection, BOOK, row -> new Over(row.getString(1), Sql.instant(row, "last")),
                ROWS.of(many), limit.share(), period, period)) {
            List<NewNotification> his = many.stream()
                    .filter(one -> one.isLimited() && one.address() != null
                            && RecipientLimit.key(one.address()).equals(over.recipient()))
                    .toList();
            waiting += Sql.update(connection, PUT_OFF, over.last(), limit.share(),
                    Sql.column("text", his, NewNotification::dedupeKey),
                    WAITS);
        }
        return waiting;
    }

    private void say(int waiting) {
        long total = putOff.addAndGet(waiting);
        if (System.nanoTime() - loggedAt > LOG_EVERY) {
            loggedAt = System.nanoTime();
            LOG.warnf("event=recipient-limit role=notification waiting=%d limit=%d period=%s", total, limit.messages(),
                    limit.period());
            putOff.addAndGet(-total);
        }
    }

    @PreDestroy
    void close() {
        writes.close();
    }
}
