package io.payroute.notification;

import java.time.Duration;
import java.util.Collections;
import java.util.List;

import javax.sql.DataSource;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

import io.payroute.messaging.GroupCommit;
import io.payroute.messaging.Sql;
import io.payroute.messaging.Sql.Column;
import io.payroute.runtime.CrashPoint;
import io.payroute.runtime.RoleDatabases;
import io.payroute.runtime.Roles;

/**
 * Stores notifications, many callers in one statement. A caller who has his answer has his notification on disk, once for each
 * dedupe key.
 */
@ApplicationScoped
public class StoreNotifications {

    // Ordered, so that two instances that store the same keys wait for one another and never deadlock.
    private static final String STORE = """
            INSERT INTO notification (kind, dedupe_key, user_id, address, subject, template, fields, status, reason)
            SELECT kind, dedupe_key, user_id, address, subject, template, fields::jsonb, status, reason
            FROM unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[])
              AS n (kind, dedupe_key, user_id, address, subject, template, fields, status, reason)
            ORDER BY dedupe_key
            ON CONFLICT (dedupe_key) DO NOTHING""";
    /** Below a caller's deadline, so that he is told that the database is slow. */
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    private final GroupCommit<NewNotification, Void> writes;

    @Inject
    StoreNotifications(RoleDatabases databases) {
        this(databases.of(Roles.NOTIFICATION));
    }

    StoreNotifications(DataSource dataSource) {
        writes = new GroupCommit<>("notification-store", 2, 256, 4096, many -> store(dataSource, many));
    }

    /** Returns after the commit. */
    void store(NewNotification notification) throws Exception {
        writes.write(notification, PATIENCE);
    }

    private static List<Void> store(DataSource dataSource, List<NewNotification> many) throws Exception {
        CrashPoint.reached("notify-before-commit");
        Sql.update(dataSource, STORE, column(many, NewNotification::kind), column(many, NewNotification::dedupeKey),
                column(many, NewNotification::userId), column(many, NewNotification::address),
                column(many, NewNotification::subject), column(many, NewNotification::template),
                column(many, one -> one.fields().encode()), column(many, NewNotification::status),
                column(many, NewNotification::skipped));
        CrashPoint.reached("notify-after-commit-before-answer");
        return Collections.nCopies(many.size(), null);
    }

    private static Column column(List<NewNotification> many, java.util.function.Function<NewNotification, Object> value) {
        return Sql.column("text", many, value);
    }

    @PreDestroy
    void close() {
        writes.close();
    }
}
